import { createHmac } from 'node:crypto';
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import { signedIn } from './demands.ts';
import type { Asks } from './policy.ts';

export interface GrantsDependencies {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** For deriving sids. */
  readonly secret: Buffer;
  /** Seconds that the slot is kept: as long as a session may live. */
  readonly life: number;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly asksForPerson: Asks;
  /** What a person has allowed an app that is not first-party. */
  readonly consented: (account: string, clientId: string) => Promise<readonly string[]>;
}

/** What a request brings to its grant. */
interface Wanted extends Required<Pick<Grant, 'offline' | 'remembered'>> {
  readonly scopes: readonly string[];
}

/**
 * Grants are made without a page: of all that a first-party app may ask for, of what was consented to for
 * others. One for each session and app, however many requests ask at once, since tokens of a second one would
 * outlive the revocation of the first.
 */
export class Grants {
  readonly #deps: GrantsDependencies;

  constructor(deps: GrantsDependencies) {
    this.#deps = deps;
  }

  /** oidc-provider's loadExistingGrant. It runs before the policy, and what it returns enrols the app in the
   * session: so nothing is returned while a person is still to be asked. */
  async load(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
    if (await this.#deps.asksForPerson(ctx)) return undefined;
    const { session, client } = ctx.oidc;
    if (!session || !client) return undefined;
    // Derived, so that parallel requests name the app's part of the session alike.
    if (!session.sidFor(client.clientId)) {
      session.sidFor(client.clientId, this.#sid(session.uid, client.clientId));
    }
    return this.#grantOf(ctx, session.uid, client.clientId);
  }

  async #grantOf(ctx: KoaContextWithOIDC, uid: string, clientId: string): Promise<Grant | undefined> {
    const { redis, keys, life } = this.#deps;
    const { Grant } = ctx.oidc.provider;
    const wanted = {
      scopes: await this.#scopesOf(ctx),
      offline: requestedScopes(ctx).has('offline_access'),
      remembered: signedIn(ctx)?.remembered === true,
    };
    const slot = keys.sessionGrant(uid, clientId);
    const held = await redis.get(slot);
    const existing = held ? await Grant.find(held) : undefined;
    if (existing) return this.#extend(existing, wanted);
    const grant = this.#create(ctx, wanted);
    const mine = await grant.save();
    const winner = await redis.claim(slot, held ?? '', mine, life);
    if (winner === mine) return grant;
    await grant.destroy();
    const found = await Grant.find(winner);
    return found && this.#extend(found, wanted);
  }

  /** All that the app may ask for, so that a later request never has to change the grant. */
  async #scopesOf(ctx: KoaContextWithOIDC): Promise<readonly string[]> {
    const { client, session } = ctx.oidc;
    const allowed = client?.scope?.split(' ') ?? this.#deps.scopes;
    if (client?.first_party) return allowed;
    const consented = await this.#deps.consented(session?.accountId ?? '', client?.clientId ?? '');
    return allowed.filter((scope) => consented.includes(scope));
  }

  #create(ctx: KoaContextWithOIDC, { scopes, offline, remembered }: Wanted): Grant {
    const { provider, session, client } = ctx.oidc;
    const grant = new provider.Grant({ accountId: session?.accountId, clientId: client?.clientId });
    grant.addOIDCScope([...scopes]);
    if (client?.first_party) grant.addOIDCClaims([...this.#deps.claims]);
    if (session) grant.sessionUid = session.uid;
    if (offline) grant.offline = true;
    if (remembered) grant.remembered = true;
    return grant;
  }

  /** What was consented to or proved since, and the first request for offline_access, which moves the grant to where
   * it outlives the session. */
  async #extend(grant: Grant, { scopes, offline, remembered }: Wanted): Promise<Grant> {
    const held = grant.getOIDCScope().split(' ');
    const grows = scopes.some((scope) => !held.includes(scope));
    const moves = offline && !grant.offline;
    const strengthens = remembered && !grant.remembered;
    if (strengthens) grant.remembered = true;
    if (grows) grant.addOIDCScope([...scopes]);
    if (moves) {
      grant.offline = true;
      delete grant.exp;
    }
    if (grows || moves || strengthens) await grant.save();
    return grant;
  }

  #sid(uid: string, clientId: string): string {
    return createHmac('sha256', this.#deps.secret).update(`${uid} ${clientId}`).digest('base64url');
  }
}

function requestedScopes(ctx: KoaContextWithOIDC): ReadonlySet<string> {
  return new Set(String(ctx.oidc.params?.scope ?? '').split(' '));
}
