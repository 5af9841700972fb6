import type { InteractionResults, KoaContextWithOIDC } from 'oidc-provider';
import type { AuditEvent } from '../audit-events.ts';
import { clock } from '../clock.ts';
import type { CompletedLogin } from '../sessions/interaction.ts';
import { type FactorFacts, factorWanted, hasFactor, oldestAllowed } from './step-up.ts';

export type SignedIn = FactorFacts & { readonly accountId: string };

export interface DemandsDependencies {
  /** Every role that an account has now: of active memberships and global ones. */
  readonly rolesOf: (sub: string) => Promise<readonly string[]>;
  readonly append: (event: AuditEvent, ctx: KoaContextWithOIDC) => Promise<void>;
  /** Whether an operator demands a second factor of this account, whatever its roles. */
  readonly factorRequired: (sub: string) => Promise<boolean>;
  /** Roles whose holders must have a second factor. */
  readonly factorRoles: readonly string[];
}

/** Whether an account and its session satisfy what an app demands; asked on silent sign-on too. */
export class Demands {
  readonly #deps: DemandsDependencies;

  constructor(deps: DemandsDependencies) {
    this.#deps = deps;
  }

  /**
   * True when the app wants a sign-in that is younger than this session's: by its `fresh`, or since the
   * session went beyond the app's own idle or absolute limit.
   */
  wantsSignIn(ctx: KoaContextWithOIDC): boolean {
    const { client, session, result } = ctx.oidc;
    if (!session?.accountId || !client || result?.login) return false;
    const { loginTs = 0, seenAt = 0 } = session;
    const now = Math.floor(clock.now() / 1000);
    const idle = client.session_limits?.idle ?? Number.POSITIVE_INFINITY;
    return now - loginTs > oldestAllowed({}, client) || now - seenAt > idle;
  }

  /** True when the session lacks a second factor that the request, the app or a role of the account wants. */
  async wantsFactor(ctx: KoaContextWithOIDC): Promise<boolean> {
    const { client, params = {}, result } = ctx.oidc;
    const session = signedIn(ctx);
    if (!session || !client) return false;
    const asked = factorWanted(params, client);
    const wanted = asked === 'none' && (await this.roleWantsFactor(session.accountId)) ? 'remembered' : asked;
    // A sign-in that was just made is as fresh as it gets, however long its steps took.
    const oldest = result?.login ? Number.POSITIVE_INFINITY : oldestAllowed(params, client);
    return !hasFactor(session, wanted, oldest, Math.floor(clock.now() / 1000));
  }

  /** Whether an account must have a second factor: for one of its roles, or because an operator demands it. */
  async roleWantsFactor(sub: string): Promise<boolean> {
    const { factorRoles, rolesOf, factorRequired } = this.#deps;
    if (await factorRequired(sub)) return true;
    if (factorRoles.length === 0) return false;
    const held = await rolesOf(sub);
    return factorRoles.some((role) => held.includes(role));
  }

  /** True when the app demands roles and the account has none of them now. */
  async lacksRole(ctx: KoaContextWithOIDC): Promise<boolean> {
    const wanted = rolesWanted(ctx);
    const sub = ctx.oidc.session?.accountId;
    if (wanted.length === 0 || !sub) return false;
    const held = await this.#deps.rolesOf(sub);
    return !wanted.some((role) => held.includes(role));
  }

  /** Writes a refusal to the audit log, and tells the page which roles would do. */
  async refused(ctx: KoaContextWithOIDC): Promise<{ roles: readonly string[] }> {
    const { session, client } = ctx.oidc;
    if (session?.accountId && client) {
      const { uid, accountId: account } = session;
      const app = client.clientId;
      await this.#deps.append(
        { event: 'app.refused', outcome: 'failure', reason: 'role-missing', account, app, session: uid },
        ctx,
      );
    }
    return { roles: rolesWanted(ctx) };
  }
}

/**
 * The session, with what a sign-in that is just being completed proved: the grant is looked for before that is
 * written to the session, and none is found while a person is still to be asked.
 */
export function signedIn({ oidc }: KoaContextWithOIDC): SignedIn | undefined {
  const { session, result } = oidc;
  const { factorAt, remembered } = (result?.login && loginOf(result.login)) ?? session ?? {};
  return session?.accountId ? { accountId: session.accountId, factorAt, remembered } : undefined;
}

function rolesWanted(ctx: KoaContextWithOIDC): readonly string[] {
  return ctx.oidc.client?.demands?.roles ?? [];
}

/** What a finished sign-in says beside what the library knows; `OidcInteractions.finish` put it there. */
export function loginOf(login: NonNullable<InteractionResults['login']>) {
  // The library types it as any words, and hands ours through.
  return login as Partial<Pick<CompletedLogin, 'factorAt' | 'remembered' | 'isPublic'>>;
}
