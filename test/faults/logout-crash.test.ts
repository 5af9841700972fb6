import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { claimsOf, redeem, Visitor } from '../support/visitor.ts';
import { LogoutEndpoint, verifyLogoutToken } from './logout-endpoint.ts';

// A process dies between the end of a session and the notice to its app: another one delivers.

const long = process.env.LONG ? test : test.skip;
/** ms: a job whose process died is given up after 60 s, found by a look every 15 s, and tried again. */
const GIVEN_UP = 100_000;

let portal: Portal;
let endpoint: LogoutEndpoint;

beforeEach(async () => {
  const settings = { 'logout_notices.first_delay': 'PT1S', 'egress.timeout': 'PT60S' };
  portal = await startPortal({ processes: 2, settings });
  endpoint = new LogoutEndpoint();
  await endpoint.open();
  await endpoint.serveFor(portal, 'claims');
});

afterEach(async () => {
  for (const child of portal.processes) child.kill('SIGCONT');
  await endpoint.close();
  await portal.stop();
});

/** Signs in to Claims; `leave` signs out at the first process. */
async function come(): Promise<{ sid: string; leave(): Promise<void> }> {
  const visitor = new Visitor(portal);
  const { id_token } = await redeem(portal, await visitor.signIn('claims'));
  return {
    sid: String(claimsOf(id_token).sid),
    leave: async () => {
      const answer = await visitor.request(`/oidc/logout?id_token_hint=${id_token}`, { process: 0 });
      expect(answer.status).toBe(303);
    },
  };
}

async function expectTold(sid: string): Promise<void> {
  const [token, ...others] = endpoint.accepted;
  expect(others).toEqual([]);
  // The first process is dead.
  const claims = await verifyLogoutToken(portal, 'claims', String(token), { process: 1 });
  expect(claims).toMatchObject({ sid });
  const notices = portal.db.selectFrom('logout_notices').select('status').where('sid', '=', sid);
  await until(async () => (await notices.executeTakeFirst())?.status === 'accepted');
}

test('before the next try: the other process makes it', async () => {
  await endpoint.close();
  const { sid, leave } = await come();
  await leave();
  const tried = portal.db.selectFrom('logout_notices').select('attempts').where('sid', '=', sid);
  await until(async () => ((await tried.executeTakeFirst())?.attempts ?? 0) > 0);
  portal.processes[0]?.kill('SIGKILL');
  await endpoint.open();
  await until(() => endpoint.accepted.length > 0);
  await expectTold(sid);
});

long(
  'in the middle of a try: the other process tries again once the job is given up',
  async () => {
    endpoint.manner = 'hangs';
    const { sid, leave } = await come();
    // Only the first process can take the job.
    portal.processes[1]?.kill('SIGSTOP');
    await leave();
    await until(() => endpoint.requests === 1);
    portal.processes[0]?.kill('SIGKILL');
    portal.processes[1]?.kill('SIGCONT');
    endpoint.manner = 'accepts';
    await until(() => endpoint.accepted.length > 0, GIVEN_UP);
    await expectTold(sid);
  },
  GIVEN_UP + 20_000,
);
