import { createHmac } from 'node:crypto';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { RedisKeys } from '../redis/keys.ts';
import { type RedisStore, script } from '../redis/store.ts';
import type { GrantExtras } from './internals.ts';
import type { Asks } from './policy.ts';

type Grant = InstanceType<KoaContextWithOIDC['oidc']['provider']['Grant']> & GrantExtras;

/** Sets the slot if it still holds what the caller saw there; answers what it holds afterwards. */
const CLAIM = script(`
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return held end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return ARGV[2]`);

export interface GrantsParts {
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** For deriving sids. */
  readonly secret: Buffer;
  /** Seconds that the slot is kept: as long as a session may live. */
  readonly life: number;
  readonly scopes: readonly string[];
  readonly claims: readonly string[];
  readonly asksForPerson: Asks;
}

/**
 * First-party apps get their grant without a page: one for each session and app, however many requests ask at
 * once, since tokens of a second one would outlive the revocation of the first.
 */
export class FirstPartyGrants {
  readonly #parts: GrantsParts;

  constructor(parts: GrantsParts) {
    this.#parts = parts;
  }

  /** oidc-provider's loadExistingGrant. It runs before the policy, and what it returns enrols the app in the
   * session: so nothing is returned while a person is still to be asked. */
  async load(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
    if (await this.#parts.asksForPerson(ctx)) return undefined;
    const { session, client } = ctx.oidc;
    if (!session || !client) return undefined;
    // Derived, so that parallel requests name the app's part of the session alike.
    if (!session.sidFor(client.clientId)) {
      session.sidFor(client.clientId, this.#sid(session.uid, client.clientId));
    }
    return this.#grantOf(ctx, session.uid, client.clientId);
  }

  async #grantOf(ctx: KoaContextWithOIDC, uid: string, clientId: string): Promise<Grant | undefined> {
    const { redis, keys, life } = this.#parts;
    const { Grant } = ctx.oidc.provider;
    const offline = requestedScopes(ctx).has('offline_access');
    const slot = keys.sessionGrant(uid, clientId);
    const held = await redis.get(slot);
    const existing = held ? ((await Grant.find(held)) as Grant | undefined) : undefined;
    if (existing) return offline ? this.#keepForGood(existing) : existing;
    const grant = this.#create(ctx, uid, clientId, offline);
    const mine = await grant.save();
    const winner = (await redis.run(CLAIM, [slot], [held ?? '', mine, life])) as string;
    if (winner === mine) return grant;
    await grant.destroy();
    const found = (await Grant.find(winner)) as Grant | undefined;
    return found && offline ? this.#keepForGood(found) : found;
  }

  #create(ctx: KoaContextWithOIDC, uid: string, clientId: string, offline: boolean): Grant {
    const { Grant } = ctx.oidc.provider;
    const accountId = ctx.oidc.session?.accountId as string;
    const grant = new Grant({ accountId, clientId }) as Grant;
    // All that the app may ask for, so that a later request never has to change the grant.
    grant.addOIDCScope(ctx.oidc.client?.scope ?? this.#parts.scopes.join(' '));
    grant.addOIDCClaims([...this.#parts.claims]);
    grant.sessionUid = uid;
    if (offline) grant.offline = true;
    return grant;
  }

  /** The first request for offline_access moves the grant to where it outlives the session. */
  async #keepForGood(grant: Grant): Promise<Grant> {
    if (grant.offline) return grant;
    grant.offline = true;
    delete (grant as { exp?: number }).exp;
    await grant.save();
    return grant;
  }

  #sid(uid: string, clientId: string): string {
    return createHmac('sha256', this.#parts.secret).update(`${uid} ${clientId}`).digest('base64url');
  }
}

function requestedScopes(ctx: KoaContextWithOIDC): ReadonlySet<string> {
  return new Set(String(ctx.oidc.params?.scope ?? '').split(' '));
}
