import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { A_SECOND } from '../support/limits.ts';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import {
  type Answer,
  claimsOf,
  type FlowRequest,
  flow,
  formAction,
  formPost,
  introspect,
  pageName,
  redeem,
  refresh,
  replyOf,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import { atOnce, figures, rounds, Tally } from './rounds.ts';
import { ThirdProcess } from './third-process.ts';

const ROUNDS = rounds(100, 4, 1);
const OFFLINE = { scope: 'openid profile offline_access', prompt: 'consent' };

let portal: Portal;
let third: ThirdProcess;
beforeAll(async () => {
  // Nobody listens where the notices go: trying that again and again would only cost time.
  portal = await startPortal({ processes: 2, settings: { 'logout_notices.retries': '0' } });
  third = await ThirdProcess.start(portal);
});
afterAll(async () => {
  await third?.tidy();
  third?.stop();
  await portal?.stop();
});

const uidOf = async (idToken: string): Promise<string> =>
  (
    await portal.db
      .selectFrom('session_apps')
      .select('uid')
      .where('sid', '=', String(claimsOf(idToken).sid))
      .executeTakeFirstOrThrow()
  ).uid;

const ledgerRow = (uid: string) =>
  portal.db
    .selectFrom('sessions')
    .select(['ended_at', 'end_reason'])
    .where('uid', '=', uid)
    .executeTakeFirstOrThrow();

const endsOf = async (uid: string): Promise<(string | null)[]> =>
  (
    await portal.db
      .selectFrom('audit_events')
      .select('reason')
      .where('event', '=', 'session.ended')
      .where('session', '=', uid)
      .execute()
  ).map(({ reason }) => reason);

/** What a session held before it ended: all of it must be dead afterwards, and stay so. */
interface Holdings {
  readonly uid: string;
  readonly visitor: Visitor;
  readonly tokens: [clientId: string, Tokens][];
}

/** What is still alive of a session on one process; empty when it is dead. */
async function alive({ visitor, tokens }: Holdings, process: number): Promise<string[]> {
  const found: string[] = [];
  const answer = await visitor.clone().request(flow('claims', { prompt: 'none' }).url, { process });
  if (replyOf(answer).error !== 'login_required') found.push(`cookie: ${answer.headers.get('location')}`);
  if (pageName(await visitor.clone().open('/', { process })) !== 'sign-in') found.push('launcher');
  for (const [clientId, { access_token, refresh_token }] of tokens) {
    if ((await userinfo(portal, access_token, { process })).status !== 401)
      found.push(`userinfo ${clientId}`);
    for (const token of [access_token, refresh_token]) {
      if ((await introspect(portal, clientId, token)).active) found.push(`active ${clientId}`);
    }
  }
  return found;
}

const aliveAnywhere = async (held: Holdings) => (await atOnce(2, (process) => alive(held, process))).flat();

/** Dead within a second on both processes, and still dead when asked again. */
async function expectDead(held: Holdings): Promise<void> {
  const end = performance.now() + A_SECOND;
  let found = await aliveAnywhere(held);
  while (found.length > 0 && performance.now() < end) {
    await pause(20);
    found = await aliveAnywhere(held);
  }
  expect(found).toEqual([]);
  expect(await aliveAnywhere(held)).toEqual([]);
  // Last, and once: had one worked, trying it again would be a replay, and kill it.
  for (const [clientId, { refresh_token }] of held.tokens) {
    expect(await refresh(portal, clientId, refresh_token)).toMatchObject({ error: 'invalid_grant' });
  }
}

type Entered = FlowRequest & { code: string };

/** The code that an answer in flight brought, redeemed; undefined when it brought none or a dead one. */
async function redeemed(started: FlowRequest, answer: Answer): Promise<Tokens | undefined> {
  const location = answer.headers.get('location');
  const code = location && new URL(location, portal.issuer).searchParams.get('code');
  if (!code) return undefined;
  const tokens = await redeem(portal, { ...started, code });
  if (tokens.status === 200) return tokens;
  expect(tokens.error).toBe('invalid_grant');
  return undefined;
}

/** A browser signed in to two apps: the tokens of one, the other's code not redeemed yet. */
async function signedIn(userId: string): Promise<Holdings & { mine: Tokens; waiting: Entered }> {
  const visitor = new Visitor(portal);
  const mine = await redeem(portal, await visitor.signIn('claims', { userId }));
  const waiting = await visitor.signIn('eligibility');
  return { uid: await uidOf(mine.id_token), visitor, tokens: [['claims', mine]], mine, waiting };
}

/** Requests that a browser and its apps send while the session ends; what they got goes to `held`. */
async function traffic(
  held: Holdings & { mine: Tokens; waiting: Entered },
  seen: Tally,
): Promise<(FlowRequest & { answer: Answer })[]> {
  const { visitor, mine, waiting, tokens } = held;
  const authorize = async (index: number) => {
    const started = flow(index % 3 ? 'claims' : 'eligibility');
    const answer = await visitor.clone().open(started.url, { process: index % 2 });
    return { ...started, answer };
  };
  const keep = (clientId: string, got: Tokens) => {
    seen.add(`token ${got.status} ${got.error ?? ''}`);
    if (got.status === 200) tokens.push([clientId, got]);
  };
  const [authorized] = await Promise.all([
    atOnce(6, authorize),
    redeem(portal, waiting).then((got) => keep('eligibility', got)),
    refresh(portal, 'claims', mine.refresh_token).then((got) => keep('claims', got)),
    atOnce(4, async (process) => {
      const { status } = await userinfo(portal, mine.access_token, { process: process % 2 });
      seen.add(`userinfo ${status}`);
    }),
  ]);
  for (const { answer } of authorized) seen.add(`authorize ${pageName(answer) ?? 'answered'}`);
  return authorized;
}

/** Every few rounds: with an older Redis a process may believe for half a second what it knew before. */
const failsOver = (round: number) => round % 4 === 0;

/** Lets a few requests pass, another number each round, so that the end meets the others at every point. */
async function passing({ mine }: { mine: Tokens }, round: number): Promise<void> {
  for (let index = 0; index < round % 5; index++) await userinfo(portal, mine.access_token);
}

function expectNoFaults(seen: Tally): void {
  expect(Object.keys(seen.counts).filter((key) => / 5\d\d|error/.test(key))).toEqual([]);
}

async function expectEnded({ uid }: Holdings, reason: string): Promise<void> {
  expect(await ledgerRow(uid)).toEqual({ ended_at: expect.any(Date), end_reason: reason });
  expect(await endsOf(uid)).toEqual([reason]);
}

type End = (held: Holdings & { mine: Tokens }) => Promise<unknown>;

const ends: [string, string, End][] = [
  [
    'signed out by its app',
    'signed-out',
    ({ visitor, mine }) => visitor.clone().open(`/oidc/logout?id_token_hint=${mine.id_token}`),
  ],
  [
    'revoked by an operator',
    'revoked',
    ({ uid }) => third.sessions.end(uid, { reason: 'revoked', by: null, origin: {} }),
  ],
];

test.each(ends)(
  'a session %s with requests in flight never comes back, not even with an older Redis',
  async (name, reason, end) => {
    const seen = new Tally();
    for (let round = 0; round < ROUNDS; round++) {
      const held = await signedIn('dr.rivera');
      const failOver = await third.snapshot();
      const [authorized] = await Promise.all([
        traffic(held, seen),
        passing(held, round).then(() => end(held)),
      ]);
      await expectEnded(held, reason);
      for (const { answer, ...started } of authorized) {
        expect(await redeemed(started, answer)).toBeUndefined();
      }
      await expectDead(held);
      if (!failsOver(round)) continue;
      await failOver();
      await expectDead(held);
      await traffic(held, new Tally());
      await expectDead(held);
      await expectEnded(held, reason);
    }
    expectNoFaults(seen);
    figures(`session ${name}`, { rounds: ROUNDS, ...seen.counts });
  },
  600_000,
);

test('a sign-in that resumes as its session is revoked begins another one or none', async () => {
  const seen = new Tally();
  for (let round = 0; round < ROUNDS; round++) {
    const held = await signedIn('dr.rivera');
    const { visitor, uid } = held;
    const started = flow('claims', { prompt: 'login' });
    const page = await visitor.open(started.url);
    const fields = { user_id: 'dr.rivera', password: DEMO_PASSWORD };
    const posted = await visitor.request(formAction(page), formPost(page, fields));
    const tab = visitor.clone();
    const { pathname } = new URL(String(posted.headers.get('location')), portal.issuer);
    const [answer] = await Promise.all([
      tab.open(pathname),
      passing(held, round).then(() => third.sessions.end(uid, { reason: 'revoked', by: null, origin: {} })),
    ]);
    const tokens = await redeemed(started, answer);
    seen.add(tokens ? 'another session' : (pageName(answer) ?? 'a dead code'));
    if (tokens) expect(await uidOf(tokens.id_token)).not.toBe(uid);
    else await expectDead({ ...held, visitor: tab });
    await expectDead(held);
    await expectEnded(held, 'revoked');
  }
  figures('resumed as its session is revoked', { rounds: ROUNDS, ...seen.counts });
}, 600_000);

test('of 16 parallel sign-outs one is recorded', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const held = await signedIn('dr.rivera');
    const path = `/oidc/logout?id_token_hint=${held.mine.id_token}`;
    const answers = await atOnce(16, (index) => held.visitor.clone().open(path, { process: index % 2 }));
    expect(new Set(answers.map(pageName))).toEqual(new Set(['signed-out']));
    await expectEnded(held, 'signed-out');
    await expectDead(held);
    const notices = await portal.db
      .selectFrom('logout_notices')
      .select('client_id')
      .where('uid', '=', held.uid)
      .orderBy('client_id')
      .execute();
    expect(notices.map(({ client_id }) => client_id)).toEqual(['claims', 'eligibility']);
  }
}, 600_000);

/** Lets the phone app in on a session, up to the last redirect but one, which brings the code. */
async function atPhonesDoor(visitor: Visitor) {
  const started = flow('mobile', OFFLINE);
  const tab = visitor.clone();
  const page = await tab.open(started.url);
  expect(pageName(page)).toBe('continue');
  const posted = await tab.request(formAction(page), formPost(page, {}));
  const resume = new URL(String(posted.headers.get('location')), portal.issuer).pathname;
  return { started, visitor: tab, resume };
}

test('when all sessions of an account end, a phone let in that very moment is out too', async () => {
  const seen = new Tally();
  for (let round = 0; round < ROUNDS; round++) {
    const { sub: account, userId } = await third.createAccount();
    const held = await signedIn(userId);
    held.tokens.push(['mobile', await redeem(portal, await held.visitor.signIn('mobile', OFFLINE))]);
    const attemptPages = await atOnce(4, () => atPhonesDoor(held.visitor));
    const [answers] = await Promise.all([
      atOnce(4, async (index) => {
        const { started, visitor, resume } = attemptPages[index] as (typeof attemptPages)[number];
        return { ...started, answer: await visitor.open(resume, { process: index % 2 }) };
      }),
      passing(held, round).then(() =>
        third.sessions.endAllOf(account, { reason: 'revoked', by: null, origin: {} }),
      ),
    ]);
    for (const { answer, ...started } of answers) {
      seen.add(`phone ${pageName(answer) ?? 'answered'}`);
      expect(await redeemed(started, answer)).toBeUndefined();
    }
    await expectDead(held);
    await expectEnded(held, 'revoked');
  }
  expectNoFaults(seen);
  figures('all sessions of an account', { rounds: ROUNDS, ...seen.counts });
}, 600_000);

test('an account disabled with sign-ins in flight is out, and enabling it revives nothing', async () => {
  const seen = new Tally();
  for (let round = 0; round < ROUNDS; round++) {
    const { sub: account, userId } = await third.createAccount();
    const fields = { user_id: userId, password: DEMO_PASSWORD };
    const held = await signedIn(userId);
    held.tokens.push(['mobile', await redeem(portal, await held.visitor.signIn('mobile', OFFLINE))]);
    const failOver = await third.snapshot();
    const tabs = await atOnce(4, async () => {
      const visitor = new Visitor(portal);
      const started = flow('claims');
      return { visitor, started, page: await visitor.open(started.url) };
    });
    const [answers] = await Promise.all([
      atOnce(4, async (index) => {
        const { started, page, visitor } = tabs[index] as (typeof tabs)[number];
        return { ...started, visitor, answer: await visitor.submit(page, fields) };
      }),
      traffic(held, seen),
      passing(held, round)
        .then(() => third.setStatus(account, 'disabled'))
        .then(() => third.sessions.endAllOf(account, { reason: 'account-disabled', by: null, origin: {} })),
    ]);
    const open = portal.db.selectFrom('sessions').select('uid').where('account', '=', account);
    expect(await open.where('ended_at', 'is', null).execute()).toEqual([]);
    await expectDead(held);
    if (failsOver(round)) await failOver();
    await third.setStatus(account, 'active');
    for (const { answer, ...started } of answers) {
      seen.add(`sign-in ${pageName(answer) ?? 'answered'}`);
      expect(await redeemed(started, answer)).toBeUndefined();
    }
    const browsers = answers.map(({ visitor }): Holdings => ({ uid: '', visitor, tokens: [] }));
    await Promise.all([held, ...browsers].map(expectDead));
    await expectEnded(held, 'account-disabled');
  }
  expectNoFaults(seen);
  figures('an account disabled', { rounds: ROUNDS, ...seen.counts });
}, 600_000);
