import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, asApp, flow, replyOf, Visitor } from '../support/visitor.ts';

let portal: Portal;
let demo: Portal;
beforeAll(async () => {
  portal = await sharedPortal();
  demo = await sharedPortal({ issuer: 'loopback' });
});
afterAll(async () => {
  await portal.stop();
  await demo.stop();
});

test('asking silently where nobody is signed in is no failure, and its line has no stack', async () => {
  const visitor = new Visitor(portal);
  for (const app of ['claims', 'eligibility', 'mobile']) {
    const { answer, records } = await logged(portal, () =>
      visitor.request(flow(app, { prompt: 'none' }).url),
    );
    expect(replyOf(answer).error).toBe('login_required');
    const facts = { client: app, route: '/oidc/authorize', error: 'login_required', level: 'info' };
    expect(records).toContainEqual(expect.objectContaining({ ...facts, detail: expect.any(String) }));
    expect(JSON.stringify(records)).not.toMatch(/"warn"|"stack"/);
  }
});

const refusals: readonly [string, () => Promise<Answer>, Record<string, unknown>][] = [
  [
    'a wrong secret',
    () => asApp(portal, 'claims', '/oidc/token', {}, { headers: { authorization: basic('claims:wrong') } }),
    { client: 'claims', route: '/oidc/token', error: 'invalid_client', detail: 'invalid secret provided' },
  ],
  [
    'a code that is none',
    () => asApp(portal, 'claims', '/oidc/token', { grant_type: 'authorization_code', code: 'x' }),
    { client: 'claims', route: '/oidc/token', error: 'invalid_request' },
  ],
  [
    'a method that the app is told of',
    () => new Visitor(portal).request(flow('claims', { code_challenge_method: 'plain' }).url),
    { client: 'claims', route: '/oidc/authorize', error: 'invalid_request' },
  ],
];

test.each(refusals)('the line of %s says which app, where and why', async (_what, ask, facts) => {
  const { records } = await logged(portal, ask);
  const line = { msg: 'protocol refusal', detail: expect.any(String), ...facts };
  expect(records).toContainEqual(expect.objectContaining(line));
});

test('the line of an error page says what the protocol refused, and nothing of what was sent', async () => {
  const url = flow('claims', { redirect_uri: 'https://elsewhere.example/7f3a9c' }).url;
  const { answer, records } = await logged(portal, () => new Visitor(portal).request(url));
  const why = { client: 'claims', route: '/oidc/authorize', error: 'invalid_redirect_uri', level: 'info' };
  const detail = expect.stringContaining('redirect_uri did not match');
  expect(records).toContainEqual(expect.objectContaining({ errorId: idOn(answer), ...why, detail }));
  expect(JSON.stringify(records)).not.toContain('7f3a9c');
});

test('the demo, which logs warnings alone, logs what its error page refers to', async () => {
  for (const path of [flow('claims', { redirect_uri: 'http://localhost:1/' }).url, '/nowhere']) {
    const { answer, records } = await logged(demo, () => new Visitor(demo).request(path));
    expect(records).toContainEqual(expect.objectContaining({ errorId: idOn(answer), level: 'warn' }));
  }
});

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** The id that an error page shows. */
function idOn(answer: Answer): string {
  const id = /id="error-id"[^>]*>([^<]+)</.exec(answer.body)?.[1];
  if (!id) throw new Error(`no error page: ${answer.status} ${answer.body.slice(0, 500)}`);
  return id;
}

/** What a request was answered, and all that was logged of it: its last line says that it was answered. */
async function logged({ logs }: Portal, ask: () => Promise<Answer>) {
  const before = logs.length;
  const answer = await ask();
  const records = () => logs.slice(before).map((text) => JSON.parse(text) as Record<string, unknown>);
  await until(() => records().some(({ msg }) => msg === 'answered'));
  return { answer, records: records() };
}
