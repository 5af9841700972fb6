import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { hurry } from '../support/hurry.ts';
import { Twilio } from '../support/twilio.ts';
import { codeSms, PostOffice } from './post-office.ts';

let api: Twilio;
let office: PostOffice;
let next = 2_025_550_101;

beforeAll(async () => {
  api = await Twilio.start();
  office = await PostOffice.open({
    ...api.environment(),
    VESTIBULE__notices__twilio__timeout: 'PT0.5S',
    VESTIBULE__notices__retries: '3',
  });
  await office.work();
});
afterEach(() => {
  expect(api.mistakes).toEqual([]);
  api.manner = 'accepts';
  api.sent.length = 0;
  api.asked = 0;
});
afterAll(async () => {
  await office?.close();
  await api?.close();
});

/** A number that no other test has used up. */
function number(): string {
  next += 1;
  return `+1${next}`;
}

async function status(id: string, expected: string): Promise<void> {
  await until(async () => (await office.row(id)).status === expected);
}

/** The same, with no wait between tries. */
async function statusSoon(id: string, expected: string): Promise<void> {
  await until(async () => {
    await hurry(office.db);
    return (await office.row(id)).status === expected;
  });
}

test('an SMS is sent once, bound to our site, and its SID is recorded', async () => {
  const to = number();
  const id = await office.post(codeSms(to));
  await status(id, 'sent');
  expect(api.sent).toHaveLength(1);
  const [sms] = api.sent;
  expect(sms).toMatchObject({
    to,
    from: '+12025550100',
    statusCallback: `https://signin.example.test/notices/sms-status?notice=${id}`,
  });
  expect(sms?.body).toMatch(/^Northwind Health Plan: 428913 is your code/);
  expect(sms?.body).toMatch(/\n\n@signin\.example\.test #428913$/);
  expect(await office.row(id)).toMatchObject({
    provider_id: sms?.sid,
    sealed: null,
    to_masked: `•••${to.slice(-2)}`,
  });
});

test('a messaging service sends in place of a number where one is set', async () => {
  const service = await PostOffice.open(api.environment('MG0123456789abcdef0123456789abcdef'));
  try {
    await service.work();
    const id = await service.post(codeSms(number()));
    await until(async () => (await service.row(id)).status === 'sent');
    expect(api.sent[0]?.from).toBe('MG0123456789abcdef0123456789abcdef');
  } finally {
    await service.close();
  }
});

test.each([21211, 21614, 21610])('error %d is final: the number takes no SMS', async (code) => {
  api.manner = { status: 400, code };
  const id = await office.post(codeSms(number()));
  await status(id, 'dead');
  expect(await office.row(id)).toMatchObject({ attempts: 1, last_error: `twilio-${code}` });
  expect(api.asked).toBe(1);
});

test.each([
  [{ status: 500 }, 'twilio-500'],
  [{ status: 503, code: 20503 }, 'twilio-20503'],
  [{ status: 401, code: 20003 }, 'twilio-20003'],
])('%j is tried again until it is taken', async (manner, reason) => {
  api.manner = manner;
  const id = await office.post(codeSms(number()));
  await until(async () => (await office.row(id)).attempts > 0);
  expect(await office.row(id)).toMatchObject({ status: 'pending', last_error: reason });
  api.manner = 'accepts';
  await statusSoon(id, 'sent');
  expect(api.sent).toHaveLength(1);
});

test('429 is tried again no sooner than the API asks', async () => {
  api.manner = { status: 429, code: 20429, retryAfter: 3 };
  const id = await office.post(codeSms(number()));
  await until(async () => (await office.row(id)).attempts === 1);
  const begun = performance.now();
  api.manner = 'accepts';
  await status(id, 'sent');
  expect(performance.now() - begun).toBeGreaterThan(2500);
});

test('an API that hangs does not hold a message for ever, nor the mail', async () => {
  api.manner = 'hangs';
  const id = await office.post(codeSms(number()));
  await until(async () => (await office.row(id)).attempts > 0);
  expect((await office.row(id)).last_error).toBe('twilio-timeout');
  api.manner = 'accepts';
  await statusSoon(id, 'sent');
});

test('a message that went through while its answer was lost is not sent again', async () => {
  api.manner = 'takes, then hangs';
  const to = number();
  const id = await office.post(codeSms(to));
  await until(() => api.to(to).length > 0);
  api.manner = 'accepts';
  await statusSoon(id, 'sent');
  expect(api.to(to)).toHaveLength(1);
  expect((await office.row(id)).provider_id).toBe(api.to(to)[0]?.sid);
});

test('without an end in sight it is given up, and sent once when it is replayed', async () => {
  api.manner = { status: 500 };
  const id = await office.post(codeSms(number()));
  await statusSoon(id, 'dead');
  expect(await office.row(id)).toMatchObject({ attempts: 4, sealed: expect.any(Buffer) });
  api.manner = 'accepts';
  const replays = await Promise.all([office.replay(id), office.replay(id), office.replay(id)]);
  expect(replays.flat()).toEqual([id]);
  await status(id, 'sent');
  expect(api.sent).toHaveLength(1);
  expect(await office.replay(id)).toEqual([]);
});

test.each([
  ['+447911123456', 'country-not-allowed'],
  ['+18765550143', 'country-not-allowed'],
  ['+19005550143', 'number-not-mobile'],
  ['+1 202 555 0143', 'number-wrong'],
  ['+12025550143\r\nTo: +18765550143', 'number-wrong'],
  ['＋12025550143', 'number-wrong'],
  ['+12025550143,+18765550143', 'number-wrong'],
  ['ana@clinic.example', 'number-wrong'],
])('%j: nothing is sent (%s)', async (to, reason) => {
  const id = await office.post(codeSms(to));
  await status(id, 'failed');
  expect(await office.row(id)).toMatchObject({ last_error: reason, sealed: null });
  expect(api.asked).toBe(0);
});

test('without Twilio SMS is not offered, and a person is told of a change by mail alone', async () => {
  const mailOnly = await PostOffice.open({ SMTP_URL: 'smtp://localhost:1' });
  try {
    const person = { sub: 's', email: 'a@clinic.example', phoneNumber: '+12025550143', locale: null };
    expect(mailOnly.notices.channels).toEqual(['email']);
    expect(await mailOnly.notices.mayQueueSms({ number: '+12025550143' })).toBe(false);
    const words = { kind: 'password-changed', values: { at: '2026-03-02T15:04:00Z' } } as const;
    await mailOnly.db
      .transaction()
      .execute((tx) => mailOnly.notices.alarm(tx, person, words, { used: 'email' }));
    const rows = await mailOnly.db.selectFrom('notices').select(['channel', 'to_masked']).execute();
    expect(rows).toEqual([{ channel: 'email', to_masked: 'a•••@clinic.example' }]);
  } finally {
    await mailOnly.close();
  }
});

test.each([
  ['email', { used: 'email' }, ['sms']],
  ['sms', { used: 'sms' }, ['email']],
  ['no channel', {}, ['email']],
  ['everywhere', { everywhere: true }, ['email', 'sms']],
] as const)('an alarm about a change made with %s goes to another', async (_name, how, channels) => {
  const both = await PostOffice.open({ SMTP_URL: 'smtp://localhost:1', ...api.environment() });
  try {
    const person = { sub: 's', email: 'a@clinic.example', phoneNumber: '+12025550143', locale: 'es' };
    const words = { kind: 'password-changed', values: { at: '2026-03-02T15:04:00Z' } } as const;
    await both.db.transaction().execute((tx) => both.notices.alarm(tx, person, words, how));
    const rows = await both.db.selectFrom('notices').select('channel').orderBy('channel').execute();
    expect(rows.map(({ channel }) => channel)).toEqual(channels);
  } finally {
    await both.close();
  }
});
