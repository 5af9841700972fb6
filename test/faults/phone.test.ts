import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Portal, startPortal } from '../support/portal.ts';
import { flow, pageName, refresh, userinfo, Visitor } from '../support/visitor.ts';
import { FragileStores } from './fragile-stores.ts';
import { phoneTokens, signIn } from './holdings.ts';

let stores: FragileStores;
let portal: Portal;

beforeAll(async () => {
  stores = await FragileStores.start();
  portal = await startPortal({ ...stores.urls, processes: 2 });
});

afterAll(async () => {
  await portal?.stop();
  await stores?.stop();
});

test('a phone stays signed in when Redis loses everything; a browser is asked to sign in', async () => {
  const browser = new Visitor(portal);
  const [old, phone] = [await signIn(browser), await phoneTokens(portal)];
  await stores.wipeRedis();

  expect(pageName(await browser.open(flow('claims').url))).toBe('sign-in');
  expect(pageName(await browser.open('/'))).toBe('sign-in');
  expect((await userinfo(portal, old.access_token)).status).toBe(401);
  expect(await refresh(portal, 'claims', old.refresh_token)).toMatchObject({ error: 'invalid_grant' });

  expect((await userinfo(portal, phone.access_token)).status).toBe(401);
  let tokens = phone;
  for (let turn = 0; turn < 3; turn += 1) {
    tokens = await refresh(portal, 'mobile', tokens.refresh_token);
    expect(tokens.status).toBe(200);
    expect(JSON.parse((await userinfo(portal, tokens.access_token)).body)).toMatchObject({
      preferred_username: 'dr.rivera',
    });
  }
});

test('a replay is still a replay when Redis has lost everything: it ends the phone', async () => {
  const phone = await phoneTokens(portal);
  const next = await refresh(portal, 'mobile', phone.refresh_token);
  await stores.wipeRedis();
  expect(await refresh(portal, 'mobile', phone.refresh_token)).toMatchObject({ error: 'invalid_grant' });
  expect(await refresh(portal, 'mobile', next.refresh_token)).toMatchObject({ error: 'invalid_grant' });
});
