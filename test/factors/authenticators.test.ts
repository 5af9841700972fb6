import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MOST_AUTHENTICATORS, nameFault } from '../../src/factors/authenticators.ts';
import { atOnce, figures, rounds } from '../races/rounds.ts';
import { codeOf, record, TwoReplicas } from './fixture.ts';

let two: TwoReplicas;
beforeAll(async () => {
  two = await TwoReplicas.open();
});
afterAll(() => two.close());

test('a code is accepted for the present step and one to either side, and each spends what is older', async () => {
  const { account, id, secret } = await two.enrolled();
  const verdicts = await two.within(async (step) => {
    const result: unknown[] = [];
    for (const shift of [-2, -1, 0, 1, 2]) {
      await two.forgetStep(id);
      result.push(await two.replicas[0].authenticators.verify(account, codeOf(secret, step + shift)));
    }
    return result;
  });
  expect(verdicts).toEqual([undefined, { id }, { id }, { id }, undefined]);
  const after = await two.within(async (step) => {
    await two.forgetStep(id);
    const result: unknown[] = [];
    for (const shift of [0, -1, 0, 1, 1]) {
      result.push(await two.replicas[1].authenticators.verify(account, codeOf(secret, step + shift)));
    }
    return result;
  });
  expect(after).toEqual([{ id }, undefined, undefined, { id }, undefined]);
});

test('of 16 parallel uses of one code over two replicas one wins', async () => {
  const { account, id, secret } = await two.enrolled();
  const count = rounds(200, 20);
  let won = 0;
  for (let round = 0; round < count; round += 1) {
    const answers = await two.within(async (step) => {
      await two.forgetStep(id);
      const code = codeOf(secret, step);
      return atOnce(16, (i) => two.replicas[i % 2 ? 1 : 0].authenticators.verify(account, code));
    });
    const winners = answers.filter(Boolean);
    expect(winners).toEqual([{ id }]);
    won += winners.length;
  }
  figures('one TOTP code, 16 parallel uses on two replicas', { rounds: count, accepted: won });
});

test('of two codes of different steps at once, neither is good twice and the older never after the newer', async () => {
  const { account, id, secret } = await two.enrolled();
  for (let round = 0; round < rounds(100, 10); round += 1) {
    const accepted = await two.within(async (step) => {
      await two.forgetStep(id);
      return atOnce(16, async (i) => {
        const at = step + (i % 4 < 2 ? 0 : 1);
        const won = await two.replicas[i % 2 ? 1 : 0].authenticators.verify(account, codeOf(secret, at));
        return won && at;
      });
    });
    const steps = accepted.filter((at) => at !== undefined);
    expect(new Set(steps).size).toBe(steps.length);
    expect(steps.length).toBeGreaterThanOrEqual(1);
  }
});

test('any of several authenticators serves, each with its own last code, and none another account', async () => {
  const first = await two.enrolled();
  const second = await two.enrolled(first.account);
  const stranger = await two.enrolled();
  const { authenticators } = two.replicas[0];
  const verify = async (secret: string) => authenticators.verify(first.account, await two.codeNow(secret));
  expect(await verify(first.secret)).toEqual({ id: first.id });
  expect(await verify(second.secret)).toEqual({ id: second.id });
  expect(await verify(second.secret)).toBeUndefined();
  expect(await verify(stranger.secret)).toBeUndefined();
  const names = (await authenticators.list(first.account)).map(({ name, lastUsedAt }) => [
    name,
    !!lastUsedAt,
  ]);
  expect(names).toEqual([
    ['Phone', true],
    ['Phone', true],
  ]);
  expect(await authenticators.count(first.account)).toBe(2);
  expect(await authenticators.isEnrolled('nobody')).toBe(false);
  expect(await authenticators.verify('nobody', '123456')).toBeUndefined();
});

test('the key lies sealed, and opens in its own row alone', async () => {
  const { account, id, secret } = await two.enrolled();
  const other = await two.enrolled();
  const row = await two.db
    .selectFrom('authenticators')
    .select('secret')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(row.secret.toString('latin1')).not.toContain(secret);
  await two.db.updateTable('authenticators').set({ secret: row.secret }).where('id', '=', other.id).execute();
  const code = await two.codeNow(secret);
  await expect(two.replicas[0].authenticators.verify(other.account, code)).rejects.toThrow('another row');
  expect(await two.replicas[0].authenticators.verify(account, code)).toEqual({ id });
});

test('renaming is for the owner, and takes 1 to 64 characters on one line', async () => {
  const { account, id } = await two.enrolled();
  const { authenticators } = two.replicas[0];
  expect(await authenticators.rename(account, id, ' Front\n desk \0 phone ')).toBe(true);
  expect((await authenticators.list(account))[0]?.name).toBe('Front desk phone');
  expect(await authenticators.rename('somebody', id, 'x')).toBe(false);
  expect(await authenticators.rename(account, id, '🔑'.repeat(64))).toBe(true);
  for (const name of ['', ' \n', 'x'.repeat(65)]) {
    await expect(authenticators.rename(account, id, name)).rejects.toMatchObject({ code: 'bad-request' });
  }
  expect(['', 'x'.repeat(65), '🔑'.repeat(64), '\uD800'].map(nameFault)).toEqual([
    'missing',
    'too-long',
    undefined,
    undefined,
  ]);
});

test('removing ends its codes, forgets remembered devices, and with the last one the recovery codes', async () => {
  const first = await two.enrolled();
  const { account } = first;
  const second = await two.enrolled(account);
  const { authenticators, devices, recoveryCodes } = two.replicas[0];
  await devices.remember(account, 'browser', {}, record);
  expect(await authenticators.remove('somebody', first.id, record)).toBe(false);
  expect(await authenticators.remove(account, first.id, record)).toBe(true);
  expect(await authenticators.remove(account, first.id, record)).toBe(false);
  expect(await authenticators.verify(account, await two.codeNow(first.secret))).toBeUndefined();
  expect(await devices.isRemembered(account, 'browser')).toBe(false);
  expect(await recoveryCodes.remaining(account)).toBe(10);
  await two.db.transaction().execute((tx) => authenticators.remove(account, second.id, record, tx));
  expect(await recoveryCodes.remaining(account)).toBe(0);
  const events = await two.events(account);
  expect(events.slice(-3)).toMatchObject([
    { event: 'factor.removed', before: { id: first.id, kind: 'totp', name: 'Phone' } },
    { event: 'device.forgotten', before: { name: '' } },
    { event: 'factor.removed', before: { id: second.id } },
  ]);
});

test('when the audit row cannot be written nothing is removed', async () => {
  const { account, id } = await two.enrolled();
  const { authenticators, recoveryCodes } = two.replicas[0];
  const fail = () => Promise.reject(new Error('no audit'));
  await expect(authenticators.remove(account, id, fail)).rejects.toThrow('no audit');
  expect(await authenticators.isEnrolled(account)).toBe(true);
  expect(await recoveryCodes.remaining(account)).toBe(10);
});

test('two that are removed at once leave no recovery codes behind', async () => {
  for (let round = 0; round < rounds(50, 5); round += 1) {
    const first = await two.enrolled();
    const second = await two.enrolled(first.account);
    await atOnce(2, (i) => {
      const { id } = i ? second : first;
      return two.replicas[i ? 1 : 0].authenticators.remove(first.account, id, record);
    });
    expect(await two.replicas[0].recoveryCodes.remaining(first.account)).toBe(0);
  }
});

test('an account has a bounded number of authenticators', async () => {
  const { account } = await two.enrolled();
  for (let i = 1; i < MOST_AUTHENTICATORS; i += 1) await two.enrolled(account);
  await expect(two.enrolled(account)).rejects.toThrow('full');
  expect(await two.replicas[0].authenticators.count(account)).toBe(MOST_AUTHENTICATORS);
});
