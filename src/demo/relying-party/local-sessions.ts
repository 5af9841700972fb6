import { createHash, randomBytes } from 'node:crypto';
import type Koa from 'koa';
import type { LogoutNotice } from './logout-token.ts';
import { ShortMemory } from './short-memory.ts';

/** A person signed in to this app, in one browser. */
export interface LocalSession {
  readonly sub: string;
  /** The identity provider's name for the session; a logout token may name it. */
  readonly sid: string | undefined;
  readonly idToken: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly since: Date;
}

/** What one sign-in on its way through the identity provider must be finished with. */
export interface PendingLogin {
  readonly verifier: string;
  readonly nonce: string;
}

const SESSION_LIFE = 12 * 3600; // s
const LOGIN_LIFE = 3600; // s

/** Who is signed in to this app, and who is about to be; browsers hold random ids, nothing else. */
export class LocalSessions {
  readonly #name: string;
  readonly #secure: boolean;
  readonly #sessions = new ShortMemory<LocalSession>(SESSION_LIFE);
  readonly #logins = new ShortMemory<PendingLogin & { readonly browser: string }>(LOGIN_LIFE);
  readonly #endedSids = new ShortMemory<true>(LOGIN_LIFE);

  /** @param name part of the cookies' names: on localhost, apps on all ports share their cookies */
  constructor(name: string, secure: boolean) {
    if (!/^[\w-]+$/.test(name)) throw new RangeError('A relying party needs a plain name');
    this.#name = name;
    this.#secure = secure;
  }

  /** The session of the browser that asks. */
  of(ctx: Koa.Context): LocalSession | undefined {
    return this.#sessions.get(ctx.cookies.get(this.#sessionCookie) ?? '');
  }

  all(): LocalSession[] {
    return this.#sessions.values();
  }

  /** Remembers a sign-in under its `state`, for this browser alone. */
  beginLogin(ctx: Koa.Context, state: string, login: PendingLogin): void {
    const browser = randomBytes(32).toString('base64url');
    this.#logins.set(state, { ...login, browser });
    // One cookie a sign-in, not one a browser: two tabs opened at once must both be able to finish.
    this.#setCookie(ctx, this.#loginCookie(state), browser, LOGIN_LIFE, '/callback');
  }

  /** The sign-in that `state` names, once, and only in the browser that began it (login CSRF). */
  takeLogin(ctx: Koa.Context, state: string): PendingLogin | undefined {
    const cookie = this.#loginCookie(state);
    const browser = ctx.cookies.get(cookie);
    if (browser === undefined || this.#logins.get(state)?.browser !== browser) return undefined;
    this.#setCookie(ctx, cookie, '', 0, '/callback');
    return this.#logins.take(state);
  }

  /** Signs a browser in, under a new id. False when a logout token has overtaken the sign-in. */
  signIn(ctx: Koa.Context, session: LocalSession): boolean {
    if (session.sid !== undefined && this.#endedSids.get(session.sid)) return false;
    this.signOut(ctx);
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, session);
    this.#setCookie(ctx, this.#sessionCookie, id, SESSION_LIFE, '/');
    return true;
  }

  /** Signs a browser out; answers who it was. */
  signOut(ctx: Koa.Context): LocalSession | undefined {
    const session = this.#sessions.take(ctx.cookies.get(this.#sessionCookie) ?? '');
    if (session) this.#setCookie(ctx, this.#sessionCookie, '', 0, '/');
    return session;
  }

  /** Ends what a logout token names, in all browsers. */
  end({ sid, sub }: LogoutNotice): void {
    if (sid !== undefined) this.#endedSids.set(sid, true);
    this.#sessions.deleteWhere(
      (session) => (sid === undefined || session.sid === sid) && (sub === undefined || session.sub === sub),
    );
  }

  get #sessionCookie(): string {
    return `${this.#secure ? '__Host-' : ''}${this.#name}_signed_in`;
  }

  #loginCookie(state: string): string {
    const label = createHash('sha256').update(state).digest('hex').slice(0, 16);
    return `${this.#secure ? '__Secure-' : ''}${this.#name}_login_${label}`;
  }

  #setCookie(ctx: Koa.Context, name: string, value: string, seconds: number, path: string): void {
    ctx.cookies.secure = this.#secure; // TLS may end at a proxy in front
    ctx.cookies.set(name, value, {
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#secure,
      path,
      signed: false,
      overwrite: true,
      maxAge: seconds * 1000,
      ...(seconds === 0 && { expires: new Date(0) }),
    });
  }
}
