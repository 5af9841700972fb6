import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { UserIdTaken } from '../../src/accounts/account.ts';
import { Accounts } from '../../src/accounts/accounts.ts';
import { Practices } from '../../src/accounts/practices.ts';
import type { AuditEvent, Recorder } from '../../src/audit-events.ts';
import { type Database, openDatabase, type Transaction } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';

let drop: () => Promise<void>;
let db: Database;
let accounts: Accounts;
let practices: Practices;
let changes: AuditEvent[] = [];
let count = 0;

const record: Recorder = async (_tx, change) => {
  changes.push(change);
};
const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) => db.transaction().execute(work);
const person = (userId = `person.${nextNumber()}`) => ({ userId, givenName: 'Ana', familyName: 'Rivera' });
const create = (account: Parameters<Accounts['create']>[1] = person()) =>
  inTransaction((tx) => accounts.create(tx, account, record));

function nextNumber(): number {
  count += 1;
  return count;
}

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  db = openDatabase(settings(database.url), silent);
  accounts = new Accounts(db);
  practices = new Practices(db);
});

beforeEach(() => {
  changes = [];
});

afterAll(async () => {
  await db.destroy();
  await drop();
});

test('an account is found by its user ID, exactly as chosen, in any Unicode composition', async () => {
  const { sub } = await create(person('José.Rivera'));
  expect(await accounts.findByUserId('José.Rivera'.normalize('NFD'))).toMatchObject({
    sub,
    userId: 'José.Rivera',
    name: 'Ana Rivera',
    status: 'invited',
    passwordHash: null,
    secondFactorRequired: false,
    sessionsNotBefore: null,
  });
  expect(await accounts.findByUserId('josé.rivera')).toBeUndefined();
  expect(await accounts.findByUserId('José.Rivera ')).toBeUndefined();
});

test("what is nobody's user ID, or cannot be one, finds nobody", async () => {
  for (const userId of ['nobody', '', 'a\0b', '\uD800', 'x'.repeat(100_000)]) {
    expect(await accounts.findByUserId(userId)).toBeUndefined();
  }
});

test('a sub is 22 random base64url characters', async () => {
  const subs = await Promise.all([create(), create(), create()]);
  expect(new Set(subs.map((account) => account.sub)).size).toBe(3);
  for (const { sub } of subs) expect(sub).toMatch(/^[\w-]{22}$/);
});

test('a user ID taken in another spelling is taken, and the transaction lives on', async () => {
  await create(person('Straße'));
  await inTransaction(async (tx) => {
    await expect(accounts.create(tx, person('STRASSE'), record)).rejects.toThrow(UserIdTaken);
    await accounts.create(tx, person(), record);
  });
});

test('of 8 parallel attempts at one user ID exactly one wins', async () => {
  const tries = await Promise.allSettled(
    ['racer', 'Racer', 'RACER', 'rAcer', 'raCer', 'racEr', 'raceR', 'RAcer'].map((userId) =>
      create(person(userId)),
    ),
  );
  expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
  const losers = tries.filter((each) => each.status === 'rejected').map((each) => each.reason);
  for (const loser of losers) expect(loser).toBeInstanceOf(UserIdTaken);
});

test('a new account is recorded, without its password hash', async () => {
  const account = { ...person(), email: 'a@example.org', passwordHash: '$argon2id$secret' };
  const { sub, status } = await create(account);
  expect(status).toBe('active');
  expect(changes).toMatchObject([
    { event: 'account.created', account: sub, after: { user_id: account.userId, password: 'set' } },
  ]);
  expect(JSON.stringify(changes)).not.toContain('argon2id');
});

test('an account that cannot be recorded is not made', async () => {
  const account = person();
  const refuse = async () => {
    throw new Error('audit is away');
  };
  await expect(inTransaction((tx) => accounts.create(tx, account, refuse))).rejects.toThrow('audit is away');
  expect(await accounts.findByUserId(account.userId)).toBeUndefined();
});

test("disabling an account ends its sessions by the store's clock, and is recorded with before and after", async () => {
  const { sub } = await create({ ...person(), status: 'active' });
  expect(await accounts.find(sub)).toMatchObject({ status: 'active', sessionsNotBefore: null });
  await inTransaction((tx) => accounts.setStatus(tx, sub, 'disabled', record));
  expect(await accounts.find(sub)).toMatchObject({ status: 'disabled', sessionsNotBefore: expect.any(Date) });
  const change = { before: { status: 'active' }, after: { status: 'disabled' } };
  expect(changes.at(-1)).toMatchObject({ event: 'account.changed', account: sub, ...change });
  await inTransaction((tx) => accounts.setStatus(tx, sub, 'active', record));
  expect(await accounts.find(sub)).toMatchObject({ status: 'active', sessionsNotBefore: expect.any(Date) });
});

test('a new password ends what began before it, at the moment that is given back, and is recorded', async () => {
  const { sub } = await create({ ...person(), passwordHash: 'old' });
  const clock = async () => (await sql<{ at: Date }>`select clock_timestamp() as at`.execute(db)).rows[0]!.at;
  const before = await clock();
  const moment = await inTransaction((tx) =>
    accounts.setPassword(tx, sub, 'new', { reason: 'forced-change' }, record),
  );
  expect(await accounts.find(sub)).toMatchObject({ passwordHash: 'new', sessionsNotBefore: moment });
  expect(moment.getTime()).toBeGreaterThan(before.getTime());
  expect(moment.getTime()).toBeLessThanOrEqual((await clock()).getTime() + 1);
  const { rows } = await sql<{ exact: boolean; after: boolean }>`
    select sessions_not_before = ${moment} as exact, sessions_not_before >= updated_at as after
    from accounts where sub = ${sub}`.execute(db);
  expect(rows).toEqual([{ exact: true, after: true }]);
  expect(changes.at(-1)).toEqual({
    event: 'password.changed',
    outcome: 'success',
    account: sub,
    reason: 'forced-change',
  });
});

test('a new password that cannot be recorded is not set', async () => {
  const { sub } = await create({ ...person(), passwordHash: 'old' });
  const refuse = async () => {
    throw new Error('audit is away');
  };
  await expect(
    inTransaction((tx) => accounts.setPassword(tx, sub, 'new', { reason: 'changed' }, refuse)),
  ).rejects.toThrow('audit is away');
  expect(await accounts.find(sub)).toMatchObject({ passwordHash: 'old', sessionsNotBefore: null });
});

test('nobody has no standing', async () => {
  expect(await accounts.find('nobody')).toBeUndefined();
  expect(await accounts.find('nobody')).toBeUndefined();
});

test('global roles are granted once and recorded once', async () => {
  const { sub } = await create();
  const grant = { account: sub, role: 'security-analyst', grantedBy: 'test' } as const;
  changes = [];
  await inTransaction(async (tx) => {
    await accounts.grantRole(tx, grant, record);
    await accounts.grantRole(tx, grant, record);
    await accounts.grantRole(tx, { ...grant, role: 'operator' }, record);
  });
  expect(await accounts.roles(sub)).toEqual(['operator', 'security-analyst']);
  expect(changes.map((change) => change.event)).toEqual(['role.granted', 'role.granted']);
});

test("only memberships that are active now count, by the store's clock", async () => {
  const { sub } = await create();
  const hour = 3_600_000;
  const now =
    (await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)).rows[0]?.now ?? new Date();
  const at = (hours: number) => new Date(now.getTime() + hours * hour);
  const cases = [
    { status: 'active', role: 'clinician' },
    { status: 'active', role: 'biller', validFrom: at(-2), validTo: at(1) },
    { status: 'active', role: 'staff', validFrom: at(1) },
    { status: 'active', role: 'practice-administrator', validFrom: at(-2), validTo: at(-1) },
    { status: 'suspended', role: 'staff' },
    { status: 'requested', role: 'staff' },
    { status: 'ended', role: 'staff' },
  ] as const;
  for (const [index, { ...membership }] of cases.entries()) {
    await inTransaction(async (tx) => {
      const practice = { name: `Practice ${index}`, taxId: `10000000${index}`, npis: ['1234567893'] };
      const id = await practices.create(tx, practice, record);
      await practices.addMember(tx, { ...membership, account: sub, practice: id, grantedBy: 'test' }, record);
    });
  }
  expect(await accounts.practices(sub)).toEqual([
    {
      id: expect.any(String),
      name: 'Practice 0',
      tax_id: '100000000',
      npis: ['1234567893'],
      role: 'clinician',
    },
    { id: expect.any(String), name: 'Practice 1', tax_id: '100000001', npis: ['1234567893'], role: 'biller' },
  ]);
});

test('an ended membership stops counting, keeps its last moment and is recorded', async () => {
  const { sub } = await create();
  const id = await inTransaction(async (tx) => {
    const practice = await practices.create(tx, { name: 'P', taxId: '200000000', npis: [] }, record);
    const member = { account: sub, practice, role: 'staff', grantedBy: 'test' } as const;
    return practices.addMember(tx, member, record);
  });
  expect(await accounts.practices(sub)).toHaveLength(1);
  await inTransaction((tx) => practices.setStatus(tx, { id, status: 'ended', changedBy: 'test' }, record));
  expect(await accounts.practices(sub)).toEqual([]);
  expect(changes.at(-1)).toMatchObject({
    event: 'membership.changed',
    account: sub,
    actor: 'test',
    before: { status: 'active', valid_to: null },
    after: { status: 'ended', valid_to: expect.any(Date) },
  });
});

test('a practice is found by its tax id', async () => {
  const practice = { id: 'lakeside', name: 'Lakeside', taxId: '300000000', npis: ['1234567893'] };
  await inTransaction((tx) => practices.create(tx, practice, record));
  expect(await practices.findByTaxId('300000000')).toEqual(practice);
  expect(await practices.findByTaxId('999999999')).toBeUndefined();
});
