import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { foldUserId } from '../../src/accounts/user-id.ts';
import { until } from '../postgres/until.ts';
import { rounds } from '../races/rounds.ts';
import { solveCheck } from '../support/solve-check.ts';
import { formPost, pageName, send, Visitor } from '../support/visitor.ts';
import {
  addReached,
  ask,
  askByMail,
  codeIn,
  NEW_PASSWORD,
  nextMail,
  type Reachable,
  startReachable,
  stepOf,
} from './recovering.ts';

const PUMPED = rounds(100_000, 300);
const SMS_A_DAY = 40;

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable({
    processes: 2,
    settings: {
      trusted_proxies: '1',
      'lockout.security_check_work': '1000',
      'notices.sms.per_day': String(SMS_A_DAY),
      'recovery.requests_per_account': '3',
      'recovery.requests_per_address': '30',
    },
  });
});
afterAll(() => reachable.stop());

/** A browser with an address of its own. */
class Elsewhere extends Visitor {
  address = `198.51.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`;

  override request(path: string, options: Parameters<Visitor['request']>[1] = {}) {
    const headers = { ...options.headers, 'x-forwarded-for': this.address };
    return super.request(path, { ...options, headers });
  }
}

test('a forged Host, in whatever header, changes neither link nor redirect', async () => {
  const person = await addReached(reachable);
  const visitor = new Elsewhere(reachable.portal);
  const page = await visitor.open('/recover/password');
  const forged = {
    host: 'evil.example',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    forwarded: 'host=evil.example;proto=http',
  };
  const post = formPost(page, { user_id: person.userId, channel: 'email' });
  const answer = await visitor.request('/recover/password', {
    ...post,
    headers: { ...post.headers, ...forged },
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/recover/password']);
  const { text, source } = await nextMail(reachable, person.email, 0);
  expect(text).toContain('https://signin.example.test/recover/password/');
  expect(source).not.toContain('evil.example');
});

test('arrays, nested names and duplicates are refused, other channels asked again, and nothing is sent', async () => {
  const person = await addReached(reachable);
  const visitor = new Elsewhere(reachable.portal);
  const sent = reachable.mail.received.length;
  for (const [path, name] of [
    ['/recover/password', 'user_id'],
    ['/recover/user-id', 'contact'],
  ] as const) {
    const page = await visitor.open(path);
    const csrf = String(/name="csrf" value="([^"]*)"/.exec(page.body)?.[1]);
    const value = encodeURIComponent(name === 'contact' ? person.email : person.userId);
    for (const body of [
      `${name}[]=${value}&${name}[]=thief%40evil.example`,
      `${name}=${value}&${name}=thief%40evil.example`,
      `${name}[a]=${value}`,
      `${name}.to=${value}`,
      `${name}=${value}%00`,
      `${name}=${value}&channel=email&channel=sms`,
      `${name}=${'x'.repeat(100_000)}`,
    ]) {
      const post = { ...formPost(page, {}), body: `${body}&csrf=${csrf}` };
      const { status } = await visitor.request(path, post);
      expect([body.slice(0, 40), [400, 413].includes(status)]).toEqual([body.slice(0, 40), true]);
    }
  }
  const page = await visitor.open('/recover/password');
  for (const channel of ['', 'pigeon', 'thief@evil.example', 'email,sms']) {
    expect(stepOf(await visitor.submit(page, { user_id: person.userId, channel }))).toBe('user_id');
  }
  for (const extra of ['email', 'to', 'phone', 'contact', 'address']) {
    await visitor.submit(page, { user_id: person.userId, channel: 'email', [extra]: 'thief@evil.example' });
  }
  await nextMail(reachable, person.email, 0);
  expect(reachable.mail.received.slice(sent).flatMap(({ to }) => to)).toEqual(
    reachable.mail.to(person.email).map(() => person.email),
  );
});

test('five guesses at a code are all, whatever code, request, browser or address; a form without token is none', async () => {
  const person = await addReached(reachable);
  const browsers = [];
  for (let n = 0; n < 3; n += 1) {
    const visitor = new Elsewhere(reachable.portal);
    browsers.push({ visitor, page: await ask(visitor, person.userId) });
  }
  const code = codeIn((await nextMail(reachable, person.email, 2)).text);
  const wrong = ['000000', '000001', '000002'].filter((guess) => guess !== code);
  const seen: string[] = [];
  for (let n = 0; n < 12; n += 1) {
    const { visitor, page } = browsers[n % 3] as (typeof browsers)[number];
    let answer = await visitor.submit(page, { code: wrong[n % 2] as string });
    if (pageName(answer) === 'security-check') {
      const again = await visitor.submit(answer, { security_check: await solveCheck(answer.body) });
      expect([pageName(again), stepOf(again)]).toEqual(['recover-password', 'code']);
      answer = await visitor.submit(again, { code: wrong[n % 2] as string });
    }
    seen.push(String(pageName(answer)));
  }
  expect(seen.filter((name) => name !== 'locked').length).toBeLessThanOrEqual(5);
  expect(seen.slice(-6)).toEqual(Array(6).fill('locked'));
  const failed = await reachable.portal.db
    .selectFrom('audit_events')
    .select('id')
    .where('event', '=', 'recovery.failed')
    .where('reason', '=', 'wrong-code')
    .where('account', '=', person.sub)
    .execute();
  expect(failed).toHaveLength(5);
  const { visitor, page } = browsers[2] as (typeof browsers)[number];
  expect(pageName(await visitor.submit(page, { code }))).toBe('locked');
  expect(pageName(await ask(new Elsewhere(reachable.portal), person.userId))).toBe('locked');
  const bare = { ...formPost(page, { code }), body: `code=${code}` };
  expect((await visitor.request('/recover/password', bare)).status).toBe(403);
});

test('a reset ends the locks of the account', async () => {
  const person = await addReached(reachable);
  const { portal } = reachable;
  const asked = await askByMail(reachable, person, new Elsewhere(portal));
  const guesser = new Elsewhere(portal);
  let form = await guesser.open(`/oidc/authorize?${new URLSearchParams(launcher(portal.issuer))}`);
  for (let n = 0; n < 8 && pageName(form) !== 'locked'; n += 1) {
    if (pageName(form) === 'security-check') {
      form = await guesser.submit(form, { security_check: await solveCheck(form.body) });
    }
    form = await guesser.submit(form, { user_id: person.userId, password: `wrong ${n}` });
  }
  expect(pageName(form)).toBe('locked');
  expect(form.body).toContain('id="forgot-password" href="/recover/password?app=');
  const choose = await asked.visitor.submit(asked.page, { code: asked.code });
  await asked.visitor.submit(choose, { password: NEW_PASSWORD });
  await new Elsewhere(portal).signIn('claims', { userId: person.userId, password: NEW_PASSWORD });
});

const launcher = (issuer: string) => ({
  client_id: 'vestibule-launcher',
  response_type: 'none',
  scope: 'openid',
  redirect_uri: `${issuer}/`,
});

test('more requests than a network is allowed for an hour send nothing, and are answered alike', async () => {
  const person = await addReached(reachable);
  const pages = [];
  for (let n = 0; n < 6; n += 1) {
    const visitor = new Elsewhere(reachable.portal);
    visitor.address = '192.0.2.6';
    pages.push(await ask(visitor, person.userId));
  }
  const plain = pages.map(({ body }) =>
    body.replaceAll(/name="csrf" value="[^"]*"/g, '').replaceAll(/data-seconds="\d+"|in \d+ seconds?/g, ''),
  );
  expect(new Set(plain.map((body) => body.replaceAll(/another code [^<]*/g, ''))).size).toBe(1);
  await until(() => reachable.mail.to(person.email).length === 3);
  await ask(new Elsewhere(reachable.portal), (await addReached(reachable)).userId);
  await until(async () => (await refused()) > 0);
  expect(reachable.mail.to(person.email)).toHaveLength(3);
});

const refused = async () =>
  (
    await reachable.portal.db
      .selectFrom('audit_events')
      .select('id')
      .where('reason', '=', 'too-many-requests')
      .execute()
  ).length;

test(
  `${PUMPED} requests for SMS over many people and addresses stay within the budget`,
  async () => {
    const { portal, sms } = reachable;
    const before = sms.sent.length;
    const people: string[] = [];
    for (let n = 0; n < Math.min(PUMPED / 3, 2000); n += 1) people.push((await addReached(reachable)).userId);
    const statuses = new Set<unknown>();
    const visitor = new Elsewhere(portal);
    const page = await visitor.open('/recover/password');
    const jar = { cookie: visitor.cookieHeader('/recover/password') };
    for (let n = 0; n < PUMPED; n += 8) {
      const posts = Array.from({ length: 8 }, (_, i) => {
        const post = formPost(page, { user_id: people[(n + i) % people.length] as string, channel: 'sms' });
        const headers = { ...post.headers, ...jar, 'x-forwarded-for': `203.0.${(n >> 3) % 256}.${i}` };
        return send(portal, '/recover/password', { ...post, headers });
      });
      for (const { status, headers } of await Promise.all(posts)) {
        statuses.add(`${status} ${headers.get('location')}`);
      }
    }
    await until(async () => (await waiting()) === 0, 120_000 + PUMPED * 10);
    const sent = sms.sent.length - before;
    process.stdout.write(`${PUMPED} requests for SMS, budget ${SMS_A_DAY} a day: ${sent} sent\n`);
    expect([...statuses]).toEqual(['303 /recover/password']);
    expect(sms.sent.length).toBeLessThanOrEqual(SMS_A_DAY);
    expect(sent).toBeGreaterThan(0);
  },
  240_000 + PUMPED * 30,
);

/** Jobs of recovery and notices that are not done. */
async function waiting(): Promise<number> {
  const { db } = reachable.portal;
  const jobs = await db
    .withSchema('jobs')
    .selectFrom('job' as never)
    .select('id' as never)
    .where('name' as never, 'in', ['recovery', 'notice-sms'] as never)
    .where('state' as never, 'in', ['created', 'retry', 'active'] as never)
    .execute();
  return jobs.length;
}

test('tokens, codes and typed user IDs are in no log and no job', async () => {
  const person = await addReached(reachable);
  const typed = `${person.userId}-typed-by-mistake`;
  await ask(new Elsewhere(reachable.portal), typed);
  const { link, code } = await askByMail(reachable, person, new Elsewhere(reachable.portal));
  await new Elsewhere(reachable.portal).open(link);
  const token = String(link.split('/').at(-1));
  expect(reachable.portal.logs.some((line) => line.includes('/recover/password/:token'))).toBe(true);
  const { rows } = await reachable.portal.db.executeQuery<{ data: unknown }>(
    (await import('kysely')).CompiledQuery.raw("select data from jobs.job where name = 'recovery'"),
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const secret of [token, typed, foldUserId(typed)]) {
    expect(reachable.portal.logs.filter((line) => line.includes(secret))).toEqual([]);
    expect(rows.filter((row) => JSON.stringify(row).includes(secret))).toEqual([]);
  }
  expect(rows.filter((row) => JSON.stringify(row).includes(`"${code}"`))).toEqual([]);
});
