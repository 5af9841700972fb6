import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { A_SECOND } from '../support/limits.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { flow, pageName, redeem, refresh, send, userinfo, Visitor } from '../support/visitor.ts';
import { type Audience, openAudience } from './audience.ts';
import { type EndedSession, Population } from './population.ts';

// Sessions expire and are revoked while half of their apps cannot be told and service processes die.

const LONG = Boolean(process.env.LONG);
/** Sessions that expire, and as many that are revoked. */
const MANY = LONG ? 2000 : 100;
const KILLS = LONG ? 15 : 4;
/** s that an expiry may take to be noticed. */
const NOTICED = 60;
/** ms until the last notice has arrived, once all apps are back. */
const DELIVERED = LONG ? 600_000 : 180_000;
const ANALYST = 'the-analyst';

let portal: Portal;
let audience: Audience;
let population: Population;

beforeAll(async () => {
  const settings = {
    'logout_notices.retries': '50',
    'logout_notices.first_delay': 'PT1S',
    // Thousands that wait for a deaf app would else be tried by the hundred each second.
    'logout_notices.longest_delay': LONG ? 'PT60S' : 'PT5S',
    'egress.timeout': 'PT1S',
  };
  portal = await startPortal({ processes: 2, settings });
  audience = await openAudience(portal);
  population = await Population.open(portal, audience.apps);
});

afterAll(async () => {
  await population?.close();
  await portal?.stop();
  await audience?.close();
});

test('an end by filter is seen by every process within a second, for every session that matches', async () => {
  const come = async () => redeem(portal, await new Visitor(portal).signIn('claims', { userId: 'm.chen' }));
  const stayer = new Visitor(portal);
  const [one, other] = [await come(), await come()];
  const kept = await redeem(portal, await stayer.signIn('claims', { userId: 'dr.rivera' }));
  const gone = new Visitor(portal);
  const held = await redeem(portal, await gone.signIn('claims', { userId: 'm.chen', scope: 'openid' }));
  const account = await population.subOf('m.chen');
  const { sessions } = await population.sessions.endMatching(
    { address: '127.0.0.0/8', app: 'claims', account },
    { by: ANALYST, note: 'a drill', origin: {} },
  );
  expect(sessions).toBe(3);
  const ended = performance.now();
  const seen = async () => {
    const answers = await Promise.all(
      [one, other, held].flatMap(({ access_token }) =>
        [0, 1].map((process) => userinfo(portal, access_token, { process })),
      ),
    );
    return answers.every(({ status }) => status === 401);
  };
  await until(seen, 1000);
  expect(performance.now() - ended).toBeLessThan(A_SECOND);
  for (const { refresh_token } of [one, other, held]) {
    if (refresh_token) expect((await refresh(portal, 'claims', refresh_token)).error).toBe('invalid_grant');
  }
  for (const process of [0, 1]) {
    expect(pageName(await gone.open(flow('claims').url, { process }))).toBe('sign-in');
    expect((await userinfo(portal, kept.access_token, { process })).status).toBe(200);
  }
});

test(
  'no session survives, every app hears of each of its own once it is there, and the ledger is complete',
  async () => {
    audience.turnAway();
    const expiring = await population.comeExpiring(MANY);
    const revoked = await population.comeLasting(MANY);
    const killing = killNowAndThen(KILLS);
    await population.revoke(revoked, ANALYST);
    await killing;
    await untilNone(() => population.stillOpen([...expiring, ...revoked]), 120_000);
    expect(await population.alive([...expiring, ...revoked])).toEqual([]);
    await expectLedger(expiring, revoked);
    audience.welcome();
    await untilNone(() => population.undelivered([...expiring, ...revoked]), DELIVERED);
    await expectTold([...expiring, ...revoked]);
  },
  LONG ? 1_800_000 : 420_000,
);

/** Looks once a second: counting thousands all the time would be most of what the stores do. */
async function untilNone(count: () => Promise<number>, limit: number): Promise<void> {
  await until(async () => (await count()) === 0 || pause(1000, false), limit);
}

/** SIGKILL to one of the two at random moments; it is started again at once. */
async function killNowAndThen(times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    await pause(randomInt(200, 2500));
    const index = randomInt(2);
    const child = portal.processes[index];
    if (!child) throw new Error('there is no such process');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    await portal.restart(index);
  }
}

async function expectLedger(expiring: readonly EndedSession[], revoked: readonly EndedSession[]) {
  const rows = await population.rows([...expiring, ...revoked]);
  const byUid = new Map(rows.map((row) => [row.uid, row]));
  const told = (session: EndedSession) => {
    const row = byUid.get(session.uid);
    return {
      uid: session.uid,
      reason: row?.end_reason,
      by: row?.ended_by,
      note: row?.end_note,
      events: row?.events,
    };
  };
  const expected = (session: EndedSession) => ({
    uid: session.uid,
    reason: session.reason,
    by: session.by,
    note: session.note,
    events: 1,
  });
  expect([...expiring, ...revoked].map(told)).toEqual([...expiring, ...revoked].map(expected));
  const late = expiring.map(({ uid }) => byUid.get(uid)?.late ?? Number.POSITIVE_INFINITY);
  expect(Math.max(...late)).toBeLessThan(NOTICED);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
}

/** One notice for each session and app, delivered; each token good, and to the app that it is for. */
async function expectTold(sessions: readonly EndedSession[]): Promise<void> {
  const owed = sessions.flatMap(({ entered }) =>
    entered.filter(({ app }) => audience.listens(app)).map(({ app, sid }) => `${app} ${sid}`),
  );
  const notices = await population.notices(sessions);
  expect(notices.map(({ client_id, sid }) => `${client_id} ${sid}`).toSorted()).toEqual(owed.toSorted());
  expect(notices.filter(({ status }) => status !== 'accepted')).toEqual([]);
  const jwks = (await send(portal, '/oidc/jwks')).body;
  const heard = await audience.heard(portal.issuer, jwks);
  expect([...new Set(heard)].toSorted()).toEqual(owed.toSorted());
  // One that was delivered as its process died comes once more: at most what a process works on at once.
  expect(heard.length - new Set(heard).size).toBeLessThanOrEqual(KILLS * 4);
}
