import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { atOnce, figures, rounds, Tally } from '../races/rounds.ts';
import { newName } from '../sessions/fixture.ts';
import { codeOf, record, secretOf, TwoReplicas } from './fixture.ts';

let two: TwoReplicas;
beforeAll(async () => {
  two = await TwoReplicas.open();
});
afterAll(() => two.close());

const begin = async (owner: string, account: string) => {
  const { uri, secret } = await two.replicas[0].enrolments.pending(owner, account, 'dr.rivera');
  expect(secret.replaceAll(' ', '')).toBe(secretOf(uri));
  return secretOf(uri);
};
const name = 'Phone';

test('the key stays the same on reload, in parallel tabs and on another replica, until it is confirmed', async () => {
  const account = await two.stores.createAccount();
  const owner = newName();
  const shown = await atOnce(16, (i) =>
    two.replicas[i % 2 ? 1 : 0].enrolments.pending(owner, account, 'dr.rivera'),
  );
  expect(new Set(shown.map(({ uri }) => uri)).size).toBe(1);
  const secret = await begin(owner, account);
  const typed = { code: await two.codeNow(secret), name };
  expect(await two.replicas[1].enrolments.confirm(owner, account, typed, record)).toBe('enrolled');
  expect(await begin(owner, account)).not.toBe(secret);
});

test('owners and accounts are apart: nobody confirms what somebody else began', async () => {
  const [one, other] = [await two.stores.createAccount(), await two.stores.createAccount()];
  const secret = await begin('owner-1', one);
  expect(await begin('owner-2', one)).not.toBe(secret);
  expect(await begin('owner-1', other)).not.toBe(secret);
  const typed = { code: await two.codeNow(secret), name };
  const { enrolments } = two.replicas[0];
  expect(await enrolments.confirm('owner-3', one, typed, record)).toBe('gone');
  expect(await enrolments.confirm('owner-2', one, typed, record)).toBe('wrong');
  expect(await enrolments.confirm('owner-1', other, typed, record)).toBe('wrong');
  expect(await enrolments.confirm('owner-1', one, typed, record)).toBe('enrolled');
});

test('a confirmation spends its code, gives ten recovery codes once, and is written down', async () => {
  const account = await two.stores.createAccount();
  const owner = newName();
  const secret = await begin(owner, account);
  const { enrolments, authenticators, recoveryCodes } = two.replicas[0];
  const code = await two.codeNow(secret);
  const confirm = (typed: string) => enrolments.confirm(owner, account, { code: typed, name }, record);
  expect(await confirm('')).toBe('missing');
  expect(await confirm('12345')).toBe('too-short');
  expect(await confirm(codeOf(secret, 1))).toBe('wrong');
  expect(await authenticators.isEnrolled(account)).toBe(false);
  expect(await confirm(`${code.slice(0, 3)} ${code.slice(3)}`)).toBe('enrolled');
  expect(await authenticators.verify(account, code)).toBeUndefined();
  const codes = await enrolments.codesToShow(owner, account);
  expect(codes).toHaveLength(10);
  expect(await enrolments.codesToShow('another', account)).toBeUndefined();
  expect(await recoveryCodes.remaining(account)).toBe(10);
  await enrolments.acknowledge(owner, account);
  expect(await enrolments.codesToShow(owner, account)).toBeUndefined();
  expect(await two.events(account)).toMatchObject([
    { event: 'factor.enrolled', after: { kind: 'totp', name } },
    { event: 'recovery-codes.made', after: { count: 10 } },
  ]);
});

test('whoever has recovery codes left keeps them with another authenticator', async () => {
  const { account } = await two.enrolled();
  await two.enrolled(account);
  const made = (await two.events(account)).filter(({ event }) => event === 'recovery-codes.made');
  expect(made).toHaveLength(1);
});

test('of 16 parallel confirmations over two replicas one enrols, and the codes shown are the ones stored', async () => {
  const losers = new Tally();
  const count = rounds(50, 5);
  for (let round = 0; round < count; round += 1) {
    const account = await two.stores.createAccount();
    const owner = newName();
    const secret = await begin(owner, account);
    const typed = { code: await two.codeNow(secret), name };
    const answers = await atOnce(16, (i) =>
      two.replicas[i % 2 ? 1 : 0].enrolments.confirm(owner, account, typed, record),
    );
    expect(answers.filter((answer) => answer === 'enrolled')).toHaveLength(1);
    for (const answer of answers) if (answer !== 'enrolled') losers.add(answer);
    expect(await two.replicas[0].authenticators.count(account)).toBe(1);
    const [shown] = (await two.replicas[0].enrolments.codesToShow(owner, account)) ?? [];
    expect(await two.replicas[0].recoveryCodes.use(account, shown ?? '', record)).toEqual({ remaining: 9 });
  }
  expect(Object.keys(losers.counts)).toEqual(['gone']);
  figures('one enrolment, 16 parallel confirmations', { rounds: count, ...losers.counts });
});

test('two sign-ins that enrol at once leave one set of recovery codes', async () => {
  for (let round = 0; round < rounds(50, 5); round += 1) {
    const account = await two.stores.createAccount();
    const owners = [newName(), newName()];
    const secrets = await Promise.all(owners.map((owner) => begin(owner, account)));
    await atOnce(2, async (i) => {
      const typed = { code: await two.codeNow(secrets[i]!), name };
      return two.replicas[i ? 1 : 0].enrolments.confirm(owners[i]!, account, typed, record);
    });
    expect(await two.replicas[0].authenticators.count(account)).toBe(2);
    expect(await two.replicas[0].recoveryCodes.remaining(account)).toBe(10);
    const shown = await Promise.all(
      owners.map((owner) => two.replicas[0].enrolments.codesToShow(owner, account)),
    );
    expect(shown.filter(Boolean)).toHaveLength(1);
  }
});

test('an account that was disabled meanwhile is not enrolled, nor one whose audit row cannot be written', async () => {
  const account = await two.stores.createAccount();
  const owner = newName();
  const secret = await begin(owner, account);
  const typed = { code: await two.codeNow(secret), name };
  const { enrolments, authenticators, recoveryCodes } = two.replicas[0];
  const fail = () => Promise.reject(new Error('no audit'));
  await expect(enrolments.confirm(owner, account, typed, fail)).rejects.toThrow('no audit');
  await expect(enrolments.confirm(owner, account, { ...typed, name: '' }, record)).rejects.toMatchObject({
    code: 'bad-request',
  });
  const status = (to: 'active' | 'disabled') =>
    two.db.updateTable('accounts').set({ status: to }).where('sub', '=', account).execute();
  await status('disabled');
  expect(await enrolments.confirm(owner, account, typed, record)).toBe('gone');
  expect(await authenticators.isEnrolled(account)).toBe(false);
  expect(await recoveryCodes.remaining(account)).toBe(0);
});

test('neither key nor recovery codes lie in Redis as they are', async () => {
  const account = await two.stores.createAccount();
  const owner = newName();
  const secret = await begin(owner, account);
  const typed = { code: await two.codeNow(secret), name };
  const { redis } = two.stores;
  const held = async () => {
    const names = (await redis.command('KEYS', '*')) as string[];
    const mine = names.filter((key) => key.includes('enrolment') || key.includes('fresh-codes'));
    const texts = await Promise.all(mine.map((key) => redis.get(key)));
    return texts.map((text) => Buffer.from(text ?? '', 'base64').toString('latin1')).join('\n');
  };
  expect(await held()).not.toContain(secret);
  expect(await two.replicas[0].enrolments.confirm(owner, account, typed, record)).toBe('enrolled');
  const [shown = ''] = (await two.replicas[0].enrolments.codesToShow(owner, account)) ?? [];
  expect(await held()).not.toContain(shown);
});

test('new recovery codes end the old ones', async () => {
  const { account } = await two.enrolled();
  const { enrolments, recoveryCodes } = two.replicas[0];
  await enrolments.regenerate('session', account, record);
  const [old = ''] = (await enrolments.codesToShow('session', account)) ?? [];
  await enrolments.regenerate('session', account, record);
  const [fresh = ''] = (await enrolments.codesToShow('session', account)) ?? [];
  expect(await recoveryCodes.use(account, old, record)).toBeUndefined();
  expect(await recoveryCodes.use(account, fresh, record)).toEqual({ remaining: 9 });
});
