import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, flow, formPost, introspect, pageName, redeem, Visitor } from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
});
afterAll(() => portal.stop());

const person = { user_id: 'dr.rivera', password: DEMO_PASSWORD };
const resumeOf = (page: Answer) => page.url.pathname.replace('/sign-in/', '/oidc/authorize/');

/** What a sibling subdomain can plant: cookies that are not `__Host-`. */
function plantable(visitor: Visitor, path: string): string {
  return visitor
    .cookieHeader(path)
    .split('; ')
    .filter((pair) => !pair.startsWith('__Host-'))
    .join('; ');
}

test('whoever plants their interaction in somebody’s browser is not signed in as that person', async () => {
  const [attacker, victim] = [new Visitor(portal), new Visitor(portal)];
  const page = await attacker.open(flow('claims').url);
  await victim.open(flow('claims').url);
  const path = page.url.pathname + page.url.search;
  const cookie = `${plantable(attacker, path)}; ${victim.cookieHeader('/')}`;
  const shown = await victim.request(path, { headers: { cookie } });
  const post = formPost(shown, person);
  await victim.request(path, { ...post, headers: { ...post.headers, cookie } });
  const stolen = await attacker.request(resumeOf(page));
  expect(stolen.headers.get('location') ?? '').not.toContain('code=');
  expect(attacker.cookie('session')).toBeUndefined();
});

test('whoever plants their finished sign-in in somebody’s browser signs nobody in', async () => {
  const [attacker, victim] = [new Visitor(portal), new Visitor(portal)];
  const page = await attacker.open(flow('claims').url);
  await attacker.request(page.url.pathname + page.url.search, formPost(page, person));
  await victim.open(flow('claims').url);
  const cookie = `${plantable(attacker, resumeOf(page))}; ${victim.cookieHeader('/')}`;
  const answer = await victim.request(resumeOf(page), { headers: { cookie } });
  expect(answer.headers.get('location') ?? '').not.toContain('code=');
  expect(victim.cookie('session')).toBeUndefined();
});

test('a sign-in from before a revocation opens no session after it', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  await visitor.request(page.url.pathname + page.url.search, formPost(page, person));
  await sql`update accounts set sessions_not_before = clock_timestamp() where user_id = 'dr.rivera'`.execute(
    portal.db,
  );
  const answer = await visitor.open(resumeOf(page));
  expect(pageName(answer)).toBe('sign-in');
  expect(visitor.cookie('session')).toBeUndefined();
});

test('a token of an app that is gone is inactive', async () => {
  const tokens = await redeem(portal, await new Visitor(portal).signIn('eligibility'));
  await portal.db.deleteFrom('apps').where('client_id', '=', 'eligibility').execute();
  const deadline = Date.now() + 5000;
  let state = await introspect(portal, 'claims', tokens.access_token);
  while (state.active && Date.now() < deadline)
    state = await introspect(portal, 'claims', tokens.access_token);
  expect(state).toEqual({ active: false });
});
