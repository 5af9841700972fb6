import { createHash, randomBytes } from 'node:crypto';
import { type Agent, request } from 'node:http';
import { DEMO_PASSWORD, type Portal } from './portal.ts';

/** An answer, redirects not followed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly url: URL;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Which of the portal's processes answers; a random one unless given. */
  readonly process?: number;
  /** Keeps the connection; one for each request unless given. */
  readonly agent?: Agent;
}

/** One HTTP request to a portal, by the path it would have under the issuer. Over real TCP, without redirects. */
export async function send(portal: Portal, path: string, options: SendOptions = {}): Promise<Answer> {
  const index = options.process ?? Math.floor(Math.random() * portal.ports.length);
  const { host } = new URL(portal.issuer);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: portal.ports[index],
        path,
        method: options.method ?? 'GET',
        headers: { host, accept: 'text/html', ...options.headers },
        agent: options.agent ?? false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const headers = new Headers();
          for (let i = 0; i < response.rawHeaders.length; i += 2) {
            headers.append(response.rawHeaders[i] as string, response.rawHeaders[i + 1] as string);
          }
          const body = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, headers, body, url: new URL(path, portal.issuer) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

/** An app's half of a code flow. */
export interface FlowRequest {
  readonly url: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly clientId: string;
}

/** An authorization request with PKCE for a demo app; `more` adds or (with '') removes parameters. */
export function flow(clientId: string, more: Readonly<Record<string, string>> = {}): FlowRequest {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri =
    more.redirect_uri ??
    {
      claims: 'http://localhost:3101/callback',
      eligibility: 'http://localhost:3102/callback',
      mobile: 'http://127.0.0.1:4999/callback',
    }[clientId] ??
    '';
  const params = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    scope: 'openid profile',
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(8).toString('hex'),
    ...more,
  });
  for (const [name, value] of Object.entries(more)) if (value === '') params.delete(name);
  return { url: `/oidc/authorize?${params}`, verifier, redirectUri, clientId };
}

/** A browser without a screen on a portal: cookies by path, redirects and forms. */
export class Visitor {
  readonly portal: Portal;
  readonly #cookies = new Map<string, { name: string; value: string; path: string }>();
  #headers: Readonly<Record<string, string>> = {};

  constructor(portal: Portal) {
    this.portal = portal;
  }

  /** Headers of each request from now on: a browser's own, or what a proxy adds. */
  sends(headers: Readonly<Record<string, string>>): void {
    this.#headers = headers;
  }

  /** The value of a cookie by a part of its name. */
  cookie(part: string): string | undefined {
    return [...this.#cookies.values()].find(({ name }) => name.includes(part) && !name.endsWith('.sig'))
      ?.value;
  }

  /** Forgets cookies whose name contains `part`; all of them when not given. */
  forget(part = ''): void {
    for (const [key, { name }] of this.#cookies) if (name.includes(part)) this.#cookies.delete(key);
  }

  /** Another browser with the same cookies as this one has now. */
  clone(): Visitor {
    const other = new Visitor(this.portal);
    for (const [key, cookie] of this.#cookies) other.#cookies.set(key, cookie);
    return other;
  }

  /** The Cookie header for an address. */
  cookieHeader(path: string): string {
    const { pathname } = new URL(path, this.portal.issuer);
    return [...this.#cookies.values()]
      .filter(({ path: at }) => pathname === at || pathname.startsWith(at.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  /** One request; redirects are not followed. */
  async request(path: string, options: SendOptions = {}): Promise<Answer> {
    const cookie = this.cookieHeader(path);
    const headers = { ...this.#headers, ...(cookie ? { cookie } : {}), ...options.headers };
    const answer = await send(this.portal, path, { ...options, headers });
    for (const line of answer.headers.getSetCookie()) this.#store(line);
    return answer;
  }

  /** Follows redirects within the issuer; the last answer is a page, or the redirect that leaves it. */
  async open(path: string, options: SendOptions = {}): Promise<Answer> {
    let answer = await this.request(path, options);
    for (let hop = 0; hop < 20; hop++) {
      const location = answer.headers.get('location');
      const next = location ? new URL(location, this.portal.issuer) : undefined;
      if (next?.origin !== new URL(this.portal.issuer).origin) return answer;
      answer = await this.request(
        next.pathname + next.search,
        options.process === undefined ? {} : { process: options.process },
      );
    }
    throw new Error('redirected for ever');
  }

  /** Submits the page's first form with its hidden fields and `fields`, and follows. */
  async submit(
    page: Answer,
    fields: Readonly<Record<string, string>>,
    options: SendOptions = {},
  ): Promise<Answer> {
    return this.open(formAction(page), { ...options, ...formPost(page, fields) });
  }

  /** From an authorization request to the redirect back to the app, signing in where asked. */
  async signIn(
    clientId: string,
    { userId = 'dr.rivera', password = DEMO_PASSWORD, ...more }: Record<string, string> = {},
  ): Promise<FlowRequest & { answer: Answer; code: string }> {
    const started = flow(clientId, more);
    let answer = await this.open(started.url);
    if (pageName(answer) === 'sign-in') answer = await this.submit(answer, { user_id: userId, password });
    if (pageName(answer) === 'continue') answer = await this.submit(answer, {});
    return { ...started, answer, code: codeOf(answer) };
  }

  #store(line: string): void {
    const [pair = '', ...attributes] = line.split(/; ?/);
    const name = pair.slice(0, pair.indexOf('='));
    const path = attributes.find((text) => /^path=/i.test(text))?.slice(5) ?? '/';
    const expires = attributes.find((text) => /^expires=/i.test(text))?.slice(8);
    const key = `${name} ${path}`;
    if (expires && Date.parse(expires) <= Date.now()) this.#cookies.delete(key);
    else this.#cookies.set(key, { name, value: pair.slice(pair.indexOf('=') + 1), path });
  }
}

export function formAction(page: Answer): string {
  const action = /<form[^>]*action="([^"]*)"/.exec(page.body)?.[1];
  if (action === undefined)
    throw new Error(`no form on ${page.url}, status ${page.status}: ${page.body.slice(0, 500)}`);
  return action.replaceAll('&amp;', '&');
}

/** The request that a page's first form makes. */
export function formPost(page: Answer, fields: Readonly<Record<string, string>>): SendOptions {
  const body = new URLSearchParams();
  const form = /<form[\s\S]*?<\/form>/.exec(page.body)?.[0] ?? '';
  for (const [input] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    body.set(String(/name="([^"]*)"/.exec(input)?.[1]), String(/value="([^"]*)"/.exec(input)?.[1]));
  }
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: body.toString(),
  };
}

/** `data-page` of a page; undefined for anything else. */
export function pageName(answer: Answer): string | undefined {
  return /<body[^>]*data-page="([^"]*)"/.exec(answer.body)?.[1];
}

/** The code in the redirect to the app. Throws where there is none, with what came instead. */
export function codeOf(answer: Answer): string {
  const location = answer.headers.get('location');
  const code = location && new URL(location).searchParams.get('code');
  if (!code) throw new Error(`no code: ${answer.status} ${location ?? answer.body.slice(0, 800)}`);
  return code;
}

/** What a redirect tells the app, by name, with where it leads as `to`. Throws where there is none. */
export function replyOf(answer: Answer): Record<string, string> {
  const location = answer.headers.get('location');
  if (!location) throw new Error(`no redirect: ${answer.status} ${answer.body.slice(0, 800)}`);
  const [to = '', ...said] = new URL(location, answer.url).href.split(/[?#]/);
  return { ...Object.fromEntries(new URLSearchParams(said.join('&'))), to };
}

export interface Tokens {
  readonly status: number;
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly error?: string;
  readonly expires_in: number;
  readonly scope: string;
}

/** POST to an endpoint that wants client authentication, as a demo app. */
export async function asApp(
  portal: Portal,
  clientId: string,
  path: string,
  fields: Readonly<Record<string, string>>,
  options: SendOptions = {},
): Promise<Answer> {
  const isPublic = ['mobile', 'browser'].includes(clientId);
  const secret = `${clientId}-demo-secret`;
  const basic = Buffer.from(`${clientId}:${secret}`).toString('base64');
  return send(portal, path, {
    ...options,
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(isPublic ? {} : { authorization: `Basic ${basic}` }),
      ...options.headers,
    },
    body: new URLSearchParams({ ...fields, ...(isPublic ? { client_id: clientId } : {}) }).toString(),
  });
}

/** Redeems a code. */
export async function redeem(
  portal: Portal,
  started: FlowRequest & { code: string },
  options: SendOptions = {},
): Promise<Tokens> {
  const fields = {
    grant_type: 'authorization_code',
    code: started.code,
    redirect_uri: started.redirectUri,
    code_verifier: started.verifier,
  };
  const answer = await asApp(portal, started.clientId, '/oidc/token', fields, options);
  return { ...JSON.parse(answer.body), status: answer.status };
}

export async function refresh(
  portal: Portal,
  clientId: string,
  token: string,
  options: SendOptions = {},
): Promise<Tokens> {
  const fields = { grant_type: 'refresh_token', refresh_token: token };
  const answer = await asApp(portal, clientId, '/oidc/token', fields, options);
  return { ...JSON.parse(answer.body), status: answer.status };
}

export async function userinfo(
  portal: Portal,
  accessToken: string,
  options: SendOptions = {},
): Promise<Answer> {
  return send(portal, '/oidc/userinfo', {
    ...options,
    headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
  });
}

export async function introspect(
  portal: Portal,
  clientId: string,
  token: string,
  options: SendOptions = {},
): Promise<{ active: boolean }> {
  return JSON.parse((await asApp(portal, clientId, '/oidc/introspect', { token }, options)).body);
}

/** The claims of a JWT, unverified. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString());
}
