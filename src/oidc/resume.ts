import type { KoaContextWithOIDC } from 'oidc-provider';
import { AppError } from '../errors.ts';
import type { Context, Next } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SignInIdentity } from '../sessions/sign-in-identity.ts';
import type { CurrentProvider } from './current-provider.ts';
import type { SessionIdentity } from './internals.ts';

export interface ResumeParts {
  readonly provider: CurrentProvider;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  readonly identity: SignInIdentity;
  readonly browserOf: (ctx: Context) => string | undefined;
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  /** Seconds that an interaction lives. */
  readonly life: number;
}

/** Guards the way back from our pages into the library: `/oidc/authorize/:uid`. */
export class Resume {
  readonly #parts: ResumeParts;
  /** The account that a request is signing in, for the session that it may begin. */
  readonly #signingIn = new WeakMap<object, string>();

  constructor(parts: ResumeParts) {
    this.#parts = parts;
  }

  /**
   * Lets a finished interaction be resumed once: two resumes at once would both get a code and leave two
   * sessions. Ends the session of somebody else that the browser still has, so that nothing of it goes on.
   */
  async guard(ctx: Context, uid: string, next: Next): Promise<void> {
    const { redis, keys, life } = this.#parts;
    const provider = this.#parts.provider.current;
    const cookie = ctx.cookies.get(provider.cookieName('resume'), { signed: true });
    // The library goes by the cookie alone: sent to another address it would pass by what follows.
    if (cookie !== undefined && cookie !== uid) throw new AppError('session-expired');
    const interaction = cookie ? await provider.Interaction.find(uid) : undefined;
    if (!interaction?.result) return next();
    // A subdomain can plant our interaction's cookies, not the browser's own: who planted theirs into somebody's
    // browser would be signed in as that person here, or that person as them. [ASVS 7.2.4]
    if (interaction.result.browser !== this.#parts.browserOf(ctx)) throw new AppError('session-expired');
    // The app first: with PostgreSQL away the request fails here, before the interaction is used up.
    await provider.Client.find(String(interaction.params.client_id));
    if (!(await redis.setOnce(keys.resumed(uid), '1', life))) throw new AppError('already-finished');
    const accountId = interaction.result.login?.accountId;
    if (accountId) {
      await this.#endOther(ctx, accountId);
      this.#signingIn.set(ctx.req, accountId);
    }
    return next();
  }

  /** The session that this request begins, shared by tabs of one browser that sign in at once. */
  async identityOf(ctx: KoaContextWithOIDC): Promise<SessionIdentity | undefined> {
    const account = this.#signingIn.get(ctx.req);
    const browser = account && this.#parts.browserOf(ctx as unknown as Context);
    if (!browser) return undefined;
    return this.#parts.identity.of(browser, account, (uid) => this.#parts.sessions.isOver(uid));
  }

  async #endOther(ctx: Context, accountId: string): Promise<void> {
    const session = await this.#parts.cookie.session(ctx);
    if (!session || session.login.accountId === accountId) return;
    const by = session.login.accountId;
    await this.#parts.sessions.end(session.uid, { reason: 'switched-user', by, origin: originOf(ctx) });
  }
}
