import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { json } from '../cli/operator.ts';
import { LogoutEndpoint, verifyLogoutToken } from '../faults/logout-endpoint.ts';
import { until } from '../postgres/until.ts';
import { A_SECOND } from '../support/limits.ts';
import {
  flow,
  introspect,
  pageName,
  redeem,
  refresh,
  replyOf,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import {
  addReached,
  askByMail,
  NEW_PASSWORD,
  type Reachable,
  type Reached,
  startReachable,
} from './recovering.ts';

// Rule 12: whatever ends a session, all that it opened is dead within a second, on both processes, and each app is
// told.

const APPS = ['claims', 'eligibility'] as const;

let reachable: Reachable;
const endpoints = { claims: new LogoutEndpoint(), eligibility: new LogoutEndpoint() };
beforeAll(async () => {
  reachable = await startReachable({ processes: 2 });
  for (const app of APPS) {
    await endpoints[app].open();
    await endpoints[app].serveFor(reachable.portal, app, { demands: {} });
  }
});
afterAll(async () => {
  await reachable?.stop();
  for (const app of APPS) await endpoints[app].close();
});

interface Held {
  readonly browser: Visitor;
  readonly tokens: readonly { readonly app: string; readonly got: Tokens }[];
}

/** A browser in two apps, and a phone that it let in; each has a refresh token. */
async function signedIn({ userId }: Reached): Promise<Held> {
  const { portal } = reachable;
  const browser = new Visitor(portal);
  const tokens: { app: string; got: Tokens }[] = [];
  const offline = { scope: 'openid offline_access', prompt: 'consent' };
  for (const [app, more] of [...APPS.map((app) => [app, {}] as const), ['mobile', offline] as const]) {
    tokens.push({ app, got: await redeem(portal, await browser.signIn(app, { userId, ...more })) });
  }
  for (const { got } of tokens) expect(got.refresh_token).toEqual(expect.any(String));
  return { browser, tokens };
}

/** What one process still lets in. Refresh tokens are only looked at: to use one is to spend it. */
async function alive({ browser, tokens }: Held, process: number): Promise<string[]> {
  const { portal } = reachable;
  const found: string[] = [];
  if (pageName(await browser.clone().open('/', { process })) !== 'sign-in') found.push('launcher');
  for (const app of APPS) {
    const answer = await browser.clone().request(flow(app, { prompt: 'none' }).url, { process });
    if (replyOf(answer).error !== 'login_required') found.push(`session ${app}`);
  }
  for (const { app, got } of tokens) {
    if ((await userinfo(portal, got.access_token, { process })).status === 200) found.push(`userinfo ${app}`);
    for (const token of [got.access_token, got.refresh_token]) {
      if ((await introspect(portal, app, token, { process })).active) found.push(`active ${app}`);
    }
  }
  return found;
}

async function bothAlive(held: Held): Promise<string[]> {
  return (await Promise.all([alive(held, 0), alive(held, 1)])).flat();
}

async function expectDead(held: Held): Promise<void> {
  const begun = performance.now();
  let found: string[] = ['not asked yet'];
  // A round that began within the second may end after it, on a busy machine.
  while (found.length > 0 && performance.now() - begun < A_SECOND) found = await bothAlive(held);
  expect(found).toEqual([]);
  for (const process of [0, 1]) {
    for (const { app, got } of held.tokens) {
      const answer = await refresh(reachable.portal, app, got.refresh_token, { process });
      expect([app, answer.status, answer.error]).toEqual([app, 400, 'invalid_grant']);
    }
  }
}

const ends: [what: string, end: (person: Reached) => Promise<unknown>][] = [
  [
    'a reset of the password',
    async (person) => {
      const { visitor, page, code } = await askByMail(reachable, person);
      const done = await visitor.submit(await visitor.submit(page, { code }), { password: NEW_PASSWORD });
      expect(pageName(done)).toBe('recover-password-done');
    },
  ],
  ['a disabled account', ({ userId }) => json(reachable.portal.environment, 'accounts', 'disable', userId)],
  [
    'a session that an operator ends',
    async ({ sub }) => {
      const { portal } = reachable;
      const open = portal.db.selectFrom('sessions').select('uid').where('account', '=', sub);
      const { uid } = await open.executeTakeFirstOrThrow();
      await json(portal.environment, 'sessions', 'end', uid);
    },
  ],
];

test.each(ends)(
  'after %s session, access and refresh token of each app are dead within 1 s on both processes, and each is told',
  async (_what, end) => {
    const person = await addReached(reachable);
    const held = await signedIn(person);
    const before = await bothAlive(held);
    // All of it worked: launcher, two apps, three access tokens, and what can be introspected.
    expect(before.length).toBeGreaterThanOrEqual(2 * (1 + 2 + 3 + 4));
    const told = APPS.map((app) => endpoints[app].accepted.length);
    await end(person);
    await expectDead(held);
    for (const [index, app] of APPS.entries()) {
      const { accepted } = endpoints[app];
      await until(() => accepted.length > (told[index] as number));
      await verifyLogoutToken(reachable.portal, app, String(accepted.at(-1)));
      expect(accepted.length).toBe((told[index] as number) + 1);
    }
  },
  400_000,
);
