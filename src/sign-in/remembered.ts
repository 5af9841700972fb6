import type { Context } from '../http/context.ts';
import { cookieName, cookieOptions } from '../http/cookies.ts';

/** Half a year, ms. */
const KEPT = 182 * 24 * 3600 * 1000;

/** The user ID that a person asked to have remembered on this device: to fill in a field, never to identify. */
export class RememberedUserId {
  readonly #name: string;
  readonly #secure: boolean;

  constructor(secure: boolean) {
    this.#name = cookieName('user_id', secure);
    this.#secure = secure;
  }

  of(ctx: Context): string | undefined {
    const kept = ctx.cookies.get(this.#name, { signed: true });
    return kept ? Buffer.from(kept, 'base64url').toString() : undefined;
  }

  /** Remembers it, or forgets what was remembered. */
  keep(ctx: Context, userId: string | undefined): void {
    if (userId === undefined && !ctx.cookies.get(this.#name, { signed: false })) return;
    const value = userId === undefined ? null : Buffer.from(userId).toString('base64url');
    ctx.cookies.set(this.#name, value, cookieOptions(this.#secure, { signed: true, maxAge: KEPT }));
  }
}
