import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { openRedis, redisHoldings } from '../oidc/holdings.ts';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { pageName, Visitor } from '../support/visitor.ts';

// A phone or desktop app after RFC 8252, written by hand: no library, no secret, a listener on whatever loopback
// port it got, the system's browser for the sign-in.

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ issuer: 'loopback' });
});
afterAll(() => portal.stop());

test('it signs in on its own port, is told who, and stays signed in without the browser', async () => {
  const browser = new Visitor(portal);
  const phone = await NativeApp.start(portal.issuer);
  try {
    const tokens = await phone.signIn(browser);
    const keys = createRemoteJWKSet(new URL(await phone.endpoint('jwks_uri')));
    const { payload } = await jwtVerify(tokens.id_token, keys, { issuer: portal.issuer, audience: 'mobile' });
    expect(payload).toMatchObject({ preferred_username: 'dr.rivera', nonce: phone.nonce });
    expect(tokens.scope.split(' ')).toContain('offline_access');
    await browser.open(`/oidc/logout?id_token_hint=${tokens.id_token}`);
    const next = await phone.refresh(tokens.refresh_token);
    const told = await fetch(await phone.endpoint('userinfo_endpoint'), {
      headers: { authorization: `Bearer ${next.access_token}` },
    });
    expect(await told.json()).toMatchObject({ preferred_username: 'dr.rivera' });
  } finally {
    phone.stop();
  }
});

test('on a session that exists, a person lets it in by one press of a button', async () => {
  const browser = new Visitor(portal);
  await browser.signIn('claims');
  const phone = await NativeApp.start(portal.issuer);
  try {
    const tokens = await phone.signIn(browser);
    expect(phone.pages).toEqual(['continue']);
    expect(tokens.refresh_token).toEqual(expect.any(String));
  } finally {
    phone.stop();
  }
});

test('two apps on two ports of one machine do not get each other’s codes', async () => {
  const [one, other] = await Promise.all([NativeApp.start(portal.issuer), NativeApp.start(portal.issuer)]);
  try {
    const [first, second] = [await one.signIn(new Visitor(portal)), await other.signIn(new Visitor(portal))];
    expect(first.refresh_token).not.toBe(second.refresh_token);
    const code = await other.codeFrom(new Visitor(portal));
    await expect(one.redeem(code)).rejects.toThrow('invalid_grant');
  } finally {
    one.stop();
    other.stop();
  }
});

test('its refresh token outlives everything that Redis held', async () => {
  const phone = await NativeApp.start(portal.issuer);
  const redis = await openRedis(portal);
  try {
    const tokens = await phone.signIn(new Visitor(portal));
    for (const { key } of await redisHoldings(redis, portal.redisPrefix)) await redis.delete(key);
    const next = await phone.refresh(tokens.refresh_token);
    expect((await phone.refresh(next.refresh_token)).access_token).toEqual(expect.any(String));
    await expect(phone.refresh(tokens.refresh_token)).rejects.toThrow('invalid_grant');
    await expect(phone.refresh(next.refresh_token)).rejects.toThrow('invalid_grant');
  } finally {
    phone.stop();
    redis.close();
  }
});

interface NativeTokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly scope: string;
}

class NativeApp {
  readonly nonce = randomBytes(16).toString('base64url');
  /** The pages that the person saw on the way. */
  readonly pages: (string | undefined)[] = [];
  readonly #issuer: string;
  readonly #server: Server;
  readonly #verifier = randomBytes(32).toString('base64url');
  readonly #state = randomBytes(16).toString('base64url');
  #came: ((url: URL) => void) | undefined;

  private constructor(issuer: string) {
    this.#issuer = issuer;
    this.#server = createServer((request, response) => {
      this.#came?.(new URL(String(request.url), this.#redirectUri));
      response.end('You may close this window.');
    });
  }

  static async start(issuer: string): Promise<NativeApp> {
    const app = new NativeApp(issuer);
    app.#server.listen(0, '127.0.0.1');
    await once(app.#server, 'listening');
    return app;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async endpoint(name: string): Promise<string> {
    const answer = await fetch(`${this.#issuer}/.well-known/openid-configuration`);
    return ((await answer.json()) as Record<string, string>)[name] as string;
  }

  async signIn(browser: Visitor): Promise<NativeTokens> {
    return this.redeem(await this.codeFrom(browser));
  }

  /** Opens the browser and waits for it to come to the listener. */
  async codeFrom(browser: Visitor): Promise<string> {
    const back = new Promise<URL>((resolve) => {
      this.#came = resolve;
    });
    const url = new URL(await this.endpoint('authorization_endpoint'));
    url.search = new URLSearchParams({
      client_id: 'mobile',
      response_type: 'code',
      redirect_uri: this.#redirectUri,
      scope: 'openid profile offline_access',
      prompt: 'consent',
      state: this.#state,
      nonce: this.nonce,
      code_challenge: createHash('sha256').update(this.#verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    let page = await browser.open(url.pathname + url.search);
    while (pageName(page)) {
      this.pages.push(pageName(page));
      const isSignIn = pageName(page) === 'sign-in';
      page = await browser.submit(page, isSignIn ? { user_id: 'dr.rivera', password: DEMO_PASSWORD } : {});
    }
    await fetch(String(page.headers.get('location')));
    const { searchParams } = await back;
    expect(searchParams.get('state')).toBe(this.#state);
    expect(searchParams.get('iss')).toBe(this.#issuer);
    return String(searchParams.get('code'));
  }

  redeem(code: string): Promise<NativeTokens> {
    return this.#ask({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#redirectUri,
      code_verifier: this.#verifier,
    });
  }

  refresh(token: string): Promise<NativeTokens> {
    return this.#ask({ grant_type: 'refresh_token', refresh_token: token });
  }

  /** @throws Error with OAuth's error code */
  async #ask(fields: Record<string, string>): Promise<NativeTokens> {
    const body = new URLSearchParams({ ...fields, client_id: 'mobile' });
    const answer = await fetch(await this.endpoint('token_endpoint'), { method: 'POST', body });
    const said = (await answer.json()) as NativeTokens & { error?: string };
    if (!answer.ok) throw new Error(said.error);
    return said;
  }

  get #redirectUri(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/callback`;
  }
}
