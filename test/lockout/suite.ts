import { expect, test } from '@jest/globals';
import type { Slot } from '../../src/lockout/attempt.ts';
import { hashSubject } from '../../src/lockout/attempt.ts';
import { Counters } from '../../src/lockout/counters.ts';
import { GuessingSignals } from '../../src/lockout/guessing-signals.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import type { RedisStore } from '../../src/redis/store.ts';
import { SETTINGS, someone } from './fixture.ts';

const PARALLEL = 16;

/** What the guard counts in Redis, whatever kind of Redis it is. */
export function lockoutSuite(open: () => RedisStore): void {
  const keys = new RedisKeys(`lockout-${someone()}`);
  const counters = () => new Counters(open(), keys, SETTINGS);
  const slot = (device: string | null = null): Slot => ({
    subject: hashSubject(someone()),
    secret: 'password',
    device,
  });
  const solved = { since: undefined, checked: true };
  const together = (where: Slot) =>
    Promise.all(Array.from({ length: PARALLEL }, () => counters().reserve(where, solved)));

  test('of parallel attempts exactly five are let through, and their failures lock', async () => {
    const where = slot();
    const reserved = await together(where);
    const through = reserved.flatMap((one) => (one.state === 'go' ? [one.reservation] : []));
    expect(through).toHaveLength(SETTINGS.failures);
    const outcomes = await Promise.all(through.map((one) => counters().fail(one)));
    expect(outcomes.filter(({ state }) => state === 'locked')).toHaveLength(1);
    expect(await counters().look(where)).toMatchObject({ state: 'locked' });
  });

  test('a success gives its attempt back; lifting forgets every counter and lock of a subject', async () => {
    const [where, device] = [slot(), 'd'.repeat(43)];
    const [first] = await together(where);
    if (first?.state !== 'go') throw new Error('the first was refused');
    await counters().succeed(first.reservation);
    expect(await counters().look(where)).toMatchObject({ failures: SETTINGS.failures - 1 });
    for (const one of await together({ ...where, device })) {
      if (one.state === 'go') await counters().fail(one.reservation);
    }
    const lifted = await counters().lift(where.subject);
    expect(lifted).toMatchObject({ failures: SETTINGS.failures - 1, locks: [{ slot: { device } }] });
    expect(await counters().look({ ...where, device })).toMatchObject({ failures: 0 });
  });

  test('a network that fails often, and a password tried on many, become suspicious', async () => {
    const settings = { ...SETTINGS, address_failures: 6, sprayed_accounts: 3 };
    const signals = new GuessingSignals({ redis: open(), keys, settings, secret: Buffer.alloc(32) });
    const note = (address: string, password?: string) =>
      signals.note({ address, subject: someone(), password: password && signals.macOf(password) });
    for (let n = 0; n < 6; n += 1) await note('192.0.2.1');
    expect(await signals.work('192.0.2.1', { spraying: true })).toBe(settings.security_check_work);
    expect(await signals.work('192.0.2.2', { spraying: true })).toBe(0);
    for (let n = 3; n < 6; n += 1) await note(`192.0.2.${n}`, 'Summer-2026!');
    expect(await signals.work('192.0.2.2', { spraying: true })).toBe(settings.security_check_work);
  });
}
