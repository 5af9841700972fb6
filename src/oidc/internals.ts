/**
 * Everything that leans on how oidc-provider works inside, here and in client-internals.ts, each with a test that
 * fails when an upgrade breaks it. Version 9.13.3 exactly. Why each is needed was found by running the library.
 */
import { randomUUID } from 'node:crypto';
import Provider, { type Configuration, type KoaContextWithOIDC, type Session } from 'oidc-provider';
import als from 'oidc-provider/lib/helpers/als.js';
import {
  getValidateAccessToken,
  loadAccessTokenAccount,
  loadAccessTokenClient,
  loadAccessTokenGrant,
} from 'oidc-provider/lib/shared/access_token.js';
import assembleParams from 'oidc-provider/lib/shared/assemble_params.js';
import clientAuth, { getClientAuthParams } from 'oidc-provider/lib/shared/client_auth.js';
import cors from 'oidc-provider/lib/shared/cors.js';
import errorHandler from 'oidc-provider/lib/shared/error_handler.js';
import noCache from 'oidc-provider/lib/shared/no_cache.js';
import rejectDupes from 'oidc-provider/lib/shared/reject_dupes.js';
import { urlencoded } from 'oidc-provider/lib/shared/selective_body.js';
import bearer from 'oidc-provider/lib/shared/set_www_authenticate_header.js';
import { bare } from '../bare.ts';
import { clock } from '../clock.ts';
import type { Context } from '../http/context.ts';
import type { WriteOutcome } from '../sessions/session-store.ts';
import { withParameters } from './app-addresses.ts';
import { type ClientHooks, mendClients } from './client-internals.ts';

/** What the library makes its endpoints of, for one of ours (endpoint.ts): nobody checks a caller in two ways. */
export const library = {
  als,
  cors,
  errorHandler,
  noCache,
  urlencoded,
  assembleParams,
  rejectDupes,
  clientAuth,
  getClientAuthParams,
  bearer,
  validateAccessToken: getValidateAccessToken,
  loadClient: loadAccessTokenClient,
  loadAccount: loadAccessTokenAccount,
  loadGrant: loadAccessTokenGrant,
};

type ResponseMode = (ctx: KoaContextWithOIDC, redirectUri: string, payload: Record<string, unknown>) => void;

interface ModelClass {
  readonly IN_PAYLOAD: string[];
}

/** The identity that all tabs of one browser give the session they are beginning together. */
export interface SessionIdentity {
  readonly uid: string;
  readonly id: string;
}

export interface InternalsOptions extends ClientHooks {
  /** The form_post response mode: the library's page carries inline script, which our CSP refuses. */
  readonly formPost: ResponseMode;
  /** Marks a value as used; true for the first caller alone. */
  readonly once: (id: string, seconds: number) => Promise<boolean>;
  /** Named for a resume that begins a session, so that parallel ones begin the same. */
  readonly sessionIdentity: (ctx: Context) => Promise<SessionIdentity | undefined>;
  /** Names the session that a resume goes on in although its cookie no longer leads there. */
  readonly overtaken: (ctx: Context) => string | undefined;
}

/** Where the session adapter leaves the outcome of its write for `dropStaleCookie`. */
const outcomes = new WeakMap<object, WriteOutcome>();

/** Called by the session adapter: how the running request's session was written. */
export function noteWrite(outcome: WriteOutcome): void {
  const ctx = Provider.ctx;
  if (ctx) outcomes.set(ctx.req, outcome);
}

export class VestibuleProvider extends Provider {
  #formPost: ResponseMode | undefined;

  constructor(issuer: string, configuration: Configuration, options: InternalsOptions) {
    super(issuer, configuration);
    this.#formPost = options.formPost;
    // Every URL is built from the Host header, which http/issuer.ts overwrites; the scheme comes with it.
    this.proxy = true;
    extendPayloads(this);
    mendSessions(this, options);
    lookBeforeConsuming(this, configuration.findAccount);
    this.ReplayDetection.unique = (issuer: string, jti: string, exp: number) =>
      options.once(`${issuer} ${jti}`, Math.max(1, exp - Math.floor(clock.now() / 1000)));
    // The library tells a sid only to apps that take back-channel logout; our contract tells every app.
    this.Client.prototype.includeSid = () => true;
    mendClients(this, options);
    keepAnswersAlone(this);
    this.use(dropStaleCookie(this));
  }

  /** The constructor registers the built-in modes through this very method, first come only. */
  override registerResponseMode(name: string, handler: ResponseMode): void {
    const post: ResponseMode = (ctx, uri, payload) => this.#formPost?.(ctx, uri, payload);
    const ours: Readonly<Record<string, ResponseMode>> = {
      form_post: post,
      query: leave('?'),
      fragment: leave('#'),
    };
    super.registerResponseMode(name, ours[name] ?? handler);
  }
}

/** Before the first record is made: the library reads the list once and keeps it. */
function extendPayloads(provider: Provider): void {
  const extend = (model: unknown, names: string[]) => {
    // What the library does not type.
    const all = [...(model as ModelClass).IN_PAYLOAD, ...names];
    Object.defineProperty(model, 'IN_PAYLOAD', { get: () => all });
  };
  extend(provider.Session, ['startedAt', 'seenAt', 'isPublic', 'factorAt', 'remembered', 'loaded']);
  extend(provider.Grant, ['offline', 'sessionUid', 'remembered']);
}

function mendSessions(provider: Provider, { sessionIdentity, overtaken }: InternalsOptions): void {
  const { Session } = provider;
  const { get, prototype } = Session;
  const { save, resetIdentifier, authorizationFor } = prototype;

  Session.get = async function (ctx) {
    const session = await get.call(this, ctx);
    // A cookie that leads nowhere is no session: saving one under it would overwrite the cookie of the
    // session that another tab has just signed in to.
    if (!session.accountId && !session.new) Object.defineProperty(session, 'new', { value: true });
    if (session.new) {
      const uid = overtaken(ctx);
      const goingOn = uid && (await this.findByUid(uid));
      if (goingOn) return asOvertaken(goingOn);
      const identity = await sessionIdentity(ctx);
      if (identity) Object.assign(session, { uid: identity.uid, jti: identity.id });
    }
    return session;
  };

  // The old id dies by the data no longer naming it, in the same write; deleting it first would leave a gap.
  prototype.save = function (this: Session, ttl: number) {
    delete this.oldId;
    return save.call(this, ttl);
  };

  // A new id is for a new sign-in or a step-up. On other resumes it would only sign out parallel requests.
  prototype.resetIdentifier = function () {
    if (Provider.ctx?.oidc.result?.login) resetIdentifier.call(this);
  };

  // A new session's is a plain object, which holds something for an app called `constructor` before it was entered:
  // all people's sessions would share what is written there, their sid.
  prototype.authorizationFor = function (this: Session, ...args: [clientId: string, value?: string]) {
    if (args[1] !== undefined) this.authorizations ??= bare();
    return Reflect.apply(authorizationFor, this, args);
  };
}

/** It is saved like a session that was loaded by an earlier id: its new apps are taken, its id is not. */
function asOvertaken(session: Session): Session {
  Object.assign(session, { loaded: { ...session.loaded, idHash: 'overtaken' } });
  Provider.ctx?.oidc.entity('Session', session);
  return session;
}

/**
 * An interaction is stored once it is answered: until then it rides in the browser (interaction-cookies.ts), which the
 * library tells of it right after this.
 */
function keepAnswersAlone({ Interaction: { prototype } }: Provider): void {
  const { save } = prototype;
  prototype.save = async function (ttl) {
    if (this.result) return save.call(this, ttl);
    this.exp = Math.floor(clock.now() / 1000) + ttl;
    return this.uid;
  };
}

/** The library's own record of an interaction, made from what its browser carried. */
export function interactionFrom({ Interaction }: Provider, fields: { readonly uid: string }) {
  // What the library does not type: how it makes one of a stored payload.
  const model = Interaction as unknown as ModelClass & {
    instantiate(payload: object): InstanceType<typeof Interaction>;
  };
  return model.instantiate({ ...fields, jti: fields.uid });
}

/**
 * Lets the library resume the interaction of this address. It goes by a cookie alone, which would be one more for
 * each open sign-in; the caller has seen that this browser is the one that answered.
 */
export function resumeAs(ctx: Context, provider: Provider, uid: string): void {
  const { cookies } = ctx;
  const get = cookies.get.bind(cookies);
  const name = provider.cookieName('resume');
  cookies.get = (asked, options) => (asked === name ? uid : get(asked, options));
}

/**
 * The library uses a code up before it looks for the account. With PostgreSQL away the app would be told to
 * come again with a code that is spent, and coming again would count as a replay.
 */
function lookBeforeConsuming(provider: Provider, findAccount: Configuration['findAccount']): void {
  const { prototype } = provider.AuthorizationCode;
  const { consume } = prototype;
  prototype.consume = async function () {
    const { ctx } = Provider;
    if (ctx && this.accountId) await findAccount?.(ctx, this.accountId, this);
    return consume.call(this);
  };
}

/**
 * The library sets the session cookie before it saves, and on every answer. It may go out only where this
 * request's write was taken and gave the session another id; otherwise a slow answer would restore an old one.
 */
function dropStaleCookie(provider: Provider) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    try {
      await next();
    } finally {
      const session = ctx.oidc?.session;
      const name = provider.cookieName('session');
      const arrived = provider.createContext(ctx.req, ctx.res).cookies.get(name, { signed: true });
      const changed = session !== undefined && session.jti !== arrived;
      if (!(changed && outcomes.get(ctx.req) === 'written')) withoutCookie(ctx, name);
      // Ours stand in their place.
      for (const own of ['interaction', 'resume'] as const) withoutCookie(ctx, provider.cookieName(own));
    }
  };
}

function withoutCookie(ctx: KoaContextWithOIDC, name: string): void {
  const cookies = ctx.response.headers['set-cookie'];
  if (!cookies) return;
  const list = Array.isArray(cookies) ? cookies : [String(cookies)];
  const kept = list.filter((cookie) => !cookie.startsWith(`${name}=`) && !cookie.startsWith(`${name}.sig=`));
  ctx.remove('Set-Cookie');
  if (kept.length > 0) ctx.set('Set-Cookie', kept);
}

/** Back to the app; the library would write the registered address anew. */
function leave(mark: '?' | '#'): ResponseMode {
  return (ctx, redirectUri, payload) => {
    ctx.status = 303;
    // On loopback the library matches what was parsed, and a parser skips line breaks, which no header takes.
    const clean = /^[\x21-\x7e]+$/.test(redirectUri) ? redirectUri : new URL(redirectUri).href;
    ctx.set('Location', withParameters(clean, mark, payload));
  };
}

/** A logout token, outside any request. Good for two minutes: mint one an attempt. */
export async function mintLogoutToken(
  provider: VestibuleProvider,
  client: InstanceType<VestibuleProvider['Client']>,
  { sub, sid }: { sub: string; sid: string },
): Promise<string> {
  // The library wants the name there, and takes none: there is no request.
  const token = new provider.IdToken({ sub }, { client, ctx: undefined as never });
  Object.assign(token, { mask: { sub: null } });
  token.set('events', { 'http://schemas.openid.net/event/backchannel-logout': {} });
  token.set('jti', randomUUID());
  token.set('sid', sid);
  return token.issue({ use: 'logout' });
}
