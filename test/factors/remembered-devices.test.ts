import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { atOnce } from '../races/rounds.ts';
import { newName } from '../sessions/fixture.ts';
import { record, TwoReplicas } from './fixture.ts';

const DAY = 86_400;
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

let two: TwoReplicas;
beforeAll(async () => {
  two = await TwoReplicas.open();
});
afterAll(() => two.close());

async function remembered() {
  const account = await two.stores.createAccount();
  const browser = newName();
  const origin = { userAgent: chrome, address: '203.0.113.7' };
  await two.replicas[0].devices.remember(account, browser, origin, record);
  return { account, browser, origin };
}

/** As if everything about an account's devices had happened so many days ago. */
async function age(account: string, days: number): Promise<void> {
  await sql`
    update remembered_devices set created_at = created_at - make_interval(days => ${days}),
      expires_at = expires_at - make_interval(days => ${days}),
      last_used_at = last_used_at - make_interval(days => ${days})
    where account = ${account}`.execute(two.db);
}

test('a browser is remembered for the account that asked, and for no other', async () => {
  const { account, browser } = await remembered();
  const { devices } = two.replicas[1];
  expect(await devices.isRemembered(account, browser)).toBe(true);
  expect(await devices.isRemembered(account, newName())).toBe(false);
  expect(await devices.isRemembered(await two.stores.createAccount(), browser)).toBe(false);
  const [device] = await devices.list(account);
  expect(device).toMatchObject({ name: 'Chrome on Windows', address: '203.0.113.7' });
  expect((device!.expiresAt.getTime() - device!.createdAt.getTime()) / 1000).toBeCloseTo(30 * DAY, 0);
  const { rows } = await sql`select row_to_json(d)::text as d from remembered_devices d`.execute(two.db);
  expect(JSON.stringify(rows)).not.toContain(browser);
});

test('it is forgotten after its time, and at once by a shorter setting or by none', async () => {
  const { account, browser } = await remembered();
  await age(account, 29);
  const good = (life: number) => two.replica(two.db, { life }).devices.isRemembered(account, browser);
  expect(await Promise.all([30 * DAY, 365 * DAY, 28 * DAY, 0].map(good))).toEqual([true, true, false, false]);
  await age(account, 1);
  expect(await good(365 * DAY)).toBe(false);
  expect(await two.replicas[0].devices.list(account)).toEqual([]);
});

test('with a life of zero nothing is remembered', async () => {
  const account = await two.stores.createAccount();
  const { devices } = two.replica(two.db, { life: 0 });
  expect(devices.offered).toBe(false);
  await devices.remember(account, 'browser', {}, record);
  expect(await two.events(account)).toEqual([]);
  expect(await two.replicas[0].devices.isRemembered(account, 'browser')).toBe(false);
});

test('remembering again renews the one device, also sixteen times at once', async () => {
  const { account, browser, origin } = await remembered();
  await age(account, 20);
  await atOnce(16, (i) => two.replicas[i % 2 ? 1 : 0].devices.remember(account, browser, origin, record));
  const devices = await two.replicas[0].devices.list(account);
  expect(devices).toHaveLength(1);
  await age(account, 29);
  expect(await two.replicas[0].devices.isRemembered(account, browser)).toBe(true);
});

test('its use is noted at most once a day', async () => {
  const { account, browser } = await remembered();
  const used = async () => {
    await two.replicas[0].devices.isRemembered(account, browser);
    return (await two.replicas[0].devices.list(account))[0]!.lastUsedAt.getTime();
  };
  const first = await used();
  expect(await used()).toBe(first);
  await age(account, 2);
  expect(await used()).toBeGreaterThan(first - DAY * 1000);
});

test('one, or all, are forgotten, and each is written down', async () => {
  const { account, browser } = await remembered();
  const { devices } = two.replicas[0];
  for (const other of ['b', 'c']) await devices.remember(account, other, {}, record);
  const id = (await devices.list(account)).find(({ name }) => name !== '')!.id;
  expect(await devices.forget(await two.stores.createAccount(), id, record)).toBe(false);
  expect(await devices.forget(account, id, record)).toBe(true);
  expect(await devices.forget(account, id, record)).toBe(false);
  expect(await devices.isRemembered(account, browser)).toBe(false);
  expect(await devices.forgetAll(account, record)).toBe(2);
  expect(await devices.isRemembered(account, 'b')).toBe(false);
  const events = await two.events(account);
  expect(events.map(({ event }) => event)).toEqual([
    ...Array(3).fill('device.remembered'),
    ...Array(3).fill('device.forgotten'),
  ]);
  expect(events[3]).toMatchObject({ before: { id, name: 'Chrome on Windows', address: '203.0.113.7' } });
});
