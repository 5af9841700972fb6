import type { Context } from '../http/context.ts';
import { cookieName, cookieOptions } from '../http/cookies.ts';
import type { StoredSession } from './session-store.ts';
import type { Sessions } from './sessions.ts';

/** The single sign-on cookie, signed by the app's keys. It ends with the browser; the server ends the session. */
export class SessionCookie {
  readonly name: string;
  readonly #secure: boolean;
  readonly #sessions: Sessions;

  /** @param secure whether the issuer is https: then `__Host-`, which no other host can set (RFC 6265bis) */
  constructor(sessions: Sessions, secure: boolean) {
    this.name = cookieName('session', secure);
    this.#secure = secure;
    this.#sessions = sessions;
  }

  /** The live session of this browser. @throws AppError `store-away` */
  async session(ctx: Context): Promise<StoredSession | undefined> {
    const id = ctx.cookies.get(this.name, { signed: true });
    return id ? this.#sessions.findById(id) : undefined;
  }

  /** As `session`, but without asking the ledger: people can sign out while PostgreSQL is away. */
  async stored(ctx: Context): Promise<StoredSession | undefined> {
    const id = ctx.cookies.get(this.name, { signed: true });
    return id ? this.#sessions.stored(id) : undefined;
  }

  /** The uid of the session that the browser's cookie opens or once opened. */
  async uid(ctx: Context): Promise<string | undefined> {
    const id = ctx.cookies.get(this.name, { signed: true });
    return id ? this.#sessions.uidOf(id) : undefined;
  }

  /** Why the session ended that the browser's cookie once opened; undefined where none has. @throws AppError `store-away` */
  async endReason(ctx: Context): Promise<string | undefined> {
    const uid = await this.uid(ctx);
    return uid === undefined ? undefined : this.#sessions.endReason(uid);
  }

  /** Gives the browser another id of its session. */
  give(ctx: Context, id: string): void {
    ctx.cookies.set(this.name, id, cookieOptions(this.#secure, { signed: true }));
  }

  clear(ctx: Context): void {
    ctx.cookies.set(this.name, null, cookieOptions(this.#secure, { signed: true }));
  }
}
