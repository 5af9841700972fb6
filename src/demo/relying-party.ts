// An ordinary app that delegates sign-in: it knows the issuer and its own registration, nothing else. Written
// to be read: `#routes` is all that it does, in the order in which a person meets it.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import Koa from 'koa';
import * as client from 'openid-client';
import { Issuer, type Registration } from './relying-party/issuer.ts';
import { type LocalSession, LocalSessions } from './relying-party/local-sessions.ts';
import { LogoutTokenError, readLogoutToken } from './relying-party/logout-token.ts';
import {
  homePage,
  personOf,
  signedOutPage,
  stylesheet,
  type Trouble,
  troublePage,
  welcomePage,
} from './relying-party/pages.tsx';
import { ShortMemory } from './relying-party/short-memory.ts';

const script = readFileSync(new URL('./relying-party/session.js', import.meta.url), 'utf8');

export interface RelyingPartyOptions extends Registration {
  /** Short name in letters, digits and hyphens: part of the cookies' names. */
  readonly name: string;
  /** What people call the app. */
  readonly title: string;
  /** Where browsers find the app, without a trailing slash: `http://localhost:3101`. */
  readonly baseUrl: string;
  readonly port: number;
  /** Interface to listen on; 127.0.0.1 when not given. */
  readonly host?: string;
  readonly scope?: string;
  readonly log?: { warn(details: object, message: string): void };
}

type Handler = (ctx: Koa.Context) => void | Promise<void>;

const LOGOUT_LIFE = 600; // s

export class RelyingParty {
  readonly #options: RelyingPartyOptions;
  readonly #issuer: Issuer;
  readonly #local: LocalSessions;
  readonly #logouts = new ShortMemory<true>(LOGOUT_LIFE);
  #server: Server | undefined;

  readonly #routes: Readonly<Record<string, Handler>> = {
    'GET /': (ctx) => this.#home(ctx),
    'GET /login': (ctx) => this.#login(ctx),
    'GET /callback': (ctx) => this.#callback(ctx),
    'GET /me': (ctx) => this.#me(ctx),
    'GET /session': (ctx) => this.#activity(ctx, 'GET'),
    'POST /session': (ctx) => this.#activity(ctx, 'POST'),
    'POST /logout': (ctx) => this.#logout(ctx),
    'GET /signed-out': (ctx) => this.#signedOut(ctx),
    'POST /backchannel-logout': (ctx) => this.#backchannelLogout(ctx),
    'GET /style.css': (ctx) => this.#file(ctx, 'css', stylesheet),
    'GET /session.js': (ctx) => this.#file(ctx, 'js', script),
  };

  constructor(options: RelyingPartyOptions) {
    this.#options = options;
    this.#issuer = new Issuer(options);
    this.#local = new LocalSessions(options.name, options.baseUrl.startsWith('https:'));
  }

  /** Listens. The issuer need not be up yet: it is asked when first needed. Rejects when the port is taken. */
  async start(): Promise<void> {
    const app = new Koa();
    app.silent = true; // handlers' failures are logged in #failed
    app.use((ctx) => this.#respond(ctx));
    this.#server = createServer(app.callback());
    this.#server.listen(this.#options.port, this.#options.host ?? '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Stops listening and drops open connections. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (!server?.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  /** Everyone who is signed in here. */
  sessions(): LocalSession[] {
    return this.#local.all();
  }

  async #respond(ctx: Koa.Context): Promise<void> {
    ctx.set({
      'Cache-Control': 'no-store', // Back after sign-out must not show what was there
      // After POST /logout the form's redirects lead to the issuer and back here.
      'Content-Security-Policy': `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self' ${this.#issuer.origin}; base-uri 'none'; frame-ancestors 'none'`,
      'Referrer-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    });
    const name = `${ctx.method === 'HEAD' ? 'GET' : ctx.method} ${ctx.path}`;
    const route = Object.hasOwn(this.#routes, name) ? this.#routes[name] : undefined;
    try {
      if (route) await route(ctx);
      else this.#trouble(ctx, 404, { heading: 'Not found', text: 'There is no page at this address.' });
    } catch (error) {
      this.#failed(ctx, error);
    }
  }

  #home(ctx: Koa.Context): void {
    const { title, issuer } = this.#options;
    const session = this.#local.of(ctx);
    const page = session ? homePage(title, issuer, personOf(session.claims)) : welcomePage(title, issuer);
    this.#show(ctx, page);
  }

  /** Sends the browser to the identity provider. Also the app's initiate_login_uri. [OIDC Core §4] */
  async #login(ctx: Koa.Context): Promise<void> {
    const { config } = await this.#issuer.discovered();
    const [state, nonce] = [client.randomState(), client.randomNonce()];
    const verifier = client.randomPKCECodeVerifier();
    this.#local.beginLogin(ctx, state, { verifier, nonce });
    const hint = ctx.query.login_hint;
    const to = client.buildAuthorizationUrl(config, {
      redirect_uri: this.#address('/callback'),
      scope: this.#options.scope ?? 'openid profile email practice',
      state,
      nonce,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(typeof hint === 'string' && { login_hint: hint }),
    });
    ctx.redirect(to.href);
  }

  /** The browser comes back with a code, or with an error. */
  async #callback(ctx: Koa.Context): Promise<void> {
    const state = stateOf(ctx);
    const login = this.#local.takeLogin(ctx, state);
    if (!login) return this.#staleCallback(ctx);
    const { config } = await this.#issuer.discovered();
    const url = new URL(this.#address('/callback'));
    url.search = ctx.search;
    const tokens = await client.authorizationCodeGrant(config, url, {
      expectedState: state,
      expectedNonce: login.nonce,
      pkceCodeVerifier: login.verifier,
    });
    const { id_token: idToken } = tokens;
    const idClaims = tokens.claims();
    if (!idToken || !idClaims) throw new Error('the issuer gave no ID token');
    const { sub, sid } = idClaims;
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, sub);
    const signedIn = this.#local.signIn(ctx, {
      sub,
      sid: typeof sid === 'string' ? sid : undefined,
      idToken,
      claims: { ...idClaims, ...userinfo },
      since: new Date(),
    });
    return signedIn ? ctx.redirect('/') : this.#staleCallback(ctx);
  }

  /** Back button, reload, a sign-in begun in another browser: nothing to redeem. */
  #staleCallback(ctx: Koa.Context): void {
    if (this.#local.of(ctx)) {
      ctx.redirect('/');
    } else {
      this.#trouble(ctx, 400, {
        heading: 'This sign-in has expired',
        text: 'It was already used, took too long, or started in another browser. Sign in again.',
      });
    }
  }

  /** For programs: the claims of the person who is signed in. */
  #me(ctx: Koa.Context): void {
    const session = this.#local.of(ctx);
    ctx.status = session ? 200 : 401;
    ctx.body = session ? session.claims : { error: 'signed_out' };
  }

  /** For session.js: what the session has left; POST says that somebody works here, so that it does not idle out. */
  async #activity(ctx: Koa.Context, method: 'GET' | 'POST'): Promise<void> {
    ctx.status = 403;
    if (method === 'POST' && !this.#isOwnForm(ctx)) return;
    const session = this.#local.of(ctx);
    const left = session?.sid && (await this.#issuer.activity(method, session.sid));
    ctx.status = 404; // an identity provider that does not tell
    if (session && !left) return;
    // What has ended there ends here, also where its notice has not come.
    if (left && !left.active) this.#local.signOut(ctx);
    ctx.body = left || { active: false, idle: 0, absolute: 0 };
    ctx.status = 200;
  }

  /** Signs out here, then at the identity provider, which tells the other apps. [RP-Initiated Logout 1.0] */
  async #logout(ctx: Koa.Context): Promise<void> {
    if (!this.#isOwnForm(ctx)) {
      const text = 'The request didn’t come from this app, so nothing was changed.';
      return this.#trouble(ctx, 403, { heading: 'Not signed out', text });
    }
    const session = this.#local.signOut(ctx);
    ctx.status = 303;
    if (!session) return ctx.redirect('/signed-out');
    const { config } = await this.#issuer.discovered();
    const state = client.randomState();
    this.#logouts.set(state, true);
    const to = client.buildEndSessionUrl(config, {
      id_token_hint: session.idToken,
      post_logout_redirect_uri: this.#address('/signed-out'),
      state,
    });
    ctx.redirect(to.href);
  }

  #signedOut(ctx: Koa.Context): void {
    const everywhere = this.#logouts.take(stateOf(ctx)) === true;
    this.#show(ctx, signedOutPage(this.#options.title, everywhere));
  }

  /** The identity provider says that a session ended. [OpenID Connect Back-Channel Logout 1.0] */
  async #backchannelLogout(ctx: Koa.Context): Promise<void> {
    try {
      const token = await readLogoutToken(ctx.req);
      const { logoutTokens } = await this.#issuer.discovered();
      this.#local.end(await logoutTokens.verify(token));
      ctx.status = 200;
      ctx.body = '';
    } catch (error) {
      this.#options.log?.warn({ err: error, app: this.#options.name }, 'a back-channel logout was not done');
      const refused = error instanceof LogoutTokenError;
      ctx.status = refused ? 400 : 503; // 503: the issuer's keys are out of reach, so try again later
      ctx.body = refused
        ? { error: 'invalid_request', error_description: error.message }
        : { error: 'temporarily_unavailable' };
    }
  }

  #file(ctx: Koa.Context, type: string, text: string): void {
    ctx.set('Cache-Control', 'max-age=3600');
    ctx.type = type;
    ctx.body = text;
  }

  #show(ctx: Koa.Context, html: string): void {
    ctx.type = 'html';
    ctx.body = html;
  }

  #trouble(ctx: Koa.Context, status: number, trouble: Trouble): void {
    ctx.status = status;
    this.#show(ctx, troublePage(this.#options.title, trouble));
  }

  #failed(ctx: Koa.Context, error: unknown): void {
    this.#options.log?.warn({ err: error, app: this.#options.name }, 'a sign-in or sign-out did not work');
    const answered =
      error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError;
    if (answered) {
      this.#trouble(ctx, 400, {
        heading: 'You were not signed in',
        text: 'The identity provider refused the sign-in. It says:',
        error: error.error,
        description: error.error_description,
      });
    } else {
      const text = 'We can’t reach the identity provider. Try again in a minute.';
      this.#trouble(ctx, 503, { heading: 'Sign-in is not available', text });
    }
  }

  /** Another site, another port of localhost included, must not sign anyone out. */
  #isOwnForm(ctx: Koa.Context): boolean {
    const site = ctx.get('Sec-Fetch-Site');
    return site ? site === 'same-origin' : ctx.get('Origin') === new URL(this.#options.baseUrl).origin;
  }

  #address(path: string): string {
    return `${this.#options.baseUrl}${path}`;
  }
}

/** An app as it is registered with the issuer; `start()` serves it. */
export function createRelyingParty(options: RelyingPartyOptions): RelyingParty {
  return new RelyingParty(options);
}

function stateOf(ctx: Koa.Context): string {
  return typeof ctx.query.state === 'string' ? ctx.query.state : '';
}
