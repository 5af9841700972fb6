import type { Context } from '../http/context.ts';
import { isToken } from './resets.ts';

/** As long as a reset can take at most, ms; the life of its record is what counts. */
const LIFE = 24 * 3600 * 1000;

/** Which reset a browser has under way. It is a secret that proves things: only these pages get it. */
export class ResetCookie {
  readonly #name: string;
  readonly #secure: boolean;

  constructor(secure: boolean) {
    this.#name = `${secure ? '__Secure-' : ''}vestibule_recovery`;
    this.#secure = secure;
  }

  token(ctx: Context): string | undefined {
    const token = ctx.cookies.get(this.#name, { signed: true });
    return isToken(token) ? token : undefined;
  }

  /** @param token null to forget it */
  keep(ctx: Context, token: string | null): void {
    ctx.cookies.set(this.#name, token, {
      path: '/recover',
      httpOnly: true,
      sameSite: 'lax',
      secure: this.#secure,
      signed: true,
      overwrite: true,
      ...(token === null ? {} : { maxAge: LIFE }),
    });
  }
}
