import type { KoaContextWithOIDC } from 'oidc-provider';
import type { FactorWanted } from '../sessions/interaction.ts';
import { AAL2, type DemandingClient, factorWanted } from './step-up.ts';

/** A code or token, with what it says of the sign-in behind it. */
interface Token {
  readonly accountId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly grantId?: string | undefined;
  readonly consumed?: unknown;
  /** Of codes and refresh tokens. */
  readonly acr?: string | undefined;
  /** Of access tokens. */
  readonly extra?: { readonly acr?: unknown } | undefined;
}

export interface TokenDemandsDependencies {
  /** Every role that an account has: of active memberships and global ones; at most a second old. */
  readonly rolesOf: (sub: string) => Promise<readonly string[]>;
  /** Roles whose holders must have a second factor. */
  readonly factorRoles: readonly string[];
}

/**
 * Whether what an app was given is still good for what it demands now: at refresh, userinfo and introspection. Roles
 * and second factors are held; how lately somebody signed in, and idle limits, are asked at authorize alone, since
 * a token in use says nothing of its person. What it costs where roles are demanded: one query for each
 * account in 400 ms; where a remembered device may stand for a factor that
 * was not proved, userinfo and the redemption of a code read the grant once more from Redis. [rule 12]
 */
export class TokenDemands {
  readonly #deps: TokenDemandsDependencies;

  constructor(deps: TokenDemandsDependencies) {
    this.#deps = deps;
  }

  /** @throws AppError('store-away') */
  async holds(
    ctx: KoaContextWithOIDC,
    token: Token,
    person: { readonly secondFactorRequired: boolean },
  ): Promise<boolean> {
    // What is left of a spent token says no acr: its replay must still be seen, and end the family.
    if (token.consumed) return true;
    const client = await ctx.oidc.provider.Client.find(String(token.clientId));
    if (!client || token.accountId === undefined) return false;
    const { factorRoles, rolesOf } = this.#deps;
    const wanted = client.demands?.roles ?? [];
    const proved = (token.acr ?? token.extra?.acr) === AAL2;
    const asksRoles = wanted.length > 0 || (!proved && factorRoles.length > 0);
    const held = asksRoles ? await rolesOf(token.accountId) : [];
    if (wanted.length > 0 && !wanted.some((role) => held.includes(role))) return false;
    if (proved) return true;
    const required = person.secondFactorRequired || factorRoles.some((role) => held.includes(role));
    return hasFactor(ctx, token, factorOf(client, required));
  }
}

function factorOf(client: DemandingClient, required: boolean): FactorWanted {
  const demanded = factorWanted({}, client);
  return demanded === 'none' && required ? 'remembered' : demanded;
}

/** Whether a sign-in in which no factor was proved has what is wanted: a remembered device may stand for it. */
async function hasFactor({ oidc }: KoaContextWithOIDC, token: Token, wanted: FactorWanted): Promise<boolean> {
  if (wanted !== 'remembered') return wanted === 'none';
  const grant = oidc.entities.Grant ?? (await oidc.provider.Grant.find(String(token.grantId)));
  return grant?.remembered === true;
}
