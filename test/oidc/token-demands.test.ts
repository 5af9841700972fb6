import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { until } from '../postgres/until.ts';
import { type Fill, People, postTo, type Somebody } from '../support/enrolled.ts';
import { A_SECOND } from '../support/limits.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  claimsOf,
  flow,
  introspect,
  redeem,
  refresh,
  replyOf,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';

let portal: Portal;
let people: People;
let practice: string;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2, settings: { 'second_factor.roles': '[support]' } });
  people = await People.of(portal);
  practice = (await portal.db.selectFrom('practices').select('id').executeTakeFirstOrThrow()).id;
});
afterAll(async () => {
  await people?.close();
  await portal?.stop();
});

const redirect_uri = 'https://held.example/callback';
const OFFLINE = { scope: 'openid profile offline_access', prompt: 'consent' };
const REPLICAS = [0, 1];

let apps = 0;
/** A new app with these demands, and how they change. */
async function newApp(demands: object): Promise<{ id: string; demand(demands: object): Promise<void> }> {
  apps += 1;
  const id = `held-${apps}`;
  const demand = (wanted: object) =>
    portal.register({
      client_id: id,
      client_secret: `${id}-demo-secret`,
      client_name: id,
      first_party: true,
      redirect_uris: [redirect_uri],
      grant_types: ['authorization_code', 'refresh_token'],
      demands: wanted,
    });
  await demand(demands);
  return { id, demand };
}

async function tokensOf(
  app: string,
  somebody: Somebody,
  { visitor = new Visitor(portal), more = {}, fill = {} as Fill } = {},
): Promise<Tokens> {
  const started = flow(app, { redirect_uri, ...more });
  const { answer } = await people.walk(visitor, await visitor.open(started.url), somebody, fill);
  return redeem(portal, { ...started, code: String(replyOf(answer).code) });
}

/** What a replica answers to an app's tokens: none is spent by being refused. */
async function answers(app: string, { access_token, refresh_token }: Tokens, process: number) {
  const at = { process };
  return {
    userinfo: (await userinfo(portal, access_token, at)).status,
    access: (await introspect(portal, app, access_token, at)).active,
    refresh: (await introspect(portal, app, refresh_token, at)).active,
  };
}

const SERVED = { userinfo: 200, access: true, refresh: true };
const REFUSED = { userinfo: 401, access: false, refresh: false };

/** Within a second of a change every replica refuses an app's tokens, and a refresh. */
async function refusedSoon(app: string, tokens: Tokens, change: () => Promise<unknown>): Promise<void> {
  for (const process of REPLICAS) expect(await answers(app, tokens, process)).toEqual(SERVED);
  await change();
  const end = performance.now() + A_SECOND;
  for (const process of REPLICAS) {
    let seen = await answers(app, tokens, process);
    while (!isDeepStrictEqual(seen, REFUSED) && performance.now() < end) {
      seen = await answers(app, tokens, process);
    }
    expect(seen).toEqual(REFUSED);
    const { status, error } = await refresh(portal, app, tokens.refresh_token, { process });
    expect([status, error]).toEqual([400, 'invalid_grant']);
  }
}

async function member(role: 'clinician' | 'biller'): Promise<Somebody & { membership: string }> {
  const somebody = await people.plain();
  const { id } = await portal.db
    .insertInto('memberships')
    .values({ account: somebody.sub, practice, role, granted_by: 'test', status: 'active' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { ...somebody, membership: id };
}

const membership = (id: string) => portal.db.updateTable('memberships').where('id', '=', id);
const grant = (account: string, role: 'support' | 'operator') =>
  portal.db.insertInto('global_roles').values({ account, role, granted_by: 'test' }).execute();

describe.each([
  ['in a session', {}],
  ['of a phone', OFFLINE],
] as const)('tokens %s', (_name, more) => {
  test('a membership that ended closes the app that demands its role, and no other', async () => {
    const somebody = await member('clinician');
    const [clinical, open] = [await newApp({ roles: ['clinician', 'operator'] }), await newApp({})];
    const visitor = new Visitor(portal);
    const tokens = await tokensOf(clinical.id, somebody, { visitor, more });
    const others = await tokensOf(open.id, somebody, { visitor, more });
    const end = { status: 'ended', valid_to: sql<Date>`clock_timestamp()` } as const;
    await refusedSoon(clinical.id, tokens, () => membership(somebody.membership).set(end).execute());
    for (const process of REPLICAS) expect(await answers(open.id, others, process)).toEqual(SERVED);
    expect((await refresh(portal, open.id, others.refresh_token)).status).toBe(200);
  });

  test('a membership whose last day passes closes it, too, and one that comes back opens it', async () => {
    const somebody = await member('biller');
    const app = await newApp({ roles: ['biller'] });
    const tokens = await tokensOf(app.id, somebody, { more });
    const held = membership(somebody.membership);
    await refusedSoon(app.id, tokens, () => held.set({ valid_to: sql`clock_timestamp()` }).execute());
    await held.set({ valid_to: null }).execute();
    await until(async () => (await refresh(portal, app.id, tokens.refresh_token)).status === 200);
  });

  test('a global role that was taken closes the app that demands it', async () => {
    const somebody = await people.plain();
    await grant(somebody.sub, 'operator');
    const app = await newApp({ roles: ['operator'] });
    const tokens = await tokensOf(app.id, somebody, { more });
    const roles = portal.db.deleteFrom('global_roles').where('account', '=', somebody.sub);
    await refusedSoon(app.id, tokens, () => roles.execute());
  });

  test('a role that an app has come to demand is demanded of those who are in', async () => {
    const app = await newApp({});
    const tokens = await tokensOf(app.id, await member('biller'), { more });
    await refusedSoon(app.id, tokens, () => app.demand({ roles: ['clinician'] }));
  });

  test('a second factor that an app has come to demand is demanded of those who proved none', async () => {
    const app = await newApp({});
    const [plain, enrolled] = [await people.plain(), await people.enrolled()];
    const [weak, strong] = [
      await tokensOf(app.id, plain, { more }),
      await tokensOf(app.id, enrolled, { more }),
    ];
    await refusedSoon(app.id, weak, () => app.demand({ second_factor: true, remembered_device: false }));
    for (const process of REPLICAS) expect(await answers(app.id, strong, process)).toEqual(SERVED);
    expect((await refresh(portal, app.id, strong.refresh_token)).status).toBe(200);
  });

  test('a remembered device holds a demand that it may meet, and none that it may not', async () => {
    const app = await newApp({ second_factor: true });
    const somebody = await people.enrolled();
    const visitor = new Visitor(portal);
    const remember = { 'second-factor': { remember_device: 'yes' } };
    await people.walk(visitor, await visitor.open(flow('claims').url), somebody, remember);
    await people.signOut(somebody);
    visitor.forget('session');
    const tokens = await tokensOf(app.id, somebody, { visitor, more });
    const { refresh_token, access_token } = await refresh(portal, app.id, tokens.refresh_token);
    const second = { ...tokens, refresh_token, access_token };
    await refusedSoon(app.id, second, () => app.demand({ second_factor: true, remembered_device: false }));
  });

  test('a second factor that an operator demands of an account is demanded at once', async () => {
    const app = await newApp({});
    const somebody = await people.plain();
    const tokens = await tokensOf(app.id, somebody, { more });
    const account = portal.db.updateTable('accounts').where('sub', '=', somebody.sub);
    await refusedSoon(app.id, tokens, () => account.set({ second_factor_required: true }).execute());
  });

  test('a role whose holders must have a second factor demands it of who is in', async () => {
    const app = await newApp({});
    const somebody = await people.plain();
    const tokens = await tokensOf(app.id, somebody, { more });
    await refusedSoon(app.id, tokens, () => grant(somebody.sub, 'support'));
  });

  test('a second factor that was removed closes the app that demands one', async () => {
    const app = await newApp({ second_factor: true });
    const somebody = await people.enrolled();
    const visitor = new Visitor(portal);
    const tokens = await tokensOf(app.id, somebody, { visitor, more });
    const page = await visitor.open('/account/second-factor');
    const row = portal.db.selectFrom('authenticators').select('id').where('account', '=', somebody.sub);
    const { id } = await row.executeTakeFirstOrThrow();
    await refusedSoon(app.id, tokens, () => postTo(visitor, page, { choice: 'remove', id }));
  });

  test('a spent refresh token still ends its family where a second factor is demanded', async () => {
    const app = await newApp({ second_factor: true });
    const tokens = await tokensOf(app.id, await people.enrolled(), { more });
    const second = await refresh(portal, app.id, tokens.refresh_token);
    expect(second.status).toBe(200);
    expect((await refresh(portal, app.id, tokens.refresh_token)).error).toBe('invalid_grant');
    expect((await refresh(portal, app.id, second.refresh_token)).error).toBe('invalid_grant');
  });

  test('how lately somebody signed in is asked at the sign-in, and never of a token', async () => {
    const app = await newApp({});
    const tokens = await tokensOf(app.id, await people.plain(), { more });
    await app.demand({ fresh: 1 });
    const signedInAt = Number(claimsOf(tokens.id_token).auth_time);
    await until(() => Date.now() / 1000 - signedInAt > 2);
    for (const process of REPLICAS) expect(await answers(app.id, tokens, process)).toEqual(SERVED);
    expect((await refresh(portal, app.id, tokens.refresh_token)).status).toBe(200);
  });
});

test('a code is not redeemed for somebody who lost the role since it was given', async () => {
  const somebody = await member('clinician');
  const app = await newApp({ roles: ['clinician'] });
  const visitor = new Visitor(portal);
  const started = flow(app.id, { redirect_uri });
  const { answer } = await people.walk(visitor, await visitor.open(started.url), somebody);
  const code = String(replyOf(answer).code);
  await membership(somebody.membership).set({ status: 'suspended' }).execute();
  const { status, error } = await redeem(portal, { ...started, code });
  expect([status, error]).toEqual([400, 'invalid_grant']);
});
