import type { Context } from '../http/context.ts';

/** Half a year, ms. */
const KEPT = 182 * 24 * 3600 * 1000;
const COOKIE = 'vestibule_user_id';

/** The user ID that a person asked to have remembered on this device: to fill in a field, never to identify. */
export class RememberedUserId {
  readonly #name: string;
  readonly #secure: boolean;

  constructor(secure: boolean) {
    this.#name = `${secure ? '__Host-' : ''}${COOKIE}`;
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
    ctx.cookies.set(this.#name, value, {
      signed: true,
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#secure,
      maxAge: KEPT,
      overwrite: true,
    });
  }
}
