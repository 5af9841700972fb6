import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { A_SECOND } from '../support/limits.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  flow,
  formAction,
  formPost,
  introspect,
  pageName,
  redeem,
  refresh,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import { each, failure, json, PATIENT, run, start } from './operator.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
});
afterAll(() => portal.stop());

interface Created {
  sub: string;
  activation_link: string;
  status: string;
}

const create = (given: string, ...more: string[]) =>
  json<Created>(
    portal.environment,
    ...['accounts', 'create', '--given-name', given, '--family-name', 'Byron'],
    ...more,
  );

async function noticesOf(account: string) {
  return portal.db
    .selectFrom('logout_notices')
    .innerJoin('sessions', 'sessions.uid', 'logout_notices.uid')
    .select(['logout_notices.client_id', 'sessions.end_reason'])
    .where('sessions.account', '=', account)
    .execute();
}

test('the first operator is made on an empty database', async () => {
  const name = `empty_${randomBytes(6).toString('hex')}`;
  const server = new pg.Client({ connectionString: process.env.TEST_DATABASE_URL });
  await server.connect();
  await server.query(`create database ${name}`);
  try {
    const url = new URL(String(process.env.TEST_DATABASE_URL));
    url.pathname = `/${name}`;
    const environment = { ...portal.environment, DATABASE_URL: url.href };
    const words = ['accounts', 'create', '--given-name', 'Ada', '--family-name', 'Byron'];
    const made = await json<Created>(environment, ...words, '--role', 'operator');
    expect(made.activation_link).toMatch(/^https:\/\/signin\.example\.test\/activate\/[\w-]{43}$/);
    expect(await json(environment, 'accounts', 'show', made.sub)).toMatchObject({
      status: 'invited',
      roles: ['operator'],
      user_id: null,
      password: 'none',
    });
    expect((await run(environment, ['migrate'])).code).toBe(0);
  } finally {
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  }
});

test('whoever is invited is listed, shown, and gets no second account of the same user ID', async () => {
  const { sub } = await create('Grace', '--user-id', 'Grace.B', '--email', 'g@lake.example');
  expect(await json(portal.environment, 'accounts', 'show', 'Grace.B')).toMatchObject({
    sub,
    name: 'Grace Byron',
  });
  const words = ['accounts', 'create', '--given-name', 'G', '--family-name', 'B', '--user-id', 'grace.b'];
  expect(await failure(portal.environment, words, 1)).toMatch(/already taken/);
  expect(await failure(portal.environment, ['accounts', 'show', 'grace.b'], 1)).toMatch(
    /did you mean Grace\.B/,
  );
});

test('commands read addresses and numbers as every form does', async () => {
  const words = ['accounts', 'create', '--given-name', 'G', '--family-name', 'B'];
  const made = await create('Ida', '--email', ' Info@Bücher.Example', '--phone', '(202) 555-0143');
  expect(await json(portal.environment, 'accounts', 'show', made.sub)).toMatchObject({
    email: 'Info@xn--bcher-kva.example',
    phone_number: '+12025550143',
  });
  const refused = async (...more: string[]) => failure(portal.environment, [...words, ...more], 2);
  expect(await refused('--email', 'müller@clinic.example')).toContain('that can receive email');
  expect(await refused('--phone', '202-555-0143 x5')).toContain('number with an extension');
  expect(await refused('--phone', 'ida@clinic.example')).toContain('Give a phone number');
});

test('a list of any length is read page by page, each account once', async () => {
  for (const given of ['One', 'Two', 'Three']) await create(given);
  const all = await json<{ items: { sub: string }[] }>(
    portal.environment,
    'accounts',
    'list',
    '--limit',
    '500',
  );
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const words: string[] = cursor ? ['--cursor', cursor] : [];
    const page: { items: { sub: string }[]; next_cursor: string | null } = await json(
      portal.environment,
      ...['accounts', 'list', '--limit', '2', ...words],
    );
    seen.push(...page.items.map(({ sub }) => sub));
    cursor = page.next_cursor;
  } while (cursor);
  expect(seen).toEqual(all.items.map(({ sub }) => sub));
  expect(new Set(seen).size).toBe(seen.length);
});

test('disabling ends sessions, tokens and the phone at once on every replica, and the apps are told', async () => {
  const visitor = new Visitor(portal);
  const tokens = await redeem(portal, await visitor.signIn('claims', { userId: 'm.chen' }));
  const phone = await redeem(
    portal,
    await new Visitor(portal).signIn('mobile', {
      userId: 'm.chen',
      scope: 'openid offline_access',
      prompt: 'consent',
    }),
  );
  const { sub } = await json(portal.environment, 'accounts', 'show', 'm.chen');
  const would = await json(portal.environment, 'accounts', 'disable', 'm.chen', '--dry-run');
  expect(would).toMatchObject({ status: 'active', sessions_ended: 2, offline_grants_ended: 1 });
  expect((await userinfo(portal, tokens.access_token)).status).toBe(200);

  const outcome = await run(portal.environment, ['accounts', 'disable', 'm.chen']);
  expect(outcome).toEqual({
    code: 0,
    stdout: "m.chen is disabled, ending 2 open sessions and 1 offline grant (a phone's sign-in).\n",
    stderr: '',
  });
  const disabled = Date.now();
  for (const process of [0, 1]) {
    while ((await userinfo(portal, tokens.access_token, { process })).status !== 401) {
      expect(Date.now() - disabled).toBeLessThan(A_SECOND);
    }
    expect((await refresh(portal, 'claims', tokens.refresh_token, { process })).error).toBe('invalid_grant');
    expect((await refresh(portal, 'mobile', phone.refresh_token, { process })).error).toBe('invalid_grant');
  }
  expect(await introspect(portal, 'claims', tokens.access_token)).toEqual({ active: false });
  expect(pageName(await visitor.open(flow('claims').url))).toBe('sign-in');
  expect(await noticesOf(String(sub))).toEqual([{ client_id: 'claims', end_reason: 'account-disabled' }]);
  await expect(new Visitor(portal).signIn('claims', { userId: 'm.chen' })).rejects.toThrow('no code');

  expect(await json(portal.environment, 'accounts', 'enable', 'm.chen')).toMatchObject({ status: 'active' });
  const again = await redeem(portal, await new Visitor(portal).signIn('claims', { userId: 'm.chen' }));
  expect(again.status).toBe(200);
  expect((await refresh(portal, 'claims', tokens.refresh_token)).error).toBe('invalid_grant');
  expect(await failure(portal.environment, ['accounts', 'enable', 'm.chen'], 1)).toMatch(
    /is active, not disabled/,
  );
});

test('one session ends alone; all of a person end together', async () => {
  const here = new Visitor(portal);
  const there = new Visitor(portal);
  const one = await redeem(portal, await here.signIn('claims', { userId: 'sec.ops' }));
  const other = await redeem(portal, await there.signIn('claims', { userId: 'sec.ops', scope: 'openid' }));
  const list = () =>
    json<{ items: { uid: string; apps: string[] }[] }>(
      portal.environment,
      ...['sessions', 'list', '--account', 'sec.ops'],
    );
  const { items } = await list();
  expect(items.map(({ apps }) => apps)).toEqual([['claims'], ['claims']]);
  const first = String(items[1]?.uid);
  await json(portal.environment, 'sessions', 'end', first);
  expect((await refresh(portal, 'claims', one.refresh_token)).error).toBe('invalid_grant');
  expect((await refresh(portal, 'claims', other.refresh_token)).status).toBe(200);
  expect(await failure(portal.environment, ['sessions', 'end', first], 1)).toMatch(/no open session/);

  const outcome = await run(portal.environment, [
    ...['sessions', 'end', '--account', 'sec.ops', '--reason', 'password-changed'],
  ]);
  expect(outcome.stdout).toBe('1 open session of sec.ops ended (password-changed).\n');
  expect((await list()).items).toEqual([]);
  expect(pageName(await there.open(flow('claims').url))).toBe('sign-in');
  const told = await json<{ items: { uid: string; end_reason: string }[] }>(
    portal.environment,
    ...['sessions', 'list', '--account', 'sec.ops', '--ended'],
  );
  expect(told.items.map(({ end_reason }) => end_reason)).toEqual(['password-changed', 'revoked']);
});

test('a practice is made, and its member’s next token says so', async () => {
  const words = [
    'practices',
    'create',
    '--name',
    'Hillside',
    '--tax-id',
    '52-1234567',
    '--npi',
    '1245319599',
  ];
  const { id } = await json(portal.environment, ...words);
  expect(await failure(portal.environment, words, 1)).toMatch(/Hillside .* already has the tax ID 521234567/);
  const add = ['practices', 'add-member', '521234567', 'dr.rivera', '--role', 'clinician'];
  await json(portal.environment, ...add);
  expect(await failure(portal.environment, add, 1)).toMatch(/is clinician at Hillside already/);
  const tokens = await redeem(
    portal,
    await new Visitor(portal).signIn('claims', { scope: 'openid practice' }),
  );
  const { practices } = JSON.parse((await userinfo(portal, tokens.access_token)).body);
  expect(practices).toContainEqual({
    id,
    name: 'Hillside',
    tax_id: '521234567',
    npis: ['1245319599'],
    role: 'clinician',
  });
});

test('the audit log is followed while it grows, each row once', async () => {
  const child = start(portal.environment, [
    'audit',
    'tail',
    '-f',
    '--json',
    '-n',
    '1',
    '--event',
    'account.created',
  ]);
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const rows = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { account: string });
  while (rows().length < 1) await new Promise((resolve) => child.stdout?.once('data', resolve));
  const made = [await create('Alpha'), await create('Beta')];
  while (rows().length < 3) await new Promise((resolve) => child.stdout?.once('data', resolve));
  child.kill('SIGINT');
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  expect(
    rows()
      .slice(1)
      .map(({ account }) => account),
  ).toEqual(made.map(({ sub }) => sub));
});

test('what somebody wrote steers no terminal and forges no row', async () => {
  const visitor = new Visitor(portal);
  const page = await visitor.open(flow('claims').url);
  const post = formPost(page, { user_id: 'nobody', password: 'x' });
  const headers = { ...post.headers, 'user-agent': 'evil \u009b2J\u0085agent' };
  await visitor.request(formAction(page), { ...post, headers });
  const { stdout } = await run(portal.environment, ['audit', 'tail', '-n', '1']);
  expect(stdout).toMatch(/sign-in\.failed .*user_agent=evil [^ ]*\\u\{9b\}2J[^ ]*\\u\{85\}agent\n$/);
});

test(
  'a mistake in the call is one line and exit 2; what cannot be done is one line and exit 1',
  async () => {
    const misuses = [
      ['accounts', 'create', '--given-name', 'A'],
      ['accounts', 'list', '--limit', '0'],
      ['accounts', 'list', '--cursor', 'x'],
      ['accounts', 'list', '--status', 'asleep'],
      ['accounts', 'shew', 'x'],
      ['accounts', 'show'],
      ['accounts', 'show', 'a', 'b'],
      ['accounts', 'create', '--given-name', 'A', '--family-name', 'B', '--role', 'king'],
      ['accounts', 'create', '--given-name', 'A', '--family-name', 'B', '--user-id', 'a b'],
      ['practices', 'create', '--name', 'P', '--tax-id', '12'],
      ['practices', 'create', '--name', 'P', '--tax-id', '521234568', '--npi', '1245319598'],
      ['sessions', 'end'],
      ['sessions', 'end', 'x', '--account', 'y'],
      ['audit', 'tail', '--event', 'no.such'],
    ];
    await each(misuses, async (words) => {
      expect(await failure(portal.environment, words, 2)).toMatch(/^error: /);
    });
    const failures = [
      ['accounts', 'show', 'nobody'],
      ['accounts', 'disable', 'nobody\\u0000'],
      ['accounts', 'invite', 'dr.rivera'],
      ['sessions', 'end', 'nosuch'],
      ['sessions', 'end', '-IdThatBeginsWithOne-', '--dry-run'],
      ['sessions', 'end', '--json', '--IdThatBeginsWithTwo'],
      ['apps', 'show', 'nosuch'],
      ['apps', 'remove', 'nosuch'],
      ['apps', 'register', '/nowhere.json'],
      ['practices', 'add-member', 'nosuch', 'dr.rivera', '--role', 'staff'],
    ];
    await each(failures, (words) => failure(portal.environment, words, 1));
  },
  PATIENT,
);
