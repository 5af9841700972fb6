import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Accounts } from '../../src/accounts/accounts.ts';
import { Delegation } from '../../src/accounts/delegation.ts';
import { Practices } from '../../src/accounts/practices.ts';
import type { Recorder } from '../../src/audit-events.ts';
import { type Database, openDatabase, type Transaction } from '../../src/postgres/database.ts';
import type { MembershipRole } from '../../src/roles.ts';
import { settings, silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import { createTestDatabase } from '../support/database.ts';

let drop: () => Promise<void>;
let db: Database;
let accounts: Accounts;
let practices: Practices;
let delegation: Delegation;

const record: Recorder = async () => {};
const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) => db.transaction().execute(work);

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  db = openDatabase(settings(database.url), silent);
  accounts = new Accounts(db);
  practices = new Practices(db);
  delegation = new Delegation({ db, accounts, practices });
});

afterAll(async () => {
  await db.destroy();
  await drop();
});

let taxId = 100_000_000;
async function team() {
  taxId += 1;
  const npis: string[] = [];
  const practice = await inTransaction((tx) =>
    practices.create(tx, { name: 'Lakeside', taxId: String(taxId), npis }, record),
  );
  const person = async (role: MembershipRole) => {
    const named = { userId: `${role}.${taxId}`, givenName: 'Ana', familyName: 'Roe', passwordHash: 'x' };
    const { sub } = await inTransaction((tx) => accounts.create(tx, named, record));
    const membership = { account: sub, practice, role, grantedBy: 'test' };
    return { sub, id: await inTransaction((tx) => practices.addMember(tx, membership, record)) };
  };
  const [head, member] = [await person('practice-administrator'), await person('clinician')];
  return { practice, head, member, who: { actor: head.sub, practice } };
}

async function isWaiting(): Promise<boolean> {
  const { rows } = await sql`
    select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
    db,
  );
  return rows.length > 0;
}

const end = (who: { actor: string; practice: string }, id: string) =>
  inTransaction((tx) => delegation.end(tx, who, id, record));

test('an act waits for the one that puts its actor out, and is then refused', async () => {
  const { head, member, who } = await team();
  let acting: Promise<string> | undefined;
  await inTransaction(async (tx) => {
    await practices.setStatus(tx, { id: head.id, status: 'ended', changedBy: 'cli' }, record);
    acting = end(who, member.id);
    await until(isWaiting);
  });
  expect(await acting).toBe('forbidden');
});

test.each(['disabled', 'invited'] as const)('an account that is %s administers nothing', async (status) => {
  const { head, member, who } = await team();
  await inTransaction((tx) => accounts.setStatus(tx, head.sub, status, record));
  expect(await end(who, member.id)).toBe('forbidden');
});

test('every act asks in its own transaction whether the actor administers this practice', async () => {
  const [one, other] = [await team(), await team()];
  const strange = { actor: one.head.sub, practice: other.practice };
  const ids = other.member;
  const person = { givenName: 'A', familyName: 'B', email: 'a@b.example', role: 'staff' } as const;
  const role = 'biller' as const;
  const answers = await inTransaction(async (tx) => [
    await delegation.end(tx, strange, ids.id, record),
    await delegation.assign(tx, strange, { id: ids.id, role }, record),
    await delegation.mayInviteAgain(tx, strange, ids.id),
    await delegation.invite(tx, strange, person, record),
    await delegation.end(tx, one.who, ids.id, record),
    await delegation.assign(tx, one.who, { id: ids.id, role }, record),
    await delegation.mayInviteAgain(tx, one.who, ids.id),
  ]);
  expect(answers).toEqual([...Array(4).fill('forbidden'), ...Array(3).fill('gone')]);
});

test('a hundred who were invited and have not come are the most', async () => {
  const { who } = await team();
  const person = { givenName: 'A', familyName: 'B', email: 'a@b.example', role: 'staff' } as const;
  const answers = await inTransaction(async (tx) => {
    const given: unknown[] = [];
    for (let n = 0; n < 101; n += 1) given.push(await delegation.invite(tx, who, person, record));
    return given;
  });
  expect(answers.filter((answer) => answer === 'full')).toHaveLength(1);
  expect(answers.at(-1)).toBe('full');
});
