import type { Context } from './context.ts';
import { cookieName, cookieOptions } from './cookies.ts';

export interface LinkCookieOptions {
  /** Without its prefix. */
  readonly name: string;
  /** The pages that get it. */
  readonly path: string;
  /** ms that a browser keeps it; the token itself may expire earlier. */
  readonly life: number;
  /** Whether the issuer is https. */
  readonly secure: boolean;
  readonly isToken: (text: string | undefined) => text is string;
}

/**
 * Takes a mailed token out of the address, where histories, logs and referrers would keep it, into a cookie that only
 * the link's own pages get. [rule 23]
 */
export class LinkCookie {
  readonly #options: LinkCookieOptions;
  readonly #name: string;

  constructor(options: LinkCookieOptions) {
    this.#options = options;
    this.#name = cookieName(options.name, options.secure, options.path);
  }

  token(ctx: Context): string | undefined {
    const token = ctx.cookies.get(this.#name, { signed: true });
    return this.#options.isToken(token) ? token : undefined;
  }

  /** Keeps what could be a token; anything else forgets the one before. */
  keep(ctx: Context, token: string | undefined): void {
    if (this.#options.isToken(token)) this.#set(ctx, token, this.#options.life);
    else this.forget(ctx);
  }

  forget(ctx: Context): void {
    this.#set(ctx, null);
  }

  #set(ctx: Context, token: string | null, maxAge?: number): void {
    const { path, secure } = this.#options;
    ctx.cookies.set(this.#name, token, cookieOptions(secure, { path, signed: true, maxAge }));
  }
}
