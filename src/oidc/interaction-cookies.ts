import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { cookieName, cookieOptions } from '../http/cookies.ts';
import type { BrowserSeal } from '../keys/browser-seal.ts';

/** What the library keeps of an interaction, but for its answer. */
export interface OpenInteraction {
  readonly uid: string;
  /** Epoch seconds. */
  readonly exp: number;
  readonly params: object;
  readonly session?: object | undefined;
}

/** What of the library's record its page and its resumption need. */
const FIELDS = ['returnTo', 'prompt', 'trusted', 'session', 'grantId', 'cid', 'parJti', 'exp'] as const;

/** Characters of one cookie: browsers drop one of more than 4096 bytes, its name counted, and say nothing. */
const PART = 3800;
/** Cookies of one sign-in. All but the longest requests need one. */
const MOST_PARTS = 3;
/** Sign-ins that a browser has open; browsers hold some 150 cookies of a site, and drop the session's too. */
const MOST_OPEN = 20;
/** Bytes that are unpacked of a request; more was never packed. */
const LONGEST = 64 * 1024;
const LIST_PATH = '/oidc/authorize';
const UID = /^[\w-]{10,64}$/;

/**
 * Sign-ins that nobody has answered yet. Each rides sealed in a cookie that only its own page is sent, so that no
 * number of requests by strangers leaves anything in our stores; the browser that has the cookie is the one that
 * began it. A sign-in is stored when it is answered. [ASVS 7.2.4]
 */
export class InteractionCookies {
  readonly #seal: BrowserSeal;
  readonly #secure: boolean;
  readonly #name: string;
  readonly #list: string;

  /** @param secure whether the issuer is https; a path of its own forbids `__Host-` */
  constructor(seal: BrowserSeal, secure: boolean) {
    this.#seal = seal;
    this.#secure = secure;
    this.#name = cookieName('interaction', secure, pathOf(''));
    this.#list = cookieName('open', secure, LIST_PATH);
  }

  /** Gives it to the browser that begins it. @throws AppError `bad-request` for more than cookies can hold */
  begin(ctx: Context, interaction: OpenInteraction): void {
    const { uid, exp } = interaction;
    const sealed = this.#seal.seal(pack(interaction), uid);
    if (sealed.length > PART * MOST_PARTS) {
      throw new AppError('bad-request', { cause: new Error('the request is too long to be kept') });
    }
    const maxAge = Math.max(1000, exp * 1000 - clock.now());
    for (let part = 0; part * PART < sealed.length; part++) {
      this.#set(ctx, uid, part, sealed.slice(part * PART, (part + 1) * PART), maxAge);
    }
    const open = this.#listed(ctx).filter((each) => each !== uid);
    for (const old of open.slice(MOST_OPEN - 1)) this.drop(ctx, old);
    this.#write(ctx, [uid, ...open.slice(0, MOST_OPEN - 1)]);
  }

  /** The fields of the library's record, if this browser began it and its life is not over. */
  find(ctx: Context, uid: string): OpenInteraction | undefined {
    const parts = [0, 1, 2].map((part) => ctx.cookies.get(this.#part(part), { signed: false }) ?? '');
    const plain = this.#seal.open(parts.join(''), uid);
    const found = plain && unpack(plain, uid);
    return found && found.exp * 1000 > clock.now() ? found : undefined;
  }

  /** Nothing more is to be answered. */
  drop(ctx: Context, uid: string): void {
    for (let part = 0; part < MOST_PARTS; part++) {
      // Where it is not our own page, nobody knows how many it has.
      const elsewhere = ctx.path !== pathOf(uid);
      if (elsewhere || ctx.cookies.get(this.#part(part), { signed: false })) this.#set(ctx, uid, part, null);
    }
  }

  /** It makes room for others. Called where the list is sent: on the way back into the library. */
  leave(ctx: Context, uid: string): void {
    const listed = this.#listed(ctx);
    const others = listed.filter((each) => each !== uid);
    if (others.length < listed.length) this.#write(ctx, others);
  }

  #part(part: number): string {
    return part === 0 ? this.#name : `${this.#name}_${part}`;
  }

  #set(ctx: Context, uid: string, part: number, value: string | null, maxAge?: number): void {
    this.#cookie(ctx, this.#part(part), value, { path: pathOf(uid), ...(maxAge ? { maxAge } : {}) });
  }

  #listed(ctx: Context): string[] {
    const list = ctx.cookies.get(this.#list, { signed: false }) ?? '';
    // An attacker who plants a list gets cookies of these pages dropped, and nothing else.
    return list
      .split('.')
      .filter((uid) => UID.test(uid))
      .slice(0, MOST_OPEN);
  }

  #write(ctx: Context, uids: readonly string[]): void {
    this.#cookie(ctx, this.#list, uids.join('.') || null, { path: LIST_PATH });
  }

  #cookie(ctx: Context, name: string, value: string | null, where: { path: string; maxAge?: number }): void {
    // The same name has other paths in one answer, and all are meant.
    ctx.cookies.set(name, value, cookieOptions(this.#secure, { ...where, overwrite: false }));
  }
}

function pathOf(uid: string): string {
  return `/sign-in/${uid}`;
}

/** The parameters are packed by themselves: beside the session, their length would tell of it. */
function pack(interaction: OpenInteraction): Buffer {
  const kept: Record<string, unknown> = Object.fromEntries(
    FIELDS.map((name) => [name, Reflect.get(interaction, name)]),
  );
  // The id of the session's cookie opens the session: it has no business here.
  if (interaction.session) kept.session = { ...interaction.session, cookie: undefined };
  const params = deflateRawSync(JSON.stringify(interaction.params));
  return Buffer.concat([Buffer.from(`${JSON.stringify(kept)}\0`), params]);
}

function unpack(plain: Buffer, uid: string): OpenInteraction {
  const end = plain.indexOf(0);
  const params = inflateRawSync(plain.subarray(end + 1), { maxOutputLength: LONGEST });
  return { ...JSON.parse(plain.toString('utf8', 0, end)), params: JSON.parse(params.toString()), uid };
}
