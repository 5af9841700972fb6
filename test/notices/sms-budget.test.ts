import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { Twilio } from '../support/twilio.ts';
import { codeSms, PostOffice } from './post-office.ts';

const BUDGET = { per_account: 3, per_number: 4, per_address: 10, per_prefix: 25, per_day: 120 };
const REQUESTS = process.env.LONG ? 100_000 : 5_000;

let api: Twilio;
let office: PostOffice;

beforeAll(async () => {
  api = await Twilio.start();
});
afterAll(() => api?.close());
beforeEach(() => {
  api.sent.length = 0;
});

async function withOffice(work: () => Promise<void>): Promise<void> {
  const settings = Object.entries(BUDGET).map(([name, limit]) => [
    `VESTIBULE__notices__sms__${name}`,
    String(limit),
  ]);
  office = await PostOffice.open({ ...api.environment(), ...Object.fromEntries(settings) });
  try {
    await work();
  } finally {
    await office.close();
  }
}

async function settled(ids: readonly string[]): Promise<void> {
  await until(async () => (await office.count('pending')) === 0, 120_000);
  expect(ids.length).toBeGreaterThan(0);
}

function most(values: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

async function withheld(): Promise<(string | null)[]> {
  const rows = await office.db
    .selectFrom('audit_events')
    .select('reason')
    .where('event', '=', 'notice.withheld')
    .orderBy('at')
    .execute();
  return rows.map(({ reason }) => reason);
}

test(`${REQUESTS} requests over many numbers, accounts, addresses and countries stay within every budget`, async () => {
  await withOffice(async () => {
    await office.work();
    const countries = ['+1202555', '+1787555', '+1312555', '+4479111', '+1876555', '+2347031', '+3712345'];
    const asked: string[] = [];
    for (let n = 0; n < REQUESTS; n += 1) {
      const number = `${countries[n % countries.length]}${String((n * 7919) % 900).padStart(4, '0')}`;
      const [account, address] = [`sub-${n % 400}`, `203.0.${n % 40}.${n % 7}`];
      // As a flow does, and now and then without asking first.
      const may = n % 50 === 0 || (await office.notices.mayQueueSms({ number, account, address }));
      if (may) asked.push(await office.post(codeSms(number, '428913', { account, address })));
    }
    await settled(asked);
    expect(api.sent.length).toBeLessThanOrEqual(BUDGET.per_day);
    expect(api.sent.length).toBeGreaterThan(50);
    expect(api.sent.every(({ to }) => /^\+1(202|312|787)/.test(to))).toBe(true);
    expect(most(api.sent.map(({ to }) => to))).toBeLessThanOrEqual(BUDGET.per_number);
    expect(most(api.sent.map(({ to }) => to.slice(0, -4)))).toBeLessThanOrEqual(BUDGET.per_prefix);
    if (process.env.LONG)
      process.stdout.write(`SMS pumping: ${REQUESTS} requests, ${api.sent.length} sent\n`);
  });
}, 600_000);

test.each([
  [
    'account',
    BUDGET.per_account,
    (n: number) => ({ to: `+1202555${1000 + n * 3}`, account: 'one', address: `10.0.${n}.1` }),
  ],
  [
    'number',
    BUDGET.per_number,
    (n: number) => ({ to: '+12025550150', account: `a${n}`, address: `10.1.${n}.1` }),
  ],
  [
    'address',
    BUDGET.per_address,
    (n: number) => ({
      to: `+1${312 + (n % 2)}${555 + n}0150`,
      account: `b${n}`,
      address: `2001:db8:0:1::${n + 1}`,
    }),
  ],
  [
    'prefix',
    BUDGET.per_prefix,
    (n: number) => ({ to: `+1202555${2000 + n}`, account: `c${n}`, address: `10.2.${n}.1` }),
  ],
])(
  'per %s exactly %d of 40 that wait are sent, and the audit log says so once',
  async (name, limit, make) => {
    await withOffice(async () => {
      const ids: string[] = [];
      for (let n = 0; n < 40; n += 1) {
        const { to, ...more } = make(n);
        ids.push(await office.post(codeSms(to, '428913', more)));
      }
      await office.work();
      await settled(ids);
      expect(api.sent).toHaveLength(limit);
      const rows = await Promise.all(ids.map((id) => office.row(id)));
      expect(rows.filter(({ status }) => status === 'failed')).toHaveLength(40 - limit);
      for (const row of rows)
        if (row.status === 'failed')
          expect(row).toMatchObject({ last_error: `over-budget-${name}`, sealed: null });
      expect(await withheld()).toEqual([`over-budget-${name}`]);
    });
  },
);

test('codes that a stranger asks for cannot silence an alarm', async () => {
  await withOffice(async () => {
    await office.work();
    const to = '+12025550170';
    for (let n = 0; n < 6; n += 1) await office.post(codeSms(to, '428913', { account: 'victim' }));
    await office.post({
      kind: 'password-changed',
      channel: 'sms',
      to,
      account: 'victim',
      values: { at: '2026-03-02T15:04:00Z' },
    });
    await settled([to]);
    expect(api.sent.filter(({ body }) => body.includes('your password was changed'))).toHaveLength(1);
    expect(api.sent).toHaveLength(BUDGET.per_account + 1);
  });
});

test('a day begins with the first message and ends by the clock of Redis', async () => {
  await withOffice(async () => {
    await office.work();
    const id = await office.post(codeSms('+12025550180', '428913', { account: 'timed' }));
    await settled([id]);
    const { redis, keys } = office.stores;
    const left = Number(await redis.command('TTL', keys.smsBudget('number:code:+12025550180')));
    expect(left).toBeGreaterThan(86_300);
    expect(left).toBeLessThanOrEqual(86_400);
  });
});
