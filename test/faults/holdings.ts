import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import {
  type Answer,
  asApp,
  type FlowRequest,
  flow,
  formAction,
  formPost,
  redeem,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';

/** A request that needs both stores. */
export interface Asking {
  readonly name: string;
  /** How an error must look: a page for people, JSON for programs. */
  readonly form: 'page' | 'json';
  /** The status when both stores are there. */
  readonly works: number;
  send(process?: number): Promise<Answer>;
}

/** What people and apps hold at the moment at which a store goes away, one of every kind, unused. */
export interface Holdings {
  readonly portal: Portal;
  /** Signed in to Claims. */
  readonly person: Visitor;
  readonly tokens: Tokens;
  /** For Eligibility, on the same session. */
  readonly code: FlowRequest & { code: string };
  /** Before the sign-in page, not signed in. */
  readonly typing: { visitor: Visitor; page: Answer };
  /** Signed in, and about to be sent back to the app. */
  readonly returning: { visitor: Visitor; path: string };
  readonly phone: Tokens;
  /** Of somebody else's session, which the app is about to give up. */
  readonly unwanted: Tokens;
}

export async function collect(portal: Portal): Promise<Holdings> {
  const person = new Visitor(portal);
  const [tokens, typing, returning, phone, unwanted] = await Promise.all([
    signIn(person),
    openPage(portal),
    openPage(portal).then(async ({ visitor, page }) => {
      const answer = await visitor.request(formAction(page), formPost(page, typed('m.chen')));
      return { visitor, path: pathOf(answer) };
    }),
    phoneTokens(portal),
    signIn(new Visitor(portal)),
  ]);
  const code = await person.signIn('eligibility');
  return { portal, person, tokens, code, typing, returning, phone, unwanted };
}

/** The tokens of a phone app whose person stays signed in there for weeks. */
export async function phoneTokens(portal: Portal): Promise<Tokens> {
  const scope = 'openid profile offline_access';
  return redeem(portal, await new Visitor(portal).signIn('mobile', { scope, prompt: 'consent' }));
}

/** One of every kind of request. None uses up what it holds as long as a store is away. */
export function askings(holdings: Holdings): Asking[] {
  const { portal, person, typing, returning } = holdings;
  const page = (name: string, works: number, path: string, visitor: Visitor): Asking => ({
    name,
    form: 'page',
    works,
    send: (process) => visitor.request(path, on(process)),
  });
  return [
    page('authorize with a session', 303, flow('eligibility').url, person),
    page('authorize with prompt=none', 303, flow('eligibility', { prompt: 'none' }).url, person),
    {
      // It needs no store itself: what it leads to does.
      ...page('authorize without a session', 200, flow('claims').url, person),
      send: (process) => new Visitor(portal).open(flow('claims').url, on(process)),
    },
    page('the sign-in page', 200, typing.page.url.pathname + typing.page.url.search, typing.visitor),
    {
      ...page('a sign-in', 303, formAction(typing.page), typing.visitor),
      send: (process) => {
        const post = { ...formPost(typing.page, typed('dr.rivera')), ...on(process) };
        return typing.visitor.request(formAction(typing.page), post);
      },
    },
    page('a resume', 303, returning.path, returning.visitor),
    page('the launcher', 200, '/', person),
    ...appAskings(holdings),
  ];
}

function appAskings({ portal, tokens, code, phone, unwanted }: Holdings): Asking[] {
  const app = (name: string, works: number, path: string, fields: object, clientId = 'claims'): Asking => ({
    name,
    form: 'json',
    works,
    send: (process) => asApp(portal, clientId, path, fields as Record<string, string>, on(process)),
  });
  const redemption = {
    grant_type: 'authorization_code',
    code: code.code,
    redirect_uri: code.redirectUri,
    code_verifier: code.verifier,
  };
  const refresh = (refresh_token: string) => ({ grant_type: 'refresh_token', refresh_token });
  const pushed = Object.fromEntries(new URL(flow('claims').url, portal.issuer).searchParams);
  return [
    app('a code', 200, '/oidc/token', redemption, 'eligibility'),
    app('a refresh', 200, '/oidc/token', refresh(tokens.refresh_token)),
    app("a phone's refresh", 200, '/oidc/token', refresh(phone.refresh_token), 'mobile'),
    app('introspection', 200, '/oidc/introspect', { token: tokens.access_token }),
    app('revocation', 200, '/oidc/revoke', { token: unwanted.refresh_token }),
    app('a pushed request', 201, '/oidc/par', pushed),
    {
      name: 'userinfo',
      form: 'json',
      works: 200,
      send: (process) => userinfo(portal, tokens.access_token, on(process)),
    },
  ];
}

export async function signIn(visitor: Visitor): Promise<Tokens> {
  return redeem(visitor.portal, await visitor.signIn('claims'));
}

export async function openPage(portal: Portal): Promise<{ visitor: Visitor; page: Answer }> {
  const visitor = new Visitor(portal);
  return { visitor, page: await visitor.open(flow('claims').url) };
}

export function typed(userId: string) {
  return { user_id: userId, password: DEMO_PASSWORD };
}

/** The path within the issuer that an answer sends the browser to. */
export function pathOf(answer: Answer): string {
  const { pathname, search } = new URL(String(answer.headers.get('location')), answer.url);
  return pathname + search;
}

function on(process: number | undefined): { process?: number } {
  return process === undefined ? {} : { process };
}
