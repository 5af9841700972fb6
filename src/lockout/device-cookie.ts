import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from '../http/context.ts';
import { cookieName, cookieOptions } from '../http/cookies.ts';

export interface DeviceCookieOptions {
  /** The first signs, all verify. */
  readonly keys: readonly string[];
  /** Whether the issuer is https: then the cookie is `__Host-`, which no subdomain can plant. */
  readonly secure: boolean;
}

/** A browser as its cookie tells. */
interface Device {
  readonly id: string;
  /** A MAC for each account, the last to sign in first. */
  readonly macs: readonly string[];
}

/** A year, ms. */
const KEPT = 365 * 24 * 3600 * 1000;
/** Accounts of one browser: offices share computers, and a cookie has its limits. */
const ACCOUNTS = 10;
const SHAPE = /^([\w-]{43})\.([\w-]{22})((?:\.[\w-]{22}){0,10})$/;

/**
 * Knows the devices that people have signed in on, so that a stranger's failures do not lock them out there
 * (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). The cookie holds a random id and, for each
 * account, a MAC over both: one copied to another id or for another account is worth nothing. It proves no
 * identity and signs nobody in.
 */
export class DeviceCookie {
  readonly #keys: readonly string[];
  readonly #secure: boolean;
  readonly #name: string;
  /** What was set in this very request, which its own cookie header cannot hold yet. */
  readonly #fresh = new WeakMap<object, Device>();

  /** Throws a TypeError without a key. */
  constructor({ keys, secure }: DeviceCookieOptions) {
    if (!keys[0]) throw new TypeError('DeviceCookie needs a key');
    this.#keys = keys;
    this.#secure = secure;
    this.#name = cookieName('device', secure);
  }

  /**
   * A name for this device, 43 characters, where this person has had a full sign-in on it.
   * @param subject the folded user ID
   */
  knows(ctx: Context, subject: string): string | undefined {
    const device = this.#read(ctx);
    return device?.macs.some((mac) => this.#isOf(device.id, subject, mac)) ? nameOf(device.id) : undefined;
  }

  /** One name for the browser, for everybody who signs in on it; undefined where nobody has. */
  browser(ctx: Context): string | undefined {
    const device = this.#read(ctx);
    return device && nameOf(device.id);
  }

  /** Notes a full sign-in of this person, for a year. @param subject the folded user ID */
  keep(ctx: Context, subject: string): void {
    const { id, macs } = this.#read(ctx) ?? { id: randomBytes(32).toString('base64url'), macs: [] };
    const others = macs.filter((mac) => !this.#isOf(id, subject, mac));
    const kept = [mac(this.#keys[0] ?? '', id, subject), ...others].slice(0, ACCOUNTS);
    this.#fresh.set(ctx.req, { id, macs: kept });
    const value = [id, mac(this.#keys[0] ?? '', id), ...kept].join('.');
    ctx.cookies.set(this.#name, value, cookieOptions(this.#secure, { maxAge: KEPT }));
  }

  #read(ctx: Context): Device | undefined {
    const fresh = this.#fresh.get(ctx.req);
    if (fresh) return fresh;
    const cookie = ctx.cookies.get(this.#name, { signed: false }) ?? '';
    const [, id, signature, rest = ''] = SHAPE.exec(cookie) ?? [];
    // An id that we did not give out could be one that somebody planted in many browsers.
    if (!id || !signature || !this.#keys.some((key) => same(mac(key, id), signature))) return undefined;
    return { id, macs: rest.split('.').slice(1) };
  }

  #isOf(id: string, subject: string, given: string): boolean {
    return this.#keys.some((key) => same(mac(key, id, subject), given));
  }
}

/** 22 characters, 132 bits, of the device alone or of an account on it. */
function mac(key: string, id: string, subject?: string): string {
  const what = subject === undefined ? 'device' : `device account\0${subject}`;
  return createHmac('sha256', key).update(`vestibule ${id}\0${what}`).digest('base64url').slice(0, 22);
}

function nameOf(id: string): string {
  return createHash('sha256').update(`vestibule device\0${id}`).digest('base64url');
}

function same(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
