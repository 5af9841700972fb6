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
    const answer = await visitor.request(flow(app, { prompt: 'none' }).url);
    expect(replyOf(answer).error).toBe('login_required');
    const facts = { client: app, route: '/oidc/authorize', error: 'login_required' };
    await line((record) => record.client === app, { ...facts, level: 'info', detail: expect.any(String) });
  }
  expect(portal.logs.filter((text) => text.includes('"warn"') || text.includes('stack'))).toEqual([]);
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
    'a scope that goes to the app',
    () => new Visitor(portal).request(flow('claims', { code_challenge_method: 'plain' }).url),
    { client: 'claims', route: '/oidc/authorize', error: 'invalid_request' },
  ],
];

test.each(refusals)('the line of %s says which app, where and why', async (_what, ask, facts) => {
  const before = portal.logs.length;
  await ask();
  await line((record) => record.msg === 'protocol refusal', { ...facts, detail: expect.any(String) }, before);
});

test('the line of an error page says what the protocol refused, and nothing of what was sent', async () => {
  const url = flow('claims', { redirect_uri: 'https://elsewhere.example/7f3a9c' }).url;
  const { id } = shown(await new Visitor(portal).request(url));
  await line((record) => record.errorId === id, {
    ...{ level: 'info', client: 'claims', route: '/oidc/authorize', error: 'invalid_redirect_uri' },
    detail: expect.stringContaining('redirect_uri did not match'),
  });
  expect(portal.logs.join()).not.toContain('7f3a9c');
});

test('the demo, which logs warnings alone, logs what its error page refers to', async () => {
  const visitor = new Visitor(demo);
  for (const path of [flow('claims', { redirect_uri: 'http://localhost:1/' }).url, '/nowhere']) {
    const { id } = shown(await visitor.request(path));
    await until(async () => demo.logs.some((text) => text.includes(id) && text.includes('"warn"')));
  }
});

function basic(pair: string): string {
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** The id that an error page shows. */
function shown(answer: Answer): { id: string } {
  const id = /id="error-id"[^>]*>([^<]+)</.exec(answer.body)?.[1];
  if (!id) throw new Error(`no error page: ${answer.status} ${answer.body.slice(0, 500)}`);
  return { id };
}

/** Waits for the first line that is meant, from `start` on, and compares it. */
async function line(
  isIt: (record: Record<string, unknown>) => boolean,
  facts: Record<string, unknown>,
  start = 0,
): Promise<void> {
  let found: Record<string, unknown> | undefined;
  await until(async () => {
    found = portal.logs
      .slice(start)
      .map((text) => JSON.parse(text) as Record<string, unknown>)
      .find(isIt);
    return found !== undefined;
  });
  expect(found).toMatchObject(facts);
}
