import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { demoApps } from '../../src/demo/apps.ts';
import type { Portal } from '../support/portal.ts';
import { type SendOptions, send } from '../support/visitor.ts';

/** How an app takes a logout notice: well, with an error, never, with a redirect, or not at all. */
export type Manner = 'accepts' | 'fails' | 'hangs' | 'redirects';

/** The back-channel logout endpoint of an app, over real HTTP, with manners. */
export class LogoutEndpoint {
  /** Tokens that came while it accepted them. */
  readonly accepted: string[] = [];
  /** Requests that came, in whatever manner they were taken. */
  requests = 0;
  /** Requests to where a redirect led. */
  followed = 0;
  manner: Manner = 'accepts';
  readonly #server: Server = createServer((request, response) => {
    if (request.url !== '/logout') this.followed += 1;
    // None is used again just as it is closed: that would be another failure than the one that is tried.
    response.setHeader('connection', 'close');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => this.#take(body, response));
  });
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}/logout`;
  }

  async open(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Nobody listens any more; `open` listens on the same port again. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  /** Makes this the endpoint of a demo app; `more` says what else of it differs. */
  async serveFor(portal: Portal, clientId: 'claims' | 'eligibility', more: object = {}): Promise<void> {
    const app = demoApps({ claims: 3101, eligibility: 3102 }).find((each) => each.client_id === clientId);
    await portal.register({ ...app, backchannel_logout_uri: this.url, ...more });
  }

  #take(body: string, response: ServerResponse): void {
    this.requests += 1;
    if (this.manner === 'hangs') return;
    if (this.manner === 'accepts') this.accepted.push(String(new URLSearchParams(body).get('logout_token')));
    if (this.manner === 'redirects') response.setHeader('location', '/elsewhere');
    response.statusCode = { accepts: 200, fails: 500, redirects: 307 }[this.manner];
    response.end();
  }
}

/** The claims of a logout token, checked as OIDC Back-Channel Logout 1.0 §2.6 asks of an app. */
export async function verifyLogoutToken(
  portal: Portal,
  clientId: string,
  token: string,
  options: SendOptions = {},
): Promise<JWTPayload> {
  const keys = JSON.parse((await send(portal, '/oidc/jwks', options)).body) as JSONWebKeySet;
  const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
    issuer: portal.issuer,
    audience: clientId,
    typ: 'logout+jwt',
    requiredClaims: ['iat', 'exp', 'jti', 'events', 'sid'],
  });
  if (payload.nonce !== undefined) throw new Error('a logout token has no nonce');
  return payload;
}
