import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, asApp, claimsOf, codeOf, flow, pageName, redeem, Visitor } from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ demands: true });
});
afterAll(() => portal.stop());

const locationOf = (answer: Answer) => new URL(String(answer.headers.get('location')));
const biller = { user_id: 'm.chen', password: DEMO_PASSWORD };

async function denied(visitor: Visitor): Promise<Answer> {
  return visitor.submit(await visitor.open(flow('eligibility').url), biller);
}

test('an account without the role is told which app, why and whom to ask, and gets no code', async () => {
  const page = await denied(new Visitor(portal));
  expect(page.status).toBe(403);
  expect(pageName(page)).toBe('access-denied');
  expect(page.body).toContain('You don’t have access to Eligibility');
  expect(page.body).toContain('clinician, staff, or practice administrator');
  expect(page.body).toContain('Ask the person who manages access at your practice.');
});

test('it may go back to the app, which hears access_denied with its own state', async () => {
  const visitor = new Visitor(portal);
  const answer = await visitor.submit(await denied(visitor), { choice: 'return' });
  const { origin, searchParams } = locationOf(answer);
  expect(origin).toBe('http://localhost:3102');
  expect(searchParams.get('error')).toBe('access_denied');
  expect(searchParams.get('state')).toBeTruthy();
});

test('silent sign-on is refused as well, with access_denied, and the app is not in the session', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('claims', { userId: 'm.chen' });
  const answer = await visitor.open(flow('eligibility', { prompt: 'none' }).url);
  expect(locationOf(answer).searchParams.get('error')).toBe('access_denied');
  const entered = await portal.db.selectFrom('session_apps').select('client_id').execute();
  expect(entered.filter(({ client_id }) => client_id === 'eligibility')).toEqual([]);
  const refused = await portal.db
    .selectFrom('audit_events')
    .selectAll()
    .where('event', '=', 'app.refused')
    .orderBy('at')
    .execute();
  expect(refused.at(-1)).toMatchObject({ app: 'eligibility', reason: 'role-missing' });
});

test('a role that is gone closes the app on the session that there is', async () => {
  const visitor = new Visitor(portal);
  await visitor.signIn('eligibility');
  const memberships = portal.db.updateTable('memberships').where('role', '=', 'clinician');
  await memberships.set({ status: 'suspended' }).execute();
  expect(pageName(await visitor.open(flow('eligibility').url))).toBe('access-denied');
  await memberships.set({ status: 'active' }).execute();
  expect(codeOf(await visitor.open(flow('eligibility').url))).toBeTruthy();
});

test('signing in as somebody else ends the first session and leads on to the same app', async () => {
  const visitor = new Visitor(portal);
  const claims = await redeem(portal, await visitor.signIn('claims', { userId: 'm.chen' }));
  const page = await visitor.open(flow('eligibility').url);
  const signIn = await visitor.submit(page, { choice: 'switch-user' });
  expect(pageName(signIn)).toBe('sign-in');
  const first = await portal.db
    .selectFrom('sessions')
    .select(['end_reason'])
    .where('account', '=', String(claimsOf(claims.id_token).sub))
    .where('end_reason', '=', 'switched-user')
    .execute();
  expect(first).toHaveLength(1);
  const answer = await visitor.submit(signIn, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
  expect(locationOf(answer).origin).toBe('http://localhost:3102');
});

test('an app that wants a fresh sign-in asks for the password again on an older session', async () => {
  await portal.register({ ...freshApp, demands: { fresh: 1 } });
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  await portal.advance(2000);
  const answer = await visitor.open(flow('fresh', more).url);
  expect(pageName(answer)).toBe('sign-in');
  const silent = await visitor.open(flow('fresh', { ...more, prompt: 'none' }).url);
  expect(locationOf(silent).searchParams.get('error')).toBe('login_required');
  expect(
    codeOf(await visitor.submit(answer, { user_id: 'dr.rivera', password: DEMO_PASSWORD })),
  ).toBeTruthy();
});

test('an app’s own limits shorten its tokens, and want a new sign-in beyond them, for that app alone', async () => {
  await portal.register({ ...freshApp, client_id: 'strict', session: { idle: 20, absolute: 1 } });
  const visitor = new Visitor(portal);
  const started = await visitor.signIn('strict', more);
  const tokens = await asApp(
    portal,
    'strict',
    '/oidc/token',
    {
      grant_type: 'authorization_code',
      code: started.code,
      redirect_uri: more.redirect_uri,
      code_verifier: started.verifier,
    },
    { headers: { authorization: `Basic ${Buffer.from('strict:fresh-demo-secret').toString('base64')}` } },
  );
  expect(JSON.parse(tokens.body).expires_in).toBe(20);
  await portal.advance(2000);
  const answer = await visitor.open(flow('strict', more).url);
  expect(pageName(answer)).toBe('sign-in');
  expect(codeOf(await visitor.open(flow('claims').url))).toBeTruthy();
});

test('an app of somebody else asks for consent once, and again only for more', async () => {
  await portal.register({ ...freshApp, client_id: 'foreign', client_name: 'Foreign', first_party: false });
  const visitor = new Visitor(portal);
  await visitor.signIn('claims');
  const page = await visitor.open(flow('foreign', more).url);
  expect(pageName(page)).toBe('consent');
  const silent = await visitor.open(flow('foreign', { ...more, prompt: 'none' }).url);
  expect(locationOf(silent).searchParams.get('error')).toBe('consent_required');
  expect(codeOf(await visitor.submit(page, { choice: 'allow' }))).toBeTruthy();
  const another = new Visitor(portal);
  await another.signIn('claims');
  expect(codeOf(await another.open(flow('foreign', more).url))).toBeTruthy();
  const wider = { ...more, scope: 'openid profile email' };
  const asked = await another.open(flow('foreign', wider).url);
  expect(pageName(asked)).toBe('consent');
  const refused = await another.submit(asked, { choice: 'refuse' });
  expect(locationOf(refused).searchParams.get('error')).toBe('access_denied');
});

const more = { redirect_uri: 'https://fresh.example.test/callback' };
const freshApp = {
  client_id: 'fresh',
  client_secret: 'fresh-demo-secret',
  client_name: 'Fresh',
  redirect_uris: [more.redirect_uri],
  first_party: true,
};
