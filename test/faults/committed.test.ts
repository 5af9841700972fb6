import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { generateSync } from 'otplib';
import pg from 'pg';
import { ContactChanges } from '../../src/accounts/contact-changes.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { ResetLinks } from '../../src/passwords/reset-links.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { formWith } from '../account/household.ts';
import { call, Program } from '../admin/team.ts';
import { until } from '../postgres/until.ts';
import { RedisNode } from '../redis/node.ts';
import { openStore } from '../redis/open.ts';
import { keyOn, People, type Somebody } from '../support/enrolled.ts';
import { freePorts, type Portal, startPortal } from '../support/portal.ts';
import { type Answer, codeOf, flow, formAction, formPost, pageName, Visitor } from '../support/visitor.ts';

// Rule 40: commit first, then end and tell. Redis goes away right after the commit, each time.

const NEW_PASSWORD = 'seven quiet herons wade';
const COMMON = '123456789000';

let redis: RedisNode;
let portal: Portal;
let people: People;

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  redis = await RedisNode.start({ port, settings: [] });
  portal = await startPortal({
    redisUrl: `redis://127.0.0.1:${port}`,
    // How long the commit is held up is the test's.
    settings: { 'database.connect_timeout': 'PT15S', 'database.query_timeout': 'PT15S' },
  });
  people = await People.of(portal);
});
afterAll(async () => {
  await people?.close();
  await portal?.stop();
  await redis?.remove();
});

/** What somebody is told whose request commits, and then finds Redis away. Redis comes back, emptied. */
async function answered(request: () => Promise<Answer>): Promise<Answer> {
  const holder = new pg.Client({ connectionString: portal.databaseUrl });
  await holder.connect();
  // Whatever changes an account says so in its transaction.
  await holder.query('begin; lock table audit_events, bulk_ends in share row exclusive mode');
  const answer = request();
  await until(async () => {
    const { rows } = await WAITING.execute(portal.db);
    return Number(rows[0]?.n) > 0;
  });
  await redis.kill();
  await holder.query('commit');
  const told = await answer;
  await holder.end();
  await redis.restart();
  // /health may speak of a second ago.
  await until(async () => (await new Visitor(portal).open(flow('claims').url)).status === 200);
  return told;
}

const WAITING = sql<{ n: number }>`
  select count(*)::int as n from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query ~* '^\\s*insert into'`;

/** The sessions that were open are closed for this reason and by them, and their apps are told. */
async function untilEnded(account: string, reason: string, by: string): Promise<void> {
  const sessions = portal.db.selectFrom('sessions').select(['end_reason', 'ended_by']);
  const mine = () => sessions.where('account', '=', account).execute();
  await until(async () => (await mine()).every(({ end_reason }) => end_reason !== null));
  const rows = await mine();
  expect(rows.length).toBeGreaterThan(0);
  expect(rows).toEqual(rows.map(() => ({ end_reason: reason, ended_by: by })));
  const events = await portal.db
    .selectFrom('audit_events')
    .select(['reason', 'actor'])
    .where('event', '=', 'session.ended')
    .where('account', '=', account)
    .execute();
  expect(new Set(events.map((event) => `${event.reason} ${event.actor}`))).toEqual(
    new Set([`${reason} ${by}`]),
  );
}

const passwordOf = async (sub: string) =>
  (
    await portal.db
      .selectFrom('accounts')
      .select('password_hash')
      .where('sub', '=', sub)
      .executeTakeFirstOrThrow()
  ).password_hash;

async function signedIn(somebody: Somebody, path = '/'): Promise<{ visitor: Visitor; page: Answer }> {
  const visitor = new Visitor(portal);
  let page = await visitor.open(path);
  page = await visitor.submit(page, { user_id: somebody.userId, password: somebody.password });
  if (pageName(page) === 'second-factor') {
    page = await visitor.submit(page, { code: await people.freshCode(somebody) });
  }
  return { visitor, page };
}

/** Without following where it leads. */
const post = (visitor: Visitor, page: Answer, fields: Record<string, string>) =>
  visitor.request(formAction(page), formPost(page, fields));

const to = (answer: Answer) => [answer.status, answer.headers.get('location')];

test('a changed password is told as changed, and everything ends for that reason', async () => {
  const somebody = await people.plain();
  const before = await passwordOf(somebody.sub);
  await signedIn(somebody);
  const { visitor, page } = await signedIn(somebody, '/account/password');
  const fields = { current_password: somebody.password, password: NEW_PASSWORD };
  const answer = await answered(() => post(visitor, formWith(page, 'current_password'), fields));
  expect(to(answer)).toEqual([303, '/account/password/changed']);
  expect(pageName(await visitor.open('/account/password/changed'))).toBe('account-password-changed');
  expect(await passwordOf(somebody.sub)).not.toBe(before);
  await untilEnded(somebody.sub, 'password-changed', somebody.sub);
});

test('a password that had to be changed on the way in is told as changed', async () => {
  const somebody = await people.plain();
  await people.plantPassword(somebody, COMMON);
  const visitor = new Visitor(portal);
  const asked = await visitor.open(flow('claims').url);
  const page = await visitor.submit(asked, { user_id: somebody.userId, password: COMMON });
  expect(pageName(page)).toBe('new-password');
  const answer = await answered(() => post(visitor, page, { password: NEW_PASSWORD }));
  expect([answer.status, pageName(answer)]).toEqual([200, 'account-password-changed']);
  const again = await new Visitor(portal).signIn('claims', {
    userId: somebody.userId,
    password: NEW_PASSWORD,
  });
  expect(codeOf(again.answer)).toBeTruthy();
});

test('a removed factor is told as removed, and everything ends for that reason', async () => {
  const somebody = await people.enrolled();
  const { visitor } = await signedIn(somebody, '/account/second-factor');
  const [row] = await portal.db
    .selectFrom('authenticators')
    .select('id')
    .where('account', '=', somebody.sub)
    .execute();
  const page = await visitor.open(`/account/second-factor?remove=${row?.id}`);
  const answer = await answered(() => post(visitor, formWith(page, 'value="remove"'), {}));
  expect(to(answer)).toEqual([303, '/account/second-factor?done=removed']);
  await untilEnded(somebody.sub, 'factor-removed', somebody.sub);
});

test('“This wasn’t me” leads on to the reset, and everything ends for that reason', async () => {
  const somebody = await people.plain();
  const { visitor, page } = await signedIn(somebody, '/account/not-me');
  const answer = await answered(() => post(visitor, formWith(page, '/account/not-me'), {}));
  expect(to(answer)).toEqual([303, '/recover/password']);
  expect(await passwordOf(somebody.sub)).toBeNull();
  await untilEnded(somebody.sub, 'not-me', somebody.sub);
});

test('an address that was put back is told as put back, and everything ends', async () => {
  const somebody = await people.plain();
  await signedIn(somebody);
  const changes = new ContactChanges(portal.db, 3600);
  const contact = { channel: 'email', to: `${somebody.userId}@thief.example` } as const;
  const changed = await portal.db
    .transaction()
    .execute((tx) => changes.change(tx, somebody.sub, contact, async () => undefined));
  const visitor = new Visitor(portal);
  const page = await visitor.open(`/account/undo/${changed?.token}`);
  const answer = await answered(() => post(visitor, page, {}));
  expect(to(answer)).toEqual([303, '/account/undone']);
  await untilEnded(somebody.sub, 'revoked', somebody.sub);
});

test('the end of all other sessions is told as done', async () => {
  const somebody = await people.plain();
  await signedIn(somebody);
  const { visitor } = await signedIn(somebody, '/account/sessions');
  const page = await visitor.open('/account/sessions?end=others');
  const answer = await answered(() => post(visitor, formWith(page, 'end-others'), {}));
  expect(to(answer)).toEqual([303, '/account/sessions?done=ended']);
  await until(async () => (await open(somebody.sub)) === 1);
});

test('an app that was shut out is told as shut out, and what it holds in Redis dies by a job', async () => {
  const somebody = await people.plain();
  const phone = new Visitor(portal);
  await phone.signIn('mobile', {
    userId: somebody.userId,
    password: somebody.password,
    scope: 'openid offline_access',
    prompt: 'consent',
  });
  const page = await phone.open('/account/apps?withdraw=mobile');
  const answer = await answered(() => post(phone, formWith(page, 'withdraw'), {}));
  expect(to(answer)).toEqual([303, '/account/apps?done=withdrawn']);
  expect(await untilDone('grants-withdrawn')).toBe(1);
});

test('a factor that was set up is told as set up', async () => {
  const somebody = await people.plain();
  // New ones would be kept in Redis before the commit: then nothing is set up, and that is told.
  await people.giveRecoveryCodes(somebody);
  const { visitor, page } = await signedIn(somebody, '/account/second-factor');
  const fields = { code: generateSync({ secret: keyOn(page) }), name: 'Phone' };
  const answer = await answered(() => post(visitor, formWith(page, 'name="code"'), fields));
  expect(to(answer)).toEqual([303, '/account/second-factor?done=enrolled']);
});

test('a disabled account is told as disabled, and everything ends for that reason', async () => {
  const somebody = await people.plain();
  await signedIn(somebody);
  const program = await programOf('disabler');
  const token = await program.token();
  const answer = await answered(() => call(portal, token, `/accounts/${somebody.sub}/disable`, { body: {} }));
  expect([answer.status, JSON.parse(answer.body)]).toMatchObject([200, { status: 'disabled', sessions: 1 }]);
  await untilEnded(somebody.sub, 'account-disabled', 'app:disabler');
});

test('a reset password is told as reset, and the lock that it ends is ended', async () => {
  const somebody = await people.plain();
  await signedIn(somebody);
  const visitor = new Visitor(portal);
  await people.lock(somebody);
  const page = await visitor.open(await linkFor(somebody));
  const answer = await answered(() => post(visitor, page, { password: NEW_PASSWORD }));
  expect(to(answer)).toEqual([303, '/recover/password/done']);
  await untilEnded(somebody.sub, 'password-changed', somebody.sub);
  await untilDone('recovery-unlock');
  expect((await locks(somebody)).map(({ lifted_by }) => lifted_by)).toEqual(['recovery']);
});

/** The jobs of a queue, once all of them are done: how many. */
async function untilDone(queue: string): Promise<number> {
  const jobs = sql<{ state: string }>`select state::text from jobs.job where name = ${queue}`;
  const states = async () => (await jobs.execute(portal.db)).rows;
  await until(async () => (await states()).every(({ state }) => state === 'completed'));
  return (await states()).length;
}

async function open(account: string): Promise<number> {
  const rows = portal.db.selectFrom('sessions').select('uid').where('account', '=', account);
  return (await rows.where('ended_at', 'is', null).execute()).length;
}

async function locks({ sub }: Somebody) {
  const rows = await portal.db.selectFrom('locks').select('lifted_by').where('account', '=', sub).execute();
  expect(rows.length).toBeGreaterThan(0);
  return rows;
}

async function programOf(clientId: string): Promise<Program> {
  const secret = `${clientId}-secret-of-a-test`;
  await portal.register({
    client_id: clientId,
    client_secret: secret,
    client_name: clientId,
    grant_types: ['client_credentials'],
    scope: 'admin:read admin:sessions admin:people admin:apps',
  });
  return new Program(portal, clientId, secret);
}

/** The path of the link in a mail. */
async function linkFor({ sub, userId }: Somebody): Promise<string> {
  const store = await openStore(portal.redisUrl);
  const links = new ResetLinks({
    redis: store,
    keys: new RedisKeys(portal.redisPrefix),
    issuer: portal.issuer,
    life: 600,
    seals: new Sealer(String(portal.environment.VESTIBULE_MASTER_KEY)),
  });
  const link = await links.issue({ account: sub, userId, begunAt: Date.now() });
  store.close();
  return new URL(link).pathname;
}
