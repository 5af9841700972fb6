import * as client from 'openid-client';
import { LogoutTokens } from './logout-token.ts';

export interface Registration {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** As registered; client_secret_basic when not given. */
  readonly clientAuth?: 'client_secret_basic' | 'client_secret_post';
}

export interface Discovered {
  readonly config: client.Configuration;
  readonly logoutTokens: LogoutTokens;
}

/** What a session of the identity provider has left, s. */
export interface SessionLeft {
  readonly active: boolean;
  readonly idle: number;
  readonly absolute: number;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The identity provider as the app knows it: its address; the rest is discovered when first needed. */
export class Issuer {
  readonly #registration: Registration;
  #discovered: Promise<Discovered> | undefined;

  constructor(registration: Registration) {
    this.#registration = registration;
  }

  /** The origin that browsers are sent to. */
  get origin(): string {
    return new URL(this.#registration.issuer).origin;
  }

  /** Endpoints and keys, asked for once; when that fails, the next call asks again. */
  discovered(): Promise<Discovered> {
    this.#discovered ??= this.#discover().catch((error: unknown) => {
      this.#discovered = undefined;
      throw error;
    });
    return this.#discovered;
  }

  /**
   * Says that a person is at work in the session that this app knows by `sid` (POST), or asks what it has left (GET).
   * Undefined where the identity provider has no such endpoint.
   */
  async activity(method: 'GET' | 'POST', sid: string): Promise<SessionLeft | undefined> {
    const { activity_endpoint: endpoint } = (await this.discovered()).config.serverMetadata();
    if (typeof endpoint !== 'string') return undefined;
    const [url, fields] = [new URL(endpoint), new URLSearchParams({ sid })];
    if (method === 'GET') url.search = fields.toString();
    const { clientId, clientSecret } = this.#registration;
    // RFC 6749 §2.3.1: both are form-encoded before they become Basic.
    const [name, secret] = [clientId, clientSecret].map((text) => encodeURIComponent(text));
    const answer = await fetch(url, {
      method,
      headers: { Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}` },
      ...(method === 'POST' && { body: fields }),
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    });
    if (!answer.ok) throw new Error(`the issuer answered ${answer.status}`);
    const left: SessionLeft = await answer.json();
    return left;
  }

  async #discover(): Promise<Discovered> {
    const { issuer, clientId, clientSecret, clientAuth } = this.#registration;
    const url = new URL(issuer);
    const authentication =
      clientAuth === 'client_secret_post'
        ? client.ClientSecretPost(clientSecret)
        : client.ClientSecretBasic(clientSecret);
    const config = await client.discovery(url, clientId, undefined, authentication, {
      timeout: 5,
      // Without TLS only where nobody stands between: an issuer on this very machine.
      execute: LOOPBACK.has(url.hostname) ? [client.allowInsecureRequests] : [],
    });
    const server = config.serverMetadata();
    const algorithms = server.id_token_signing_alg_values_supported;
    const logoutTokens = new LogoutTokens({
      issuer: server.issuer,
      clientId,
      jwksUri: server.jwks_uri ?? '',
      algorithms: Array.isArray(algorithms) ? algorithms.map(String) : ['RS256'],
    });
    return { config, logoutTokens };
  }
}
