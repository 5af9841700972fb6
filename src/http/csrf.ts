import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { Context } from './context.ts';
import { cookieName, cookieOptions } from './cookies.ts';

export interface CsrfOptions {
  /** The first signs, all verify. */
  keys: readonly string[];
  /** Whether the issuer is https: then the cookie is `__Host-`, which no subdomain can plant. */
  secure: boolean;
  /** The issuer's origin. */
  origin: string;
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function mac(key: string, purpose: string, value: string): string {
  return createHmac('sha256', key).update(`vestibule ${purpose}\0${value}`).digest('base64url');
}

function formToken(key: string, value: string, interaction: string | undefined): string {
  return interaction === undefined ? mac(key, 'form', value) : mac(key, 'interaction', interaction);
}

/**
 * Synchroniser tokens bound to the browser: the cookie holds a random value with its signature, the form an
 * HMAC of it under another purpose. [ASVS 3.5.1]
 */
export class Csrf {
  readonly #keys: readonly string[];
  readonly #secure: boolean;
  readonly #origin: string;
  readonly #cookie: string;
  /** A value given out in this very request, which its own cookie header cannot hold yet. */
  readonly #fresh = new WeakMap<object, string>();

  /** Throws a TypeError without a key. */
  constructor({ keys, secure, origin }: CsrfOptions) {
    if (!keys[0]) throw new TypeError('Csrf needs a key');
    this.#keys = keys;
    this.#secure = secure;
    this.#origin = new URL(origin).origin;
    this.#cookie = cookieName('csrf', secure);
  }

  /**
   * The token for this browser's forms; sets the cookie when it is absent, forged or signed by an old key.
   * @param interaction for the pages of a sign-in: binds the token to it in the cookie's place. Two tabs that
   * a new browser opens at once are each given a cookie and only one stays; both forms have to work.
   */
  token(ctx: Context, interaction?: string): string {
    const value = this.#read(ctx) ?? randomBytes(32).toString('base64url');
    const signed = `${value}.${this.#mac('cookie', value)}`;
    if (!this.#fresh.has(ctx.req) && ctx.cookies.get(this.#cookie, { signed: false }) !== signed) {
      this.#fresh.set(ctx.req, value);
      ctx.cookies.set(this.#cookie, signed, cookieOptions(this.#secure));
    }
    return formToken(this.#keys[0] ?? '', value, interaction);
  }

  /**
   * Throws AppError('forgery') unless the token is this browser's and nothing proves that another site began it.
   * @param interaction what `token` was given; the caller checks that this browser began it
   */
  verify(ctx: Context, submitted: unknown, interaction?: string): void {
    const value = this.#read(ctx);
    const genuine =
      value !== undefined &&
      typeof submitted === 'string' &&
      this.#keys.some((key) => same(formToken(key, value, interaction), submitted));
    if (!genuine || !this.#sameSite(ctx)) throw new AppError('forgery');
  }

  /** A name for this browser: a hash of its cookie, 43 characters; undefined when it has none of ours. */
  browserId(ctx: Context): string | undefined {
    const value = this.#read(ctx);
    return value && createHash('sha256').update(`vestibule browser\0${value}`).digest('base64url');
  }

  /**
   * False for what is proved foreign. No page can write Sec-Fetch-Site, so where it is there it decides. Safari
   * before 16.4 does not send it, proxies strip it, and some send `Origin: null` or none: nothing is proved by
   * that, and the genuine token, which no other site can read, is enough. [ASVS 3.5.1]
   */
  #sameSite(ctx: Context): boolean {
    const site = ctx.get('Sec-Fetch-Site');
    if (site !== '') return site === 'same-origin' || site === 'none';
    const origin = ctx.get('Origin');
    return origin === '' || origin === 'null' || origin === this.#origin;
  }

  #mac(purpose: string, value: string): string {
    return mac(this.#keys[0] ?? '', purpose, value);
  }

  #read(ctx: Context): string | undefined {
    const fresh = this.#fresh.get(ctx.req);
    if (fresh) return fresh;
    const cookie = ctx.cookies.get(this.#cookie, { signed: false }) ?? '';
    const [, value, signature] = /^([\w-]{43})\.([\w-]{43})$/.exec(cookie) ?? [];
    if (!value || !signature) return undefined;
    return this.#keys.some((key) => same(mac(key, 'cookie', value), signature)) ? value : undefined;
  }
}
