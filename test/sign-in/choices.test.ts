import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import { claimsOf, flow, pageName, redeem, Visitor } from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await startPortal({
    demands: true,
    settings: {
      'operator.notice.en': 'Claims is down.',
      'operator.notice.es': 'Claims no funciona.',
      'session.per_account': '2',
    },
  });
});
afterAll(() => portal.stop());

const person = { user_id: 'dr.rivera', password: DEMO_PASSWORD };

test('the user ID is remembered on request, filled in the next time, and forgotten again', async () => {
  const visitor = new Visitor(portal);
  await visitor.submit(await visitor.open(flow('claims').url), { ...person, remember_user_id: 'yes' });
  visitor.forget('session');
  const page = await visitor.open(flow('claims').url);
  expect(page.body).toContain('value="dr.rivera"');
  expect(page.body).toMatch(/name="remember_user_id"[^>]*checked/);
  await visitor.submit(page, person);
  expect(visitor.cookie('user_id')).toBeUndefined();
});

test('on a shared computer nothing is remembered and the session idles out sooner', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  await visitor.submit(page, { ...person, remember_user_id: 'yes', public_computer: 'yes' });
  expect(visitor.cookie('user_id')).toBeUndefined();
  const idle = async () => {
    const rows = await portal.db.selectFrom('sessions').selectAll().orderBy('started_at', 'desc').execute();
    return (Number(rows[0]?.idle_expires_at) - Number(rows[0]?.started_at)) / 1000;
  };
  expect(Math.round(await idle())).toBe(600);
  const own = new Visitor(portal);
  expect(claimsOf((await redeem(portal, await own.signIn('claims'))).id_token).amr).toEqual(['pwd']);
  expect(Math.round(await idle())).toBe(1800);
});

test('the browser whose session another sign-in ended is told why, in its language, and no other is', async () => {
  const [first, second, third] = [0, 1, 2].map(() => new Visitor(portal)) as [Visitor, Visitor, Visitor];
  for (const visitor of [first, second, third]) await visitor.signIn('claims', { userId: 'm.chen' });
  expect((await first.open('/')).body).toContain('You can be signed in on 2 devices at a time.');
  const spanish = await first.open(flow('claims', { ui_locales: 'es' }).url);
  expect(spanish.body).toContain('en 2 dispositivos a la vez');
  for (const visitor of [second, third]) expect(pageName(await visitor.open('/'))).toBe('launcher');
  expect((await new Visitor(portal).open('/')).body).not.toContain('id="displaced"');
  // Signed in again it is the newest: now the second is out.
  await first.signIn('claims', { userId: 'm.chen' });
  expect(pageName(await first.open('/'))).toBe('launcher');
  expect((await second.open('/')).body).toContain('id="displaced"');
});

test('the language is the person’s choice, then the app’s, then the browser’s', async () => {
  const visitor = new Visitor(portal);
  const spanish = { headers: { 'accept-language': 'fr, es-MX;q=0.8, en;q=0.1' } };
  const lang = (body: string) => /<html lang="(..)"/.exec(body)?.[1];
  expect(lang((await visitor.open('/signed-out', spanish)).body)).toBe('es');
  expect(lang((await visitor.open(flow('claims', { ui_locales: 'es' }).url)).body)).toBe('es');
  const page = await visitor.open(flow('claims').url);
  expect(lang(page.body)).toBe('en');
  const link = /<a href="([^"]*)" lang="es"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');
  const again = await visitor.open(String(link));
  expect(lang(again.body)).toBe('es');
  expect(pageName(again)).toBe('sign-in');
  expect(again.url.search).toMatch(/^\?app=claims&began=\w+$/);
  expect(lang((await visitor.open('/signed-out')).body)).toBe('es');
  const wrong = await visitor.submit(again, { ...person, password: 'wrong-wrong-wrong' });
  expect(wrong.body).toContain('El ID de usuario o la contraseña no son correctos');
});

test('keeping a choice leads nowhere but here, whatever the address says', async () => {
  for (const path of [
    '//evil.example/?lang=es',
    '/\\\\evil.example/?lang=es',
    '/signed-out?lang=es&app=//evil.example',
  ]) {
    const answer = await new Visitor(portal).request(path);
    const { origin } = new URL(answer.headers.get('location') ?? '/', portal.issuer);
    expect(origin).toBe(portal.issuer);
  }
});

test('a service notice stands on the pages until it is dismissed', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open('/signed-out');
  expect(page.body).toContain('Claims is down.');
  const dismiss = /id="dismiss-notice" href="([^"]*)"/.exec(page.body)?.[1]?.replaceAll('&amp;', '&');
  const without = await visitor.open(String(dismiss));
  expect(pageName(without)).toBe('signed-out');
  expect(without.body).not.toContain('Claims is down.');
  expect((await visitor.open('/signed-out')).body).not.toContain('service-notice');
});

test('the launcher shows only what the account may open, and lets somebody else sign in', async () => {
  const visitor = new Visitor(portal);
  const signIn = await visitor.open('/');
  const launcher = await visitor.submit(signIn, { user_id: 'm.chen', password: DEMO_PASSWORD });
  expect(launcher.body).toContain('data-app="claims"');
  expect(launcher.body).not.toContain('data-app="eligibility"');
  const csrf = String(/name="csrf" value="([^"]*)"/.exec(launcher.body)?.[1]);
  const next = await visitor.open('/switch-user', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrf }).toString(),
  });
  expect(pageName(next)).toBe('sign-in');
  const other = await visitor.submit(next, person);
  expect(other.body).toContain('data-app="eligibility"');
});
