import type { Portal } from '../support/portal.ts';
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
import { DEMO_PASSWORD } from '../support/portal.ts';

/** How an error must look: a page for people, OAuth's JSON or problem+json for programs. */
export type Form = 'page' | 'json';

/** A request that needs a store. */
export interface Asking {
  readonly name: string;
  readonly form: Form;
  send(): Promise<Answer>;
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
}

export async function collect(portal: Portal): Promise<Holdings> {
  const person = new Visitor(portal);
  const [tokens, typing, returning, phone] = await Promise.all([
    person.signIn('claims').then((started) => redeem(portal, started)),
    openPage(portal),
    openPage(portal).then(async ({ visitor, page }) => {
      const fields = { user_id: 'm.chen', password: DEMO_PASSWORD };
      const answer = await visitor.request(formAction(page), formPost(page, fields));
      return { visitor, path: String(answer.headers.get('location')) };
    }),
    phoneTokens(portal),
  ]);
  const code = await person.signIn('eligibility');
  return { portal, person, tokens, code, typing, returning, phone };
}

/** The tokens of a phone app whose person is signed in there for weeks. */
export async function phoneTokens(portal: Portal): Promise<Tokens> {
  const scope = 'openid profile offline_access';
  return redeem(portal, await new Visitor(portal).signIn('mobile', { scope, prompt: 'consent' }));
}

async function openPage(portal: Portal): Promise<{ visitor: Visitor; page: Answer }> {
  const visitor = new Visitor(portal);
  return { visitor, page: await visitor.open(flow('claims').url) };
}

/** Requests that need both stores, none of which uses up what it holds as long as one of them is away. */
export function askings({ portal, person, tokens, code, typing, returning, phone }: Holdings): Asking[] {
  // A clone for each: a browser that is told 503 must not lose a cookie either, which `person` will show.
  const page = (name: string, path: string, visitor = person): Asking => ({
    name,
    form: 'page',
    send: () => visitor.request(path),
  });
  const app = (name: string, path: string, fields: Record<string, string>, clientId = 'claims'): Asking => ({
    name,
    form: 'json',
    send: () => asApp(portal, clientId, path, fields),
  });
  const { verifier: code_verifier, redirectUri: redirect_uri } = code;
  return [
    page('authorize with a session', flow('eligibility').url),
    page('authorize with prompt=none', flow('eligibility', { prompt: 'none' }).url),
    page('authorize without a session', flow('claims').url, new Visitor(portal)),
    page('the sign-in page', typing.page.url.pathname + typing.page.url.search, typing.visitor),
    {
      name: 'a sign-in',
      form: 'page',
      send: () => {
        const fields = { user_id: 'dr.rivera', password: DEMO_PASSWORD };
        return typing.visitor.request(formAction(typing.page), formPost(typing.page, fields));
      },
    },
    page('a resume', returning.path, returning.visitor),
    page('the launcher', '/'),
    app('a code', '/oidc/token', { grant_type: 'authorization_code', code: code.code, redirect_uri, code_verifier }, 'eligibility'),
    app('a refresh', '/oidc/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }),
    app('a phone refresh', '/oidc/token', { grant_type: 'refresh_token', refresh_token: phone.refresh_token }, 'mobile'),
    app('introspection', '/oidc/introspect', { token: tokens.access_token }),
    app('revocation', '/oidc/revoke', { token: tokens.refresh_token }),
    app('a pushed request', '/oidc/par', Object.fromEntries(new URL(flow('claims').url, portal.issuer).searchParams)),
    { name: 'userinfo', form: 'json', send: () => userinfo(portal, tokens.access_token) },
    page('a sign-out with a hint', `/oidc/logout?id_token_hint=${tokens.id_token}`),
  ];
}
