import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import type { CurrentProvider } from './current-provider.ts';

export interface StalePageRecoveryDependencies {
  readonly provider: CurrentProvider;
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** Seconds that it is remembered that one was finished: as long as its page may be looked at. */
  readonly memory: number;
  readonly issuer: string;
}

/** A request as its interaction has it: parameters expanded, pushed ones too. */
export interface StartedRequest {
  /** The interaction's. */
  readonly uid: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly trusted?: readonly string[] | undefined;
  readonly parJti?: string | undefined;
}

/** Seconds that the browser has to follow the redirect that starts a pushed request again. */
const FOLLOW = 60;

/** Which sign-ins are finished, and never begin again: the app's state is spent. How others do. */
export class StalePageRecovery {
  readonly #deps: StalePageRecoveryDependencies;

  constructor(deps: StalePageRecoveryDependencies) {
    this.#deps = deps;
  }

  /** Remembers that an interaction is finished, and for which app it was; false when it was before. */
  async finish(uid: string, clientId: string): Promise<boolean> {
    const { redis, keys, memory } = this.#deps;
    return redis.setOnce(keys.finished(uid), clientId, memory);
  }

  /** The app that an interaction was finished for, while that is remembered. */
  async finishedFor(uid: string): Promise<string | undefined> {
    const { redis, keys } = this.#deps;
    return (await redis.get(keys.finished(uid))) ?? undefined;
  }

  /**
   * The address of the same request, from its beginning.
   * @throws AppError `already-finished`
   */
  async again(request: StartedRequest): Promise<string> {
    if (await this.finishedFor(request.uid)) throw new AppError('already-finished');
    const params = given(request.params);
    const isPushed = request.parJti !== undefined || Boolean(request.trusted?.length);
    return `/oidc/authorize?${new URLSearchParams(isPushed ? await this.#push(request, params) : params)}`;
  }

  /** What the app pushed or signed is handed to the library in the way that it came: pushed, and trusted. */
  async #push({ uid, trusted }: StartedRequest, params: Record<string, string>) {
    const { provider, issuer } = this.#deps;
    const { PushedAuthorizationRequest } = provider.current;
    const pushed = new PushedAuthorizationRequest({ request: unsecuredJwt(params, issuer) });
    // One for each interaction, however often it is asked for: nobody fills the store by asking.
    const jti = createHash('sha256').update(`vestibule restart\0${uid}`).digest('base64url');
    Object.assign(pushed, { jti, trusted: Boolean(trusted?.length) });
    await pushed.destroy();
    await pushed.save(FOLLOW);
    return {
      client_id: String(params.client_id),
      request_uri: `urn:ietf:params:oauth:request_uri:${jti}`,
    };
  }
}

function given(params: StartedRequest['params']): Record<string, string> {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** What the library keeps a pushed request as (RFC 7519 §6); it never leaves the stores. */
function unsecuredJwt(params: Record<string, string>, issuer: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const claims = params.claims === undefined ? {} : { claims: JSON.parse(params.claims) };
  const payload = { ...params, ...claims, iss: params.client_id, aud: issuer };
  return `${encode({ alg: 'none' })}.${encode(payload)}.`;
}
