import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { A_SECOND } from '../support/limits.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { claimsOf, pageName, redeem, Visitor } from '../support/visitor.ts';
import { LogoutEndpoint, verifyLogoutToken } from './logout-endpoint.ts';

let portal: Portal;
let endpoint: LogoutEndpoint;

beforeAll(async () => {
  portal = await startPortal({
    processes: 2,
    settings: { 'logout_notices.first_delay': 'PT1S', 'egress.timeout': 'PT1S' },
  });
});
afterAll(() => portal?.stop());

beforeEach(async () => {
  endpoint = new LogoutEndpoint();
  await endpoint.open();
  await endpoint.serveFor(portal, 'claims');
});
afterEach(() => endpoint.close());

/** Signs in to Claims and out again: the session's sid there, and the ms that the sign-out took. */
async function comeAndGo(process?: number): Promise<{ sid: string; sub: string; ms: number }> {
  const visitor = new Visitor(portal);
  const { id_token } = await redeem(portal, await visitor.signIn('claims'));
  const { sid, sub } = claimsOf(id_token) as { sid: string; sub: string };
  const begun = performance.now();
  const answer = await visitor.open(
    `/oidc/logout?id_token_hint=${id_token}`,
    process === undefined ? {} : { process },
  );
  expect(pageName(answer)).toBe('signed-out');
  return { sid, sub, ms: performance.now() - begun };
}

async function noticeOf(sid: string) {
  return portal.db
    .selectFrom('logout_notices')
    .select(['status', 'attempts', 'last_error'])
    .where('sid', '=', sid)
    .executeTakeFirstOrThrow();
}

async function untilNotice(sid: string, expected: object): Promise<void> {
  const matches = async () => {
    const notice: Record<string, unknown> = await noticeOf(sid);
    return Object.entries(expected).every(([name, value]) => notice[name] === value);
  };
  await until(matches);
}

async function expectToldOnce({ sid, sub }: { sid: string; sub: string }): Promise<void> {
  expect(endpoint.accepted).toHaveLength(1);
  expect(await verifyLogoutToken(portal, 'claims', endpoint.accepted[0] as string)).toMatchObject({
    sid,
    sub,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
}

test('an app is told once, with a token that stands every check', async () => {
  const gone = await comeAndGo();
  await untilNotice(gone.sid, { status: 'accepted', attempts: 1 });
  await expectToldOnce(gone);
});

test.each(['fails', 'hangs', 'redirects', 'is not there'] as const)(
  'an app that %s does not slow the sign-out, and is told once it takes notices',
  async (manner) => {
    if (manner === 'is not there') await endpoint.close();
    else endpoint.manner = manner;
    const gone = await comeAndGo();
    expect(gone.ms).toBeLessThan(A_SECOND);
    await until(async () => (await noticeOf(gone.sid)).attempts > 0);
    expect(await noticeOf(gone.sid)).toMatchObject({ status: 'pending', last_error: expect.any(String) });
    if (manner === 'is not there') await endpoint.open();
    endpoint.manner = 'accepts';
    await untilNotice(gone.sid, { status: 'accepted', last_error: null });
    expect((await noticeOf(gone.sid)).attempts).toBeGreaterThan(1);
    await expectToldOnce(gone);
    expect(endpoint.followed).toBe(0);
  },
);
