import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { MailServer } from '../support/mail-server.ts';
import { Twilio } from '../support/twilio.ts';
import { codeMail, codeSms, PostOffice } from './post-office.ts';

const LONG = process.env.LONG !== undefined;
const REQUESTS = LONG ? 2_000 : 200;
/** ms that the transport is down while requests go on. */
const OUTAGE = LONG ? 600_000 : 1_000;
/** ms in which all must have come once it is back: thousands that wait for their next try, on a busy machine. */
const PATIENCE = LONG ? 1_200_000 : 100_000;

/** Asks for one notice after another, evenly over the outage; the ms that each answer took. */
async function load(post: (n: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  const begun = performance.now();
  for (let n = 0; n < REQUESTS; n += 1) {
    await pause(Math.max(0, begun + (n * OUTAGE) / REQUESTS - performance.now()));
    const asked = performance.now();
    await post(n);
    times.push(performance.now() - asked);
  }
  return times;
}

function report(what: string, times: number[], delivered: readonly string[]): void {
  const distinct = new Set(delivered).size;
  // None lost, none twice.
  expect({ distinct, delivered: delivered.length }).toEqual({ distinct: REQUESTS, delivered: REQUESTS });
  // The answer does not wait for a transport.
  expect([...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]).toBeLessThan(500);
  if (LONG)
    process.stdout.write(
      `${what}: ${OUTAGE / 1000} s away, ${REQUESTS} asked, ${delivered.length} delivered\n`,
    );
}

test.each(['is not there', 'refuses', 'hangs'] as const)(
  'SMTP that %s for a while: each mail arrives, once',
  async (manner) => {
    const server = await MailServer.start();
    const office = await PostOffice.open({
      SMTP_URL: server.url,
      VESTIBULE__notices__smtp__connect_timeout: 'PT0.5S',
      VESTIBULE__notices__smtp__send_timeout: 'PT0.5S',
      VESTIBULE__notices__retries: '100',
      ...(LONG ? { VESTIBULE__notices__longest_delay: 'PT15S' } : {}),
    });
    try {
      await office.work();
      if (manner === 'is not there') await server.close();
      else if (manner === 'refuses') server.refuses = 451;
      else server.silent = true;
      const times = await load((n) => office.post(codeMail(`person.${n}@clinic.example`)));
      await until(
        async () =>
          (await office.db.selectFrom('notices').where('attempts', '>', 0).select('id').limit(1).execute())
            .length > 0,
      );
      expect(server.received).toEqual([]);
      if (manner === 'is not there') await server.open();
      server.refuses = undefined;
      server.silent = false;
      await until(async () => (await office.count('pending')) === 0, PATIENCE);
      report(
        `SMTP that ${manner}`,
        times,
        server.received.map(({ messageId }) => messageId),
      );
    } finally {
      await office.close();
      await server.close();
    }
  },
  OUTAGE + PATIENCE + 60_000,
);

test.each([
  'is not there',
  { status: 500 },
  { status: 429, code: 20429, retryAfter: 1 },
  'hangs',
  'takes, then hangs',
] as const)(
  'Twilio that %j for a while: each SMS arrives, once',
  async (manner) => {
    const api = await Twilio.start();
    const office = await PostOffice.open({
      ...api.environment(),
      VESTIBULE__notices__twilio__timeout: 'PT0.5S',
      VESTIBULE__notices__retries: '100',
      VESTIBULE__notices__sms__per_prefix: '100000',
      ...(LONG ? { VESTIBULE__notices__longest_delay: 'PT15S' } : {}),
    });
    try {
      await office.work();
      if (manner === 'is not there') await api.close();
      else api.manner = manner;
      const times = await load((n) => office.post(codeSms(`+1202555${1000 + n}`)));
      if (manner === 'is not there') await api.open();
      api.manner = 'accepts';
      await until(async () => (await office.count('pending')) === 0, PATIENCE);
      expect(api.mistakes).toEqual([]);
      report(
        `Twilio that ${JSON.stringify(manner)}`,
        times,
        api.sent.map(({ to }) => to),
      );
    } finally {
      await office.close();
      await api.close();
    }
  },
  OUTAGE + PATIENCE + 60_000,
);

test('each of 200 notices is sent once by two processes that share them', async () => {
  const server = await MailServer.start();
  const office = await PostOffice.open({ SMTP_URL: server.url });
  const other = await office.twin();
  try {
    await Promise.all([office.work(), other.work()]);
    await load((n) => office.post(codeMail(`shared.${n}@clinic.example`)));
    await until(async () => (await office.count('pending')) === 0, 60_000);
    expect(new Set(server.received.map(({ messageId }) => messageId)).size).toBe(REQUESTS);
    expect(server.received).toHaveLength(REQUESTS);
  } finally {
    await other.close();
    await office.close();
    await server.close();
  }
}, 120_000);
