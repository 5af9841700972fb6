import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { hashSubject } from '../../src/lockout/attempt.ts';
import { json } from '../cli/operator.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, flow, formPost, pageName, Visitor } from '../support/visitor.ts';

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
});
afterAll(() => portal.stop());

const PASSWORD = 'seven quiet herons wade';

interface Invited {
  readonly sub: string;
  readonly path: string;
}

async function invite(...more: string[]): Promise<Invited> {
  const words = ['accounts', 'create', '--given-name', 'Nia', '--family-name', 'Osei', ...more];
  return linkOf(await json(portal.environment, ...words));
}

function linkOf({ sub, activation_link }: Record<string, unknown>): Invited {
  return { sub: String(sub), path: new URL(String(activation_link)).pathname };
}

/** What a page says went wrong. */
function alertOf(page: Answer): string | undefined {
  return /role="alert".*?<a[^>]*>([^<]*)</s.exec(page.body)?.[1];
}

/** A page without what is this browser's own. */
function bare(page: Answer): string {
  return page.body.replace(/name="csrf" value="[^"]*"/, '');
}

test('a link becomes a cookie and stays unspent however often it is opened', async () => {
  const { path } = await invite();
  for (const scanner of [new Visitor(portal), new Visitor(portal)]) {
    const answer = await scanner.request(path);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/activate');
    expect(answer.headers.get('referrer-policy')).toBe('same-origin');
    const cookie = answer.headers.getSetCookie().find((line) => line.includes('activation='));
    expect(cookie).toMatch(/^__Secure-vestibule_activation=[^;]+;.*path=\/activate;.*secure; httponly/i);
  }
  const visitor = new Visitor(portal);
  const page = await visitor.open(path);
  expect(page.url.pathname).toBe('/activate');
  expect(pageName(page)).toBe('activate');
  expect(page.body).toContain('Welcome, <b>Nia Osei</b>');
  expect(page.body).not.toContain(path.split('/').at(-1));
  expect(page.body).toMatch(/name="password"[^>]*autocomplete="new-password"/);
});

test('user ID and password are chosen, once, and nobody is signed in by it', async () => {
  const { path, sub } = await invite();
  const visitor = new Visitor(portal);
  const page = await visitor.open(path);
  const done = await visitor.submit(page, { user_id: ' Nia.Osei ', password: PASSWORD });
  expect(pageName(done)).toBe('activated');
  expect(visitor.cookie('session')).toBeUndefined();
  expect(visitor.cookie('activation')).toBeUndefined();
  expect(pageName(await visitor.open(flow('claims').url))).toBe('sign-in');
  await visitor.signIn('claims', { userId: 'Nia.Osei', password: PASSWORD });
  expect(await json(portal.environment, 'accounts', 'show', sub)).toMatchObject({
    user_id: 'Nia.Osei',
    status: 'active',
    password: 'set',
  });
  const again = await new Visitor(portal).open(path);
  expect([again.status, pageName(again)]).toEqual([410, 'link-dead']);
});

test('strangers who failed at the name before anybody had it keep nobody out', async () => {
  const { path } = await invite();
  await portal.db
    .insertInto('failure_streaks')
    .values({
      subject: hashSubject('taken.before'),
      secret: 'password',
      device: '',
      streak: 'x',
      failures: 100,
      shut_at: new Date(),
    })
    .execute();
  const visitor = new Visitor(portal);
  const page = await visitor.open(path);
  const chosen = { user_id: 'Taken.Before', password: PASSWORD };
  expect(pageName(await visitor.submit(page, chosen))).toBe('activated');
  const browser = new Visitor(portal);
  const typed = { user_id: 'Taken.Before', password: PASSWORD };
  const answer = await browser.submit(await browser.open(flow('claims').url), typed);
  expect(answer.headers.get('location')).toContain('code=');
});

test('its button signs in as the new person in a browser where somebody else is signed in', async () => {
  const { path } = await invite();
  const visitor = new Visitor(portal);
  await visitor.signIn('claims', { userId: 'op.lee' });
  const page = await visitor.open(path);
  const done = await visitor.submit(page, { user_id: 'nia.second', password: PASSWORD });
  const href = String(/id="sign-in" href="([^"]*)"/.exec(done.body)?.[1]).replaceAll('&amp;', '&');
  const signIn = await visitor.open(href);
  expect(pageName(signIn)).toBe('sign-in');
  const home = await visitor.submit(signIn, { user_id: 'nia.second', password: PASSWORD });
  expect(pageName(home)).toBe('launcher');
  expect(home.body).toContain('nia.second');
});

test.each([
  ['no user ID', { user_id: '  ', password: PASSWORD }, 'Enter the user ID that you want'],
  [
    'a space in it',
    { user_id: 'nia osei', password: PASSWORD },
    'A user ID has up to 64 characters and no spaces',
  ],
  ['65 characters', { user_id: 'n'.repeat(65), password: PASSWORD }, 'A user ID has up to 64'],
  [
    'nothing but invisible ones',
    { user_id: '\u200b\u2060', password: PASSWORD },
    'Enter the user ID that you want',
  ],
  ['that of another', { user_id: 'dr.rivera', password: PASSWORD }, 'This user ID is already taken'],
  ['one that differs in case', { user_id: 'DR.Rivera', password: PASSWORD }, 'This user ID is already taken'],
  [
    'one in full-width letters',
    { user_id: 'ｄｒ.rivera', password: PASSWORD },
    'This user ID is already taken',
  ],
  ['what could be a sub', { user_id: 'Qw0nT5mZr1yU8sXk3vB2eA', password: PASSWORD }, 'is not available'],
  ['what commands are called', { user_id: 'Cli', password: PASSWORD }, 'is not available'],
  ['what programs are called', { user_id: 'app:siem', password: PASSWORD }, 'is not available'],
  ['what every object has', { user_id: '__proto__', password: PASSWORD }, 'is not available'],
  ['no password', { user_id: 'nia.new', password: '' }, 'Enter a new password'],
  [
    'eleven characters',
    { user_id: 'nia.new', password: 'elevenchars' },
    'The password must have at least 12',
  ],
  [
    'twelve that compose to six',
    { user_id: 'nia.new', password: 'e\u0301'.repeat(6) },
    'The password must have at least 12',
  ],
  [
    'one that is guessed first',
    { user_id: 'nia.new', password: 'Password123456!' },
    'This password is easy to guess',
  ],
  [
    'one built from the typed user ID',
    { user_id: 'tulipgarden', password: 'TulipGarden-2024' },
    'This password is based on your user ID',
  ],
  [
    'one built from the name',
    { user_id: 'nia.new', password: 'nia-osei-2024!' },
    'This password is based on your user ID, your name',
  ],
  [
    'one built from the operator’s name',
    { user_id: 'nia.new', password: 'northwind-2024' },
    'or this site’s name. Choose other words',
  ],
  ['257 characters', { user_id: 'nia.new', password: 'p'.repeat(257) }, 'The password can have at most 256'],
])('%s is refused in words, the user ID kept, the link unspent', async (_what, fields, sentence) => {
  const { path } = await shared();
  const visitor = new Visitor(portal);
  const answer = await visitor.submit(await visitor.open(path), fields);
  expect(alertOf(answer)).toContain(sentence);
  expect(answer.body).toMatch(
    new RegExp(`name="user_id" value(="${fields.user_id.trim() || '$^'}")? autocomplete`),
  );
  expect(answer.body).not.toContain(fields.password || '\0');
  expect(answer.body).toContain('<title>Error: ');
  expect(pageName(await new Visitor(portal).open(path))).toBe('activate');
});

/** One link for all refusals: none of them spends it. */
let sharedLink: Promise<Invited> | undefined;
function shared(): Promise<Invited> {
  sharedLink ??= invite();
  return sharedLink;
}

test('256 characters are not cut off, and composed letters are one password on every keyboard', async () => {
  const { path } = await invite();
  const visitor = new Visitor(portal);
  const long = `${'éàüñçîøåêß'.repeat(25)}ôëìúyx`;
  const page = await visitor.open(path);
  await visitor.submit(page, { user_id: 'nia.long', password: long.normalize('NFD') });
  await expect(
    new Visitor(portal).signIn('claims', { userId: 'nia.long', password: `${long.slice(0, -1)}y` }),
  ).rejects.toThrow('no code');
  await new Visitor(portal).signIn('claims', { userId: 'nia.long', password: long.normalize('NFC') });
});

test('of 16 parallel posts on two replicas one is taken', async () => {
  const { path, sub } = await invite();
  const visitors = await Promise.all(
    Array.from({ length: 16 }, async (_, index) => {
      const visitor = new Visitor(portal);
      return { visitor, page: await visitor.open(path), index };
    }),
  );
  const answers = await Promise.all(
    visitors.map(({ visitor, page, index }) =>
      visitor.submit(page, { user_id: `nia.race.${index}`, password: PASSWORD }, { process: index % 2 }),
    ),
  );
  const names = answers.map(pageName);
  expect(names.filter((name) => name === 'activated')).toHaveLength(1);
  expect(names.filter((name) => name === 'link-dead')).toHaveLength(15);
  const winner = names.indexOf('activated');
  expect(await json(portal.environment, 'accounts', 'show', sub)).toMatchObject({
    user_id: `nia.race.${winner}`,
  });
  const rows = await portal.db
    .selectFrom('audit_events')
    .select('event')
    .where('account', '=', sub)
    .where('event', '=', 'account.changed')
    .execute();
  expect(rows).toHaveLength(1);
});

test('of two who choose one user ID at once, one is told to choose another and can', async () => {
  const links = await Promise.all([invite(), invite()]);
  const visitors = await Promise.all(
    links.map(async ({ path }) => {
      const visitor = new Visitor(portal);
      return { visitor, page: await visitor.open(path) };
    }),
  );
  const answers = await Promise.all(
    visitors.map(({ visitor, page }, index) =>
      visitor.submit(page, { user_id: index ? 'Nia.Twin' : 'nia.twin', password: PASSWORD }),
    ),
  );
  expect(answers.map(pageName).sort()).toEqual(['activate', 'activated']);
  const loser = answers.findIndex((answer) => pageName(answer) === 'activate');
  expect(alertOf(answers[loser] as Answer)).toContain('This user ID is already taken');
  const again = await visitors[loser]?.visitor.submit(answers[loser] as Answer, {
    user_id: 'nia.triplet',
    password: PASSWORD,
  });
  expect(again && pageName(again)).toBe('activated');
});

test('unknown, used, replaced, expired and disabled links get one and the same page', async () => {
  const used = await invite();
  const visitor = new Visitor(portal);
  await visitor.submit(await visitor.open(used.path), { user_id: 'nia.used', password: PASSWORD });
  const replaced = await invite();
  const fresh = linkOf(await json(portal.environment, 'accounts', 'invite', replaced.sub));
  const expired = await invite();
  await sql`update activations set expires_at = clock_timestamp() where account = ${expired.sub}`.execute(
    portal.db,
  );
  const disabled = await invite();
  await json(portal.environment, 'accounts', 'disable', disabled.sub);
  const unknown = `/activate/${'A'.repeat(43)}`;
  const paths = [
    unknown,
    '/activate/garbage',
    '/activate',
    used.path,
    replaced.path,
    expired.path,
    disabled.path,
  ];
  const pages = await Promise.all(paths.map((path) => new Visitor(portal).open(path)));
  for (const page of pages) expect([page.status, pageName(page)]).toEqual([410, 'link-dead']);
  expect(new Set(pages.map(bare)).size).toBe(1);
  expect(pages[0]?.body).toMatch(
    /ask the person who invited you, or contact support:<\/p><p class="contacts"><span class="support">\w/,
  );
  expect(pageName(await new Visitor(portal).open(fresh.path))).toBe('activate');
});

test('a form that is not of this browser, or whose link was replaced meanwhile, activates nothing', async () => {
  const { path, sub } = await invite();
  const visitor = new Visitor(portal);
  const page = await visitor.open(path);
  const other = new Visitor(portal);
  const foreign = await other.open(path);
  const crossed = await visitor.request(
    '/activate',
    formPost(foreign, { user_id: 'nia.x', password: PASSWORD }),
  );
  expect(crossed.status).toBe(403);
  const fresh = linkOf(await json(portal.environment, 'accounts', 'invite', sub));
  expect(pageName(await visitor.submit(page, { user_id: 'nia.x', password: PASSWORD }))).toBe('link-dead');
  expect(pageName(await new Visitor(portal).open(fresh.path))).toBe('activate');
});

test('a token is in no log', async () => {
  const { path } = await invite();
  await new Visitor(portal).open(path);
  const token = String(path.split('/').at(-1));
  expect(portal.logs.some((line) => line.includes('/activate/:token'))).toBe(true);
  expect(portal.logs.filter((line) => line.includes(token))).toEqual([]);
  const { rows } = await sql<{
    text: string;
  }>`select cast(activations as text) as text from activations`.execute(portal.db);
  expect(rows.filter(({ text }) => text.includes(token))).toEqual([]);
});
