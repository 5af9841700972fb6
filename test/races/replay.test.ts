import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  claimsOf,
  type FlowRequest,
  flow,
  introspect,
  pageName,
  redeem,
  refresh,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import { atOnce, figures, rounds, Tally } from './rounds.ts';

const PARALLEL = 16;
const ROUNDS = rounds(200, 10, 2);

let portal: Portal;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
});
afterAll(() => portal.stop());

const replays = async () =>
  (await portal.db.selectFrom('audit_events').select('id').where('event', '=', 'token.replayed').execute())
    .length;

type Redeem = (index: number) => Promise<Tokens>;

/** Sends one code or token 16 times at once, over both processes; the one answer that won. */
async function race(attempt: Redeem, losers: Tally): Promise<Tokens> {
  const before = await replays();
  const answers = await atOnce(PARALLEL, attempt);
  const winners = answers.filter(({ status }) => status === 200);
  expect(winners).toHaveLength(1);
  for (const { status, error } of answers) if (status !== 200) losers.add(`${status} ${error}`);
  expect(await replays()).toBeGreaterThan(before);
  return winners[0] as Tokens;
}

/** That nothing the winner got is of any use, on either process. */
async function expectDead(clientId: string, tokens: Tokens): Promise<void> {
  for (const process of [0, 1]) {
    expect((await userinfo(portal, tokens.access_token, { process })).status).toBe(401);
    expect(await refresh(portal, clientId, tokens.refresh_token, { process })).toMatchObject({
      status: 400,
      error: 'invalid_grant',
    });
  }
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    expect(await introspect(portal, clientId, token)).toEqual({ active: false });
  }
}

type Entered = FlowRequest & { code: string };

const kinds: [string, { clientId: string; more?: Record<string, string>; refreshed: boolean }][] = [
  ['a code', { clientId: 'claims', refreshed: false }],
  ['a refresh token of a session', { clientId: 'claims', refreshed: true }],
  [
    'an offline refresh token',
    {
      clientId: 'mobile',
      more: { scope: 'openid profile offline_access', prompt: 'consent' },
      refreshed: true,
    },
  ],
];

test.each(kinds)(
  'of 16 parallel uses of %s one wins, and the replay leaves nothing alive',
  async (kind, { clientId, more, refreshed }) => {
    const visitor = new Visitor(portal);
    const losers = new Tally();
    const sessions = new Set<unknown>();
    for (let round = 0; round < ROUNDS; round++) {
      // The same browser each time: a replay must not cost it the session, nor the app its next sign-in.
      const entered: Entered = await visitor.signIn(clientId, more);
      const first = refreshed ? await redeem(portal, entered) : undefined;
      if (first) expect(first.status).toBe(200);
      const use: Redeem = (index) =>
        first
          ? refresh(portal, clientId, first.refresh_token, { process: index % 2 })
          : redeem(portal, entered, { process: index % 2 });
      const won = await race(use, losers);
      await expectDead(clientId, won);
      if (first) await expectDead(clientId, first);
      expect(await redeem(portal, entered)).toMatchObject({ status: 400, error: 'invalid_grant' });
      sessions.add(claimsOf(won.id_token).sid);
    }
    expect(losers.counts).toEqual({ '400 invalid_grant': ROUNDS * (PARALLEL - 1) });
    expect(sessions.size).toBe(1);
    figures(`replay of ${kind}`, { rounds: ROUNDS, winners: ROUNDS, losers: losers.counts });
  },
  300_000,
);

test('after a replay the app gets in again on the same session, without a question', async () => {
  const visitor = new Visitor(portal);
  const entered = await visitor.signIn('claims');
  const bystander = await redeem(portal, await visitor.signIn('eligibility'));
  await race((index) => redeem(portal, entered, { process: index % 2 }), new Tally());
  const again = flow('claims');
  const answer = await visitor.open(again.url);
  expect(pageName(answer)).toBeUndefined();
  const tokens = await redeem(portal, await visitor.signIn('claims'));
  expect((await userinfo(portal, tokens.access_token)).status).toBe(200);
  expect((await refresh(portal, 'claims', tokens.refresh_token)).status).toBe(200);
  expect((await userinfo(portal, bystander.access_token)).status).toBe(200);
});

test('an offline authorize in flight does not bring a replayed family back', async () => {
  const visitor = new Visitor(portal);
  for (let round = 0; round < ROUNDS; round++) {
    const entered = await visitor.signIn('claims');
    const [won] = await Promise.all([
      race((index) => redeem(portal, entered, { process: index % 2 }), new Tally()),
      atOnce(4, (index) =>
        visitor.clone().open(flow('claims', { scope: 'openid offline_access', prompt: 'consent' }).url, {
          process: index % 2,
        }),
      ),
    ]);
    await expectDead('claims', won);
  }
}, 300_000);
