import { AppError } from '../errors.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import type { CurrentProvider } from './current-provider.ts';

export interface RestartsParts {
  readonly provider: CurrentProvider;
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** Seconds after its start in which a lost sign-in may be started again. */
  readonly horizon: number;
  /** Seconds that it is remembered that one was finished: as long as its page may be looked at. */
  readonly memory: number;
  readonly issuer: string;
}

/** What an interaction was for, as oidc-provider keeps it: parameters expanded, pushed ones too. */
interface Request {
  readonly params: Readonly<Record<string, unknown>>;
  readonly trusted: boolean;
  /** How often it was started again already. */
  readonly restarts: number;
}

interface StartedInteraction {
  readonly uid: string;
  readonly params: object;
  readonly trusted?: readonly string[] | undefined;
  readonly parJti?: string | undefined;
}

/** A browser that loses its cookies between two pages keeps none: starting again would go on for ever. */
const MOST_RESTARTS = 1;
/** Seconds that the browser has to follow the redirect that starts the request again. */
const FOLLOW = 60;

/**
 * Pages that outlived their interaction. What each interaction was for is kept beside it, so that a sign-in
 * whose cookies were lost starts again, and one that was finished never does: the app's state is spent.
 */
export class Restarts {
  readonly #parts: RestartsParts;

  constructor(parts: RestartsParts) {
    this.#parts = parts;
  }

  /** Remembers what an interaction is for, when it begins. */
  async note(interaction: StartedInteraction): Promise<void> {
    const { redis, keys, horizon } = this.#parts;
    const { uid, params, trusted, parJti } = interaction;
    const restarts = parJti ? Number((await redis.get(keys.restartOf(parJti))) ?? 0) : 0;
    const request: Request = { params: { ...params }, trusted: Boolean(trusted?.length), restarts };
    await redis.set(keys.restart(uid), JSON.stringify(request), horizon);
  }

  /** Remembers that an interaction is finished, and for which app it was; false when it was before. */
  async finish(uid: string, clientId: string): Promise<boolean> {
    const { redis, keys, memory } = this.#parts;
    return redis.setOnce(keys.finished(uid), clientId, memory);
  }

  /**
   * Where a page leads whose interaction this browser does not have (any more): the same request again.
   * @param options.wanted a person asked for it, so it is no loop
   * @throws AppError `already-finished`, `session-expired`
   */
  async again(uid: string, { wanted = false } = {}): Promise<string> {
    const { redis, keys, provider, issuer } = this.#parts;
    if (await redis.get(keys.finished(uid))) throw new AppError('already-finished');
    // Signed in, and about to be resumed: a double click must not start it again.
    const interaction = await provider.current.Interaction.find(uid);
    if (interaction?.result) throw new AppError('already-finished');
    const kept = await redis.get(keys.restart(uid));
    if (!kept) throw new AppError('session-expired');
    const request = JSON.parse(kept) as Request;
    if (!wanted && request.restarts >= MOST_RESTARTS) throw new AppError('session-expired');
    const { PushedAuthorizationRequest } = provider.current;
    const pushed = new PushedAuthorizationRequest({ request: unsecuredJwt(request.params, issuer) });
    Object.assign(pushed, { trusted: request.trusted });
    const id = await pushed.save(FOLLOW);
    await redis.set(keys.restartOf(id), String(request.restarts + 1), FOLLOW);
    const query = new URLSearchParams({
      client_id: String(request.params.client_id),
      request_uri: `urn:ietf:params:oauth:request_uri:${id}`,
    });
    return `/oidc/authorize?${query}`;
  }

  /** The app that a finished or lost interaction was for, while that is remembered. */
  async appOf(uid: string): Promise<string | undefined> {
    const { redis, keys } = this.#parts;
    const finished = await redis.get(keys.finished(uid));
    if (finished) return finished;
    const kept = await redis.get(keys.restart(uid));
    return kept ? String((JSON.parse(kept) as Request).params.client_id) : undefined;
  }
}

/** What the library keeps a pushed request as (RFC 7519 §6); it never leaves the stores. */
function unsecuredJwt(params: Request['params'], issuer: string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
  const claims = typeof given.claims === 'string' ? { claims: JSON.parse(given.claims) } : {};
  const payload = { ...given, ...claims, iss: given.client_id, aud: issuer };
  return `${encode({ alg: 'none' })}.${encode(payload)}.`;
}
