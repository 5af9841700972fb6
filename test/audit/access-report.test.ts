import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { Accounts } from '../../src/accounts/accounts.ts';
import { Practices } from '../../src/accounts/practices.ts';
import { AppRegistry } from '../../src/apps/registry.ts';
import type { Person } from '../../src/audit/access/person.ts';
import { provenLines, verifyReport } from '../../src/audit/access/proof.ts';
import { AccessReport, type ReportHead } from '../../src/audit/access/report.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { readSealKeys, SealKeyStore } from '../../src/keys/seal-keys.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { type Database, openDatabase, type Transaction } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';
import { MASTER_KEY, sealAll } from './sealed.ts';

// A row is sealed once older transactions are over, those of other tests on the same server too.
jest.setTimeout(120_000);

let drop: () => Promise<void>;
let db: Database;
let accounts: Accounts;
let practices: Practices;
let apps: AppRegistry;
let report: AccessReport;
const record = new AuditTrail().recorder({});
const visitor = { actor: 'sec.ops', origin: {} };

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  db = openDatabase(settings(database.url), silent);
  accounts = new Accounts(db);
  practices = new Practices(db);
  apps = new AppRegistry(db, new Sealer(MASTER_KEY));
  report = new AccessReport(db, new AuditTrail());
});
afterAll(async () => {
  await db?.destroy();
  await drop?.();
});

const change = <T>(work: (tx: Transaction) => Promise<T>) => db.transaction().execute(work);

/** A moment by the store's clock, of whole ms, that nothing before is later than, and nothing after earlier. */
async function moment(): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`
    select date_trunc('milliseconds', clock_timestamp()) + interval '1 ms' as now`.execute(db);
  await sql`select pg_sleep(0.003)`.execute(db);
  return rows[0]?.now as Date;
}

async function read(app: string, at: Date): Promise<{ head: ReportHead; people: Person[] } | undefined> {
  const entries = await report.about(visitor, app, at);
  if (!entries) return undefined;
  const all = await listOf(entries);
  return { head: all[0] as ReportHead, people: all.slice(1) as Person[] };
}

async function listOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

let named = 0;
async function newAccount(passwordHash: string | undefined): Promise<string> {
  named += 1;
  const names = { userId: `person.${named}`, givenName: 'Robin', familyName: `Nr ${named}` };
  const account = { ...names, ...(passwordHash ? { passwordHash } : {}) };
  return (await change((tx) => accounts.create(tx, account, record))).sub;
}
const newPractice = async () => {
  named += 1;
  const taxId = String(named).padStart(9, '0');
  return change((tx) => practices.create(tx, { name: `Practice ${named}`, taxId, npis: [] }, record));
};
const register = (app: string, roles: string[] | undefined) =>
  change((tx) =>
    apps.register(
      tx,
      {
        client_id: app,
        client_name: app,
        redirect_uris: [`https://${app}.example.org/cb`],
        demands: roles ? { roles } : {},
      },
      record,
    ),
  );

/** What the world is like, told without the log. */
interface Model {
  app: { roles: string[] | undefined } | undefined;
  readonly people: Map<string, { status: string; password: boolean; roles: Set<string> }>;
  readonly memberships: { id: string; who: string; role: string; status: string; from: number; to: number }[];
}

function couldNow({ app, people, memberships }: Model, at: Date): string[] | undefined {
  if (!app) return undefined;
  const time = at.getTime();
  const may = (sub: string, own: ReadonlySet<string>) => {
    const good = memberships.filter(
      ({ who, status, from, to }) => who === sub && status === 'active' && from <= time && to > time,
    );
    const held = [...own, ...good.map(({ role }) => role)];
    return !app.roles || app.roles.some((role) => held.includes(role));
  };
  return [...people]
    .filter(([sub, { status, password, roles }]) => status === 'active' && password && may(sub, roles))
    .map(([sub]) => sub)
    .sort();
}

const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), password: fc.boolean() }),
  fc.record({
    kind: fc.constant('status' as const),
    who: fc.nat(9),
    status: fc.constantFrom('active', 'disabled'),
  }),
  fc.record({ kind: fc.constant('lock' as const), who: fc.nat(9) }),
  fc.record({ kind: fc.constant('password' as const), who: fc.nat(9) }),
  fc.record({
    kind: fc.constant('member' as const),
    who: fc.nat(9),
    role: fc.constantFrom('clinician', 'biller', 'staff'),
    status: fc.constantFrom('active', 'requested'),
    // ms from now
    from: fc.constantFrom(-50, 0, 30),
    to: fc.constantFrom(undefined, 40, 3_600_000),
  }),
  fc.record({
    kind: fc.constant('membership' as const),
    which: fc.nat(9),
    status: fc.constantFrom('active', 'suspended', 'ended'),
  }),
  fc.record({
    kind: fc.constant('role' as const),
    held: fc.boolean(),
    who: fc.nat(9),
    role: fc.constantFrom('operator', 'support'),
  }),
  fc.record({
    kind: fc.constant('app' as const),
    roles: fc.constantFrom<string[] | undefined>(
      undefined,
      ['clinician'],
      ['biller', 'operator'],
      ['support'],
    ),
  }),
  fc.record({ kind: fc.constant('remove-app' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does a step to the store and to the model. */
async function take(one: Step, app: string, practice: string, model: Model): Promise<void> {
  const subs = [...model.people.keys()];
  const sub = 'who' in one ? subs[one.who % Math.max(1, subs.length)] : undefined;
  const person = sub === undefined ? undefined : model.people.get(sub);
  if (one.kind === 'create') {
    const made = await newAccount(one.password ? '$argon2id$x' : undefined);
    const status = one.password ? 'active' : 'invited';
    model.people.set(made, { status, password: one.password, roles: new Set() });
  } else if (one.kind === 'app') {
    await register(app, one.roles);
    model.app = { roles: one.roles };
  } else if (one.kind === 'remove-app') {
    await change((tx) => apps.remove(tx, app, record));
    model.app = undefined;
  } else if (one.kind === 'membership') {
    const membership = model.memberships[one.which % Math.max(1, model.memberships.length)];
    if (!membership || membership.status === 'ended') return;
    const { id } = membership;
    await change((tx) =>
      practices.setStatus(tx, { id, status: one.status as 'ended', changedBy: 'test' }, record),
    );
    membership.status = one.status;
  } else if (sub !== undefined && person) {
    await takePersonal(one, sub, person, practice, model);
  }
}

async function takePersonal(
  one: Extract<Step, { who: number }>,
  sub: string,
  person: { status: string; password: boolean; roles: Set<string> },
  practice: string,
  model: Model,
): Promise<void> {
  if (one.kind === 'status') {
    await change((tx) => accounts.setStatus(tx, sub, one.status as 'active', record));
    person.status = one.status;
  } else if (one.kind === 'lock') {
    await change((tx) => accounts.lockPassword(tx, sub, record));
    person.password = false;
  } else if (one.kind === 'password') {
    await change((tx) => accounts.setPassword(tx, sub, '$argon2id$y', { reason: 'reset' }, record));
    person.password = true;
  } else if (one.kind === 'member') {
    const open = (each: Model['memberships'][number]) => each.who === sub && each.role === one.role;
    if (model.memberships.some((each) => open(each) && each.status !== 'ended')) return;
    const now = Date.now();
    const to = one.to === undefined ? Number.POSITIVE_INFINITY : now + one.to;
    const membership = { account: sub, practice, role: one.role as 'staff', status: one.status as 'active' };
    const when = {
      validFrom: new Date(now + one.from),
      ...(one.to === undefined ? {} : { validTo: new Date(to) }),
    };
    const id = await change((tx) =>
      practices.addMember(tx, { ...membership, ...when, grantedBy: 'test' }, record),
    );
    model.memberships.push({ id, who: sub, role: one.role, status: one.status, from: now + one.from, to });
  } else if (one.held) {
    const grant = { account: sub, role: one.role as 'operator', grantedBy: 'test' };
    await change((tx) => accounts.grantRole(tx, grant, record));
    person.roles.add(one.role);
  } else {
    const grant = { account: sub, role: one.role as 'operator', revokedBy: 'test' };
    await change((tx) => accounts.revokeRole(tx, grant, record));
    person.roles.delete(one.role);
  }
}

test('who could open an app is told as it was, at every instant of any history', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      round += 1;
      const app = `app-${round}`;
      const practice = await newPractice();
      const model: Model = { app: undefined, people: new Map(), memberships: [] };
      const seen: { at: Date; could: string[] | undefined }[] = [];
      const begin = await moment();
      for (const one of [
        { kind: 'app' as const, roles: ['clinician'] },
        { kind: 'create' as const, password: true },
        ...steps,
      ]) {
        await take(one, app, practice, model);
        const at = await moment();
        seen.push({ at, could: couldNow(model, at) });
      }
      expect(await read(app, begin)).toBeUndefined();
      for (const { at, could } of seen) {
        const found = await read(app, at);
        const ours = found?.people.filter(({ account, could }) => could && model.people.has(account));
        expect(ours?.map(({ account }) => account)).toEqual(could);
      }
    }),
    { numRuns: 12 },
  );
}, 240_000);

test('a membership counts from its first moment to its last', async () => {
  await register('timed', ['staff']);
  const [practice, account] = [await newPractice(), await newAccount('$x')];
  const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
  const when = { validFrom: hours(1), validTo: hours(2) };
  await change((tx) =>
    practices.addMember(tx, { account, practice, role: 'staff', ...when, grantedBy: 'test' }, record),
  );
  for (const [at, could] of [
    [hours(0.5), false],
    [hours(1.5), true],
    [hours(2.5), false],
  ] as const) {
    const found = await read('timed', at);
    expect(found?.people.some((person) => person.account === account)).toBe(could);
  }
});

test('who did is told from the ledger, also of somebody who could no longer', async () => {
  await register('claims', ['clinician']);
  const practice = await newPractice();
  const [in1, out, revoked] = [await newAccount('$x'), await newAccount('$x'), await newAccount('$x')];
  const ids = new Map<string, string>();
  for (const account of [in1, out, revoked]) {
    const membership = { account, practice, role: 'clinician', grantedBy: 'test' } as const;
    ids.set(account, await change((tx) => practices.addMember(tx, membership, record)));
  }
  for (const account of [in1, out, revoked]) {
    await sql`
      insert into sessions (uid, account, absolute_expires_at, address)
      values (${`s-${account}`}, ${account}, now() + interval '1 hour', '192.0.2.9')`.execute(db);
    await sql`
      insert into session_apps (uid, client_id, sid) values (${`s-${account}`}, 'claims', ${`sid-${account}`})`.execute(
      db,
    );
    const entered = {
      event: 'app.entered',
      outcome: 'success',
      account,
      app: 'claims',
      session: `s-${account}`,
    } as const;
    await new AuditTrail().append(db, entered, {});
  }
  await sql`update sessions set ended_at = clock_timestamp() where uid = ${`s-${out}`}`.execute(db);
  const id = ids.get(revoked) ?? '';
  await change((tx) => practices.setStatus(tx, { id, status: 'ended', changedBy: 'test' }, record));
  const at = await moment();
  await change((tx) => accounts.setStatus(tx, in1, 'disabled', record));
  await sql`update sessions set ended_at = clock_timestamp() where uid = ${`s-${in1}`}`.execute(db);

  const found = await read('claims', at);
  const of = (sub: string) => found?.people.find(({ account }) => account === sub);
  expect(of(in1)).toMatchObject({
    could: true,
    did: true,
    status: 'active',
    practices: [{ practice, role: 'clinician' }],
    sessions: [{ session: `s-${in1}`, address: '192.0.2.9' }],
  });
  const noted = await db
    .selectFrom('audit_events')
    .select(['actor', 'after'])
    .where('event', '=', 'audit.read');
  expect((await noted.orderBy('at', 'desc').limit(1).execute())[0]).toEqual({
    actor: 'sec.ops',
    after: { report: 'access', app: 'claims', at: at.toJSON() },
  });
  expect(of(out)).toMatchObject({ could: true, did: false, sessions: [] });
  expect(of(revoked)).toMatchObject({ could: false, did: true, practices: [] });
});

test('what the log no longer holds is told from the first change after, or from the tables', async () => {
  await register('payments', ['biller']);
  const practice = await newPractice();
  const [still, later] = [await newAccount('$x'), await newAccount('$x')];
  for (const account of [still, later]) {
    const membership = { account, practice, role: 'biller', grantedBy: 'test' } as const;
    await change((tx) => practices.addMember(tx, membership, record));
  }
  const at = await moment();
  await change(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`delete from audit_events where at <= ${at}`.execute(tx);
  });
  await change((tx) => accounts.setStatus(tx, later, 'disabled', record));
  const found = await read('payments', at);
  expect(found?.people.map(({ account }) => account).sort()).toEqual(expect.arrayContaining([still, later]));
});

test('a report proves itself to whoever has the public key, and not when anything in it was touched', async () => {
  await register('proven', undefined);
  await Promise.all([newAccount('$x'), newAccount('$x')]);
  await sealAll(db);
  const keys = new SealKeyStore(db, new Sealer(MASTER_KEY));
  const publicKeys = readSealKeys((await keys.publicKeys()).map(({ pem }) => pem).join('\n'));
  const entries = await report.about(visitor, 'proven', await moment());
  const lines = await listOf(provenLines(db, entries as NonNullable<typeof entries>, await keys.signer()));
  const bytes = async function* (all: readonly string[]) {
    yield Buffer.from(all.join(''));
  };
  const verified = await verifyReport(bytes(lines), publicKeys);
  expect(verified.people).toBeGreaterThanOrEqual(2);
  expect(verified.rows).toBeGreaterThanOrEqual(3);
  const attacks: string[][] = [
    lines.map((line) => line.replace('"could":true', '"could":false')),
    lines.filter((line) => !line.includes('"type":"evidence"')),
    lines.slice(0, -1),
    [...lines, lines[0] ?? ''],
    lines.map((line) => line.replace('"status":"active"', '"status":"invited"')),
    [lines[0] ?? '', ...lines.slice(2)],
  ];
  for (const attack of attacks) await expect(verifyReport(bytes(attack), publicKeys)).rejects.toThrow();
});
