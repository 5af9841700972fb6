import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { json } from '../cli/operator.ts';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { solveCheck } from '../support/solve-check.ts';
import { type Answer, asApp, flow, pageName, type SendOptions, send, Visitor } from '../support/visitor.ts';

// What somebody who is not signed in can cause: by address, and never at the cost of those who have signed in.

let portal: Portal;
let redis: Redis;
beforeAll(async () => {
  portal = await sharedPortal({
    processes: 2,
    settings: {
      trusted_proxies: '1',
      'lockout.security_check_work': '1000',
      'recovery.requests_per_address': '3',
      'notices.smtp.url': 'smtp://127.0.0.1:1',
      'strangers.most_requests': '10',
      'strangers.pushed_requests': '5',
    },
  });
  redis = new Redis(portal.redisUrl);
});
afterAll(async () => {
  redis?.disconnect();
  await portal?.stop();
});

let addresses = 0;
const somewhere = () => `198.51.100.${++addresses}`;

/** A browser behind an address. */
class Behind extends Visitor {
  readonly address: string;

  constructor(address: string) {
    super(portal);
    this.address = address;
  }

  override request(path: string, options: SendOptions = {}): Promise<Answer> {
    return super.request(path, {
      ...options,
      headers: { ...options.headers, 'x-forwarded-for': this.address },
    });
  }
}

/** Asks for a code, doing no security check; the page that comes of it. */
async function ask(visitor: Visitor, userId: string): Promise<Answer> {
  return visitor.submit(await visitor.open('/recover/password'), { user_id: userId, channel: 'email' });
}

/** Does the check of this page, and asks once more. */
async function askChecked(visitor: Visitor, page: Answer, userId: string): Promise<Answer> {
  const form = await visitor.submit(page, { user_id: userId, security_check: await solveCheck(page.body) });
  return visitor.submit(form, { user_id: userId, channel: 'email' });
}

const resets = async () => (await redis.keys(`${portal.redisPrefix}:reset:*`)).length;

test('recovery asked for again and again from one address needs the security check, and then ends in 429', async () => {
  const address = somewhere();
  const before = await resets();
  for (let n = 0; n < 3; n++)
    expect((await ask(new Behind(address), `nobody-${n}`)).body).toContain('name="code"');
  for (let n = 3; n < 10; n++) {
    const visitor = new Behind(address);
    const check = await ask(visitor, `nobody-${n}`);
    expect(pageName(check)).toBe('security-check');
    expect((await askChecked(visitor, check, `nobody-${n}`)).body).toContain('name="code"');
  }
  expect(await resets()).toBe(before + 10);
  const late = await ask(new Behind(address), 'nobody-10');
  expect([late.status, pageName(late)]).toEqual([429, 'error']);
  expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(3000);
  expect(await resets()).toBe(before + 10);
  // The pages still open, elsewhere all goes on, and the log says so once.
  expect(pageName(await new Behind(address).open('/recover/password'))).toBe('recover-password');
  expect((await ask(new Behind(somewhere()), 'nobody-10')).body).toContain('name="code"');
  await ask(new Behind(address), 'nobody-11');
  const rows = portal.db.selectFrom('audit_events').select('id').where('reason', '=', 'too-many-requests');
  expect(await rows.where('address', '=', address).execute()).toHaveLength(1);
});

test('of many at once as many are let through as are allowed', async () => {
  const address = somewhere();
  const visitors = Array.from({ length: 12 }, () => new Behind(address));
  const pages = await Promise.all(visitors.map((visitor, n) => ask(visitor, `somebody-${n}`)));
  expect(pages.filter(({ body }) => body.includes('name="code"'))).toHaveLength(3);
  expect(pages.filter((page) => pageName(page) === 'security-check')).toHaveLength(9);
});

test('addresses of one IPv6 network count as one', async () => {
  const pages = [];
  for (let n = 1; n <= 4; n++) pages.push(await ask(new Behind(`2001:db8:7:7::${n}`), `six-${n}`));
  expect(pages.map((page) => pageName(page) === 'security-check')).toEqual([false, false, false, true]);
  expect((await ask(new Behind('2001:db8:7:8::1'), 'six-5')).body).toContain('name="code"');
});

test('what a stranger spends is not that of a session or a known device behind the same address', async () => {
  const address = somewhere();
  const signedIn = new Behind(address);
  await signedIn.signIn('claims');
  const known = signedIn.clone();
  const device = Object.assign(new Behind(address), {});
  await device.signIn('claims');
  device.forget('session');
  for (let n = 0; n < 4; n++) await ask(new Behind(address), `stranger-${n}`);
  expect(pageName(await ask(new Behind(address), 'stranger-5'))).toBe('security-check');
  expect(known.cookie('session')).toBeDefined();
  expect((await ask(signedIn, 'dr.rivera')).body).toContain('name="code"');
  expect((await ask(device, 'dr.rivera')).body).toContain('name="code"');
});

test('one link of an activation is tried so often and no oftener, whatever others at its address do', async () => {
  const address = somewhere();
  const link = async () => {
    const words = ['accounts', 'create', '--given-name', 'Nia', '--family-name', 'Osei'];
    return new URL(String((await json(portal.environment, ...words)).activation_link)).pathname;
  };
  const visitor = new Behind(address);
  const page = await visitor.open(await link());
  const asking = { user_id: 'op.lee', password: 'seven quiet herons wade' };
  expect(pageName(await visitor.submit(page, asking))).toBe('activate');
  for (let n = 1; n < 5; n++) {
    const check = await visitor.submit(page, asking);
    expect(pageName(check)).toBe('security-check');
    const again = await visitor.submit(check, { security_check: await solveCheck(check.body) });
    expect(pageName(again)).toBe('activate');
    expect(pageName(await visitor.submit(again, asking))).toBe('activate');
  }
  expect((await visitor.submit(page, asking)).status).toBe(429);
  const other = new Behind(address);
  const theirs = await other.open(await link());
  const done = await other.submit(theirs, { ...asking, user_id: 'nia.osei.9' });
  expect(done.url.pathname).toBe('/activated');
});

const token = { grant_type: 'client_credentials' };
const basic = (secret: string) => ({
  authorization: `Basic ${Buffer.from(`claims:${secret}`).toString('base64')}`,
});

test('wrong secrets of an app are slowed by app and address, the right one too, and written down by the minute', async () => {
  const address = somewhere();
  const from = (at: string, secret: string, path = '/oidc/token') =>
    asApp(portal, 'claims', path, token, { headers: { ...basic(secret), 'x-forwarded-for': at } });
  const statuses: number[] = [];
  for (let n = 0; n < 150; n++) statuses.push((await from(address, `wrong-${n}`)).status);
  expect(statuses).toEqual(statuses.map((_, n) => (n < 30 ? 401 : 429)));
  const right = await from(address, 'claims-demo-secret');
  expect(right.status).toBe(429);
  expect(JSON.parse(right.body).error).toBe('temporarily_unavailable');
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await from(address, 'claims-demo-secret', '/oidc/introspect')).status).toBe(429);
  // The app's own servers, elsewhere, know nothing of it; nor does another app here.
  expect((await from(somewhere(), 'claims-demo-secret')).status).not.toBe(429);
  const headers = { 'x-forwarded-for': address };
  expect((await asApp(portal, 'eligibility', '/oidc/token', token, { headers })).status).not.toBe(429);
  const rows = await portal.db
    .selectFrom('audit_events')
    .select(['app', 'after'])
    .where('event', '=', 'app.not-authenticated')
    .where('address', '=', address)
    .execute();
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.length).toBeLessThan(6);
  expect(rows[0]).toMatchObject({ app: 'claims', after: { failed: 1 } });
});

test('of many wrong secrets at once no more are judged than are allowed', async () => {
  const address = somewhere();
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      asApp(portal, 'claims', '/oidc/token', token, {
        headers: { ...basic(`wrong-${n}`), 'x-forwarded-for': address },
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(30);
});

test('an app without a secret pushes so many requests from one address, and nobody else is stopped by it', async () => {
  const address = somewhere();
  const push = (clientId: string, at: string) => {
    const fields = Object.fromEntries(new URL(flow(clientId).url, portal.issuer).searchParams);
    return asApp(portal, clientId, '/oidc/par', fields, { headers: { 'x-forwarded-for': at } });
  };
  const kept = async () => (await redis.keys(`${portal.redisPrefix}:PushedAuthorizationRequest:*`)).length;
  const before = await kept();
  const answers = [];
  for (let n = 0; n < 7; n++) answers.push(await push('mobile', address));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201, 429, 429]);
  expect(JSON.parse(String(answers[6]?.body)).error).toBe('temporarily_unavailable');
  expect(await kept()).toBe(before + 5);
  expect((await push('claims', address)).status).toBe(201);
  expect((await push('mobile', somewhere())).status).toBe(201);
});

test('no number of pages is too many', async () => {
  const address = somewhere();
  const headers = { 'x-forwarded-for': address };
  const paths = [flow('claims').url, '/recover/password', '/recover/user-id', '/activate', '/signed-out'];
  for (let n = 0; n < 60; n++) {
    const { status } = await send(portal, String(paths[n % paths.length]), { headers });
    expect(status).not.toBe(429);
  }
  const visitor = new Behind(address);
  const page = await visitor.open(flow('claims').url);
  const answer = await visitor.submit(page, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
  expect(answer.headers.get('location')).toContain('code=');
});
