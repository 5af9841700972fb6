import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MailBudget, type MailFacts } from '../../src/notices/mail-budget.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import type { RedisStore } from '../../src/redis/store.ts';
import { until } from '../postgres/until.ts';
import { openStore } from '../redis/open.ts';

let redis: RedisStore;
let withheld: object[] = [];
const keys = new RedisKeys(`test-${randomBytes(6).toString('hex')}`);
beforeAll(async () => {
  redis = await openStore(String(process.env.TEST_REDIS_URL));
});
afterAll(() => redis.close());

const budget = (settings = { per_recipient: 10, refill: 3600 }) =>
  new MailBudget({ redis, keys, settings, note: async (what) => void withheld.push(what) });
const mail = (to: string, more: Partial<MailFacts> = {}): MailFacts => ({ to, kind: 'activation', ...more });
const granted = async (mails: readonly MailFacts[], of = budget()) =>
  (await Promise.all(mails.map((each) => of.take(each)))).filter(Boolean).length;

test('of thirty mails at once to one mailbox, however it is spelled, ten go, and the log has one line', async () => {
  withheld = [];
  const spellings = ['ann@bücher.example', 'ANN@BÜCHER.example', 'Ann@xn--bcher-kva.example'];
  const kinds = [
    'activation',
    'reset-code',
    'user-ids',
    'contact-code',
    'support-code',
    'reset-link',
  ] as const;
  const mails = Array.from({ length: 30 }, (_, n) => mail(String(spellings[n % 3]), { kind: kinds[n % 6] }));
  expect(await granted(mails)).toBe(10);
  expect(withheld).toMatchObject([{ reason: 'over-budget-recipient' }]);
  expect(JSON.stringify(withheld)).not.toContain('ann@');
  expect(await budget().take(mail('other@bücher.example'))).toBe(true);
});

test('what strangers spend is neither the owner’s own nor that of notices of locks', async () => {
  const to = 'owner@clinic.example';
  expect(await granted(Array.from({ length: 20 }, () => mail(to, { kind: 'reset-code' })))).toBe(10);
  expect(await budget().take(mail(to, { kind: 'reset-code', own: true }))).toBe(true);
  expect(await granted(Array.from({ length: 20 }, () => mail(to, { kind: 'account-locked' })))).toBe(10);
  for (const kind of ['password-changed', 'email-changed', 'new-device', 'factor-removed'] as const)
    expect(await granted(Array.from({ length: 20 }, () => mail(to, { kind })))).toBe(20);
});

test('one more may go each time the refill is over, and never more than so many at once', async () => {
  const quick = budget({ per_recipient: 2, refill: 0.05 });
  const to = 'quick@clinic.example';
  expect(await granted([mail(to), mail(to), mail(to)], quick)).toBe(2);
  await until(() => quick.take(mail(to)));
  expect(await granted([mail(to), mail(to), mail(to), mail(to)], quick)).toBeLessThanOrEqual(2);
});
