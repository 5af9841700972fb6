import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { RecoveryCodes } from '../../src/factors/recovery-codes.ts';
import { RememberedDevices } from '../../src/factors/remembered-devices.ts';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import { DEMO_PASSWORD } from '../support/portal.ts';
import { pageName, Visitor } from '../support/visitor.ts';
import {
  addReached,
  alertOf,
  askByMail,
  enrol,
  freshCode,
  NEW_PASSWORD,
  type Reachable,
  startReachable,
  stepOf,
} from './recovering.ts';

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable({ processes: 2 });
});
afterAll(() => reachable.stop());

test('a code, or a link, leads to the second factor, which stays; nobody is signed in without it', async () => {
  const { portal } = reachable;
  const person = await addReached(reachable);
  const secret = await enrol(portal, person.sub);
  const { visitor, page, code, link } = await askByMail(reachable, person);
  const other = new Visitor(portal);
  expect(stepOf(await other.open(link))).toBe('second_factor');
  const factor = await visitor.submit(page, { code });
  expect(stepOf(factor)).toBe('second_factor');
  expect(stepOf(await visitor.submit(factor, { password: NEW_PASSWORD }))).toBe('second_factor');
  expect(alertOf(await visitor.submit(factor, { second_factor: '1' }))).toContain('exactly six digits');
  const right = await freshCode(portal, person.sub, secret);
  const wrong = right === '000000' ? '000001' : '000000';
  expect(alertOf(await visitor.submit(factor, { second_factor: wrong }))).toContain(
    'wrong or was already used',
  );
  const choose = await visitor.submit(factor, { second_factor: right });
  expect(stepOf(choose)).toBe('password');
  // What one browser proved is nothing to another that holds the link.
  expect(stepOf(await other.open('/recover/password'))).toBe('second_factor');
  expect(pageName(await visitor.submit(choose, { password: NEW_PASSWORD }))).toBe('recover-password-done');
  expect(pageName(await other.open('/recover/password'))).toBe('link-dead');
  expect(visitor.cookie('session')).toBeUndefined();
  const rows = await portal.db
    .selectFrom('authenticators')
    .where('account', '=', person.sub)
    .select('id')
    .execute();
  expect(rows).toHaveLength(1);
  const signIn = await new Visitor(portal)
    .signIn('claims', { userId: person.userId })
    .catch((error: Error) => error.message);
  expect(signIn).toContain('no code');
  const half = new Visitor(portal);
  const asked = await half.signIn('claims', { userId: person.userId, password: NEW_PASSWORD }).catch(String);
  expect(asked).toContain('data-page="second-factor"');
});

test('a reset forgets every remembered device', async () => {
  const { portal } = reachable;
  const person = await addReached(reachable);
  const devices = new RememberedDevices(portal.db, { life: 3600 });
  for (const browser of ['one', 'two']) {
    await devices.remember(person.sub, browser, {}, async () => undefined);
  }
  const { visitor, page, code } = await askByMail(reachable, person);
  const choose = await visitor.submit(page, { code });
  expect(await devices.list(person.sub)).toHaveLength(2);
  await visitor.submit(choose, { password: NEW_PASSWORD });
  expect(await devices.list(person.sub)).toEqual([]);
});

test('a recovery code stands for the factor, once', async () => {
  const { portal } = reachable;
  const person = await addReached(reachable);
  await enrol(portal, person.sub);
  const hash = { memory: 7168, time: 1, parallelism: 1 };
  const hasher = new PasswordHasher({ hash, pool: { workers: 1, queue: 16 } });
  const codes = new RecoveryCodes(portal.db, hasher);
  const set = await codes.prepare();
  await portal.db.transaction().execute((tx) => codes.replace(tx, person.sub, set, async () => undefined));
  await hasher.close();
  const { visitor, page, code } = await askByMail(reachable, person);
  const factor = await visitor.submit(page, { code });
  const href = String(/id="use-recovery-code" href="([^"]*)"/.exec(factor.body)?.[1]);
  const other = await visitor.open(href.replaceAll('&amp;', '&'));
  const choose = await visitor.submit(other, { second_factor: String(set.codes[0]) });
  expect(stepOf(choose)).toBe('password');
  expect(pageName(await visitor.submit(choose, { password: NEW_PASSWORD }))).toBe('recover-password-done');
  expect(await codes.remaining(person.sub)).toBe(9);
});

test('a lock, a disabling and another reset between two steps stop the next one', async () => {
  const { portal } = reachable;
  const disabled = await addReached(reachable);
  const first = await askByMail(reachable, disabled);
  const choose = await first.visitor.submit(first.page, { code: first.code });
  await portal.db
    .updateTable('accounts')
    .set({ status: 'disabled' })
    .where('sub', '=', disabled.sub)
    .execute();
  expect(pageName(await first.visitor.submit(choose, { password: NEW_PASSWORD }))).toBe('link-dead');
  const revoked = await addReached(reachable);
  const second = await askByMail(reachable, revoked);
  const chosen = await second.visitor.submit(second.page, { code: second.code });
  await portal.db
    .updateTable('accounts')
    .set({ sessions_not_before: new Date() })
    .where('sub', '=', revoked.sub)
    .execute();
  expect(pageName(await second.visitor.submit(chosen, { password: NEW_PASSWORD }))).toBe('link-dead');
  await new Visitor(portal).signIn('claims', { userId: revoked.userId, password: DEMO_PASSWORD });
});
