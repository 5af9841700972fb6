import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { figures, rounds } from '../races/rounds.ts';
import { type Answer, Visitor } from '../support/visitor.ts';
import { addReached, ask, type Reachable, type Reached, startReachable } from './recovering.ts';

// Rule 31: mail and SMS away, the person is answered as ever; nothing is lost, and nothing comes twice.

const REQUESTS = rounds(2_000, 200);
/** ms that both transports are down while people ask. */
const OUTAGE = rounds(600_000, 10_000);
/** ms in which all must have come once the transports are back; a busy machine takes its time. */
const PATIENCE = rounds(1_200_000, 300_000);

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable({
    processes: 2,
    settings: {
      'notices.sms.per_prefix': '100000',
      'notices.sms.per_day': '100000',
      'notices.first_delay': 'PT1S',
      'notices.longest_delay': `PT${rounds(15, 1)}S`,
      'notices.retries': '100',
      // Codes wait as long as the outage lasts.
      'recovery.code_life': 'PT30M',
      'recovery.link_life': 'PT60M',
    },
  });
});
afterAll(() => reachable.stop());

/** The page, without what differs from browser to browser. */
function said({ status, body, url }: Answer, typed: string): string {
  const plain = body
    .replaceAll(/(name="csrf"[^>]*value=")[\w-]+/g, '$1')
    .replaceAll(/data-seconds="\d+"/g, '')
    .replaceAll(/another code (now|in \d+ seconds?)\./g, '')
    .replaceAll(typed, 'TYPED');
  return JSON.stringify([status, url.pathname, plain]);
}

const channelOf = (n: number) => (n % 2 ? 'sms' : 'email');

/** What a new browser is told that asks for a code, by mail and by SMS in turn. */
async function answerTo(userId: string, n: number): Promise<string> {
  const channel = channelOf(n);
  return `${channel} ${said(await ask(new Visitor(reachable.portal), userId, { channel }), userId)}`;
}

/** Asks for a code for each, evenly over the outage, whether or not the one before was answered. */
async function askAll(people: readonly Reached[]): Promise<{ pages: Set<string>; times: number[] }> {
  const pages = new Set<string>();
  const times: number[] = [];
  const one = async ({ userId }: Reached, n: number) => {
    await pause((n * OUTAGE) / people.length);
    const asked = performance.now();
    pages.add(await answerTo(userId, n));
    times.push(performance.now() - asked);
  };
  await Promise.all(people.map(one));
  return { pages, times };
}

const waiting = async () =>
  (await reachable.portal.db.selectFrom('notices').select('id').where('status', '=', 'pending').execute())
    .length;

test(
  `with mail and SMS away for ${OUTAGE / 1000} s, ${REQUESTS} people are answered as ever, and each gets one message`,
  async () => {
    const { mail, sms } = reachable;
    const usual = new Set<string>();
    for (const n of [0, 1]) {
      const { userId } = await addReached(reachable);
      usual.add(await answerTo(userId, n));
    }
    await until(() => mail.received.length === 1 && sms.sent.length === 1);
    const people: Reached[] = [];
    for (let n = 0; n < REQUESTS; n += 1) people.push(await addReached(reachable));
    await mail.close();
    await sms.close();
    const { pages, times } = await askAll(people);
    expect([mail.received.length, sms.sent.length]).toEqual([1, 1]);
    await mail.open();
    await sms.open();
    expect(pages).toEqual(usual);
    const reached = () => [
      ...mail.received.slice(1).map(({ to }) => to[0]),
      ...sms.sent.slice(1).map(({ to }) => to),
    ];
    await until(async () => reached().length >= REQUESTS && (await waiting()) === 0, PATIENCE);
    expect(reached().toSorted()).toEqual(
      people.map(({ email, phone }, n) => (channelOf(n) === 'email' ? email : phone)).toSorted(),
    );
    expect(sms.mistakes).toEqual([]);
    const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
    figures(`both transports ${OUTAGE / 1000} s away`, {
      asked: REQUESTS,
      messages: reached().length,
      recipients: new Set(reached()).size,
      'median answer, ms': Math.round(Number(median)),
    });
  },
  OUTAGE * 2 + PATIENCE + 120_000,
);
