import { afterAll, beforeAll, expect, test } from '@jest/globals';
import argon2 from 'argon2';
import fc from 'fast-check';
import { type Digests, RecoveryCodes, recoveryCodeFault } from '../../src/factors/recovery-codes.ts';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import { atOnce, figures, rounds } from '../races/rounds.ts';
import { record, TwoReplicas } from './fixture.ts';

let two: TwoReplicas;
beforeAll(async () => {
  two = await TwoReplicas.open();
});
afterAll(() => two.close());

async function withCodes(): Promise<{ account: string; codes: readonly string[] }> {
  const account = await two.stores.createAccount();
  const { enrolments } = two.replicas[0];
  await enrolments.regenerate('owner', account, record);
  return { account, codes: (await enrolments.codesToShow('owner', account)) ?? [] };
}

const use = (account: string, typed: string) => two.replicas[0].recoveryCodes.use(account, typed, record);

test('ten codes of 80 bits in groups of four, none like another', async () => {
  const { codes } = await withCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) {
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  }
});

test('each code works once, and what is left is counted and written down', async () => {
  const { account, codes } = await withCodes();
  for (const [used, code] of codes.entries()) {
    expect(await use(account, code)).toEqual({ remaining: 9 - used });
    expect(await use(account, code)).toBeUndefined();
  }
  const [, ...rows] = await two.events(account);
  expect(rows.map(({ event, after }) => [event, after?.remaining])).toEqual(
    codes.map((_, used) => ['recovery-code.used', 9 - used]),
  );
});

test('a code is read as people type it, and as they misread it', async () => {
  const spellings: ((code: string) => string)[] = [
    (code) => code.toLowerCase(),
    (code) => code.replaceAll('-', ''),
    (code) => ` ${code.replaceAll('-', ' – ')} `,
    (code) => code.replaceAll('0', 'O').replaceAll('1', 'l'),
    (code) => code.replaceAll('0', 'o').replaceAll('1', 'I'),
    (code) => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
  ];
  const { account, codes } = await withCodes();
  for (const [i, spell] of spellings.entries()) expect(await use(account, spell(codes[i]!))).toBeDefined();
});

test('what is no code is told apart from a wrong one, and no text breaks it', async () => {
  const { account } = await withCodes();
  expect(['', ' - ', '\u3000'].map(recoveryCodeFault)).toEqual(['missing', 'missing', 'missing']);
  expect(['123456', 'A'.repeat(15), 'A'.repeat(17), 'A'.repeat(100_000)].map(recoveryCodeFault)).toEqual(
    Array(4).fill('too-short'),
  );
  expect(recoveryCodeFault('0123-4567-89AB-CDEF')).toBeUndefined();
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ unit: 'binary', minLength: 16, maxLength: 16 }),
  );
  await fc.assert(fc.asyncProperty(text, async (typed) => expect(await use(account, typed)).toBeUndefined()));
});

test('of 16 parallel uses of one code over two replicas one wins', async () => {
  const count = rounds(200, 20);
  let won = 0;
  let left: string[] = [];
  let account = '';
  for (let round = 0; round < count; round += 1) {
    if (left.length === 0) {
      const fresh = await withCodes();
      account = fresh.account;
      left = [...fresh.codes];
    }
    const code = left.pop() as string;
    const answers = await atOnce(16, (i) =>
      two.replicas[i % 2 ? 1 : 0].recoveryCodes.use(account, code, record),
    );
    const winners = answers.filter(Boolean);
    expect(winners).toEqual([{ remaining: left.length }]);
    won += winners.length;
  }
  figures('one recovery code, 16 parallel uses on two replicas', { rounds: count, accepted: won });
});

test('a code is no use to another account', async () => {
  const [mine, other] = [await withCodes(), await withCodes()];
  expect(await use(other.account, mine.codes[0]!)).toBeUndefined();
  expect(await use(mine.account, mine.codes[0]!)).toEqual({ remaining: 9 });
});

test('a table holds digests alone, which an independent implementation makes too', async () => {
  const { account, codes } = await withCodes();
  const rows = await two.db.selectFrom('recovery_codes').selectAll().where('account', '=', account).execute();
  const kept = JSON.stringify(rows) + rows.map(({ digest }) => digest.toString('latin1')).join();
  for (const code of codes) {
    expect(kept).not.toContain(code);
    expect(kept).not.toContain(code.replaceAll('-', ''));
  }
  const [salt] = [...new Set(rows.map((row) => row.salt))];
  const [, m, t, p, bytes = ''] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$(.+)$/.exec(salt ?? '') ?? [];
  const options = { memoryCost: Number(m), timeCost: Number(t), parallelism: Number(p) };
  const expected = await argon2.hash(codes[0]!.replaceAll('-', ''), {
    ...options,
    raw: true,
    salt: Buffer.from(bytes, 'base64'),
    hashLength: 32,
    type: argon2.argon2id,
  });
  expect(rows.map(({ digest }) => digest.toString('hex'))).toContain(expected.toString('hex'));
});

test('a try costs one derivation, whether the account has ten codes, none, or does not exist', async () => {
  let derived = 0;
  const digests: Digests = {
    newSalt: () => two.hasher.newSalt(),
    derive: (text, salt) => {
      derived += 1;
      return two.hasher.derive(text, salt);
    },
  };
  const counting = new RecoveryCodes(two.db, digests);
  const { account } = await withCodes();
  const empty = await two.stores.createAccount();
  for (const sub of [account, empty, 'nobody']) {
    derived = 0;
    expect(await counting.use(sub, '0123-4567-89AB-CDEF', record)).toBeUndefined();
    expect(derived).toBe(1);
  }
});

test('codes outlive a change of the hashing cost', async () => {
  const { account, codes } = await withCodes();
  const costly = new PasswordHasher({
    hash: { memory: 128, time: 2, parallelism: 1 },
    pool: { workers: 1, queue: 64 },
  });
  const later = new RecoveryCodes(two.db, costly);
  expect(await later.use(account, codes[0]!, record)).toEqual({ remaining: 9 });
  await costly.close();
});

test('when the audit row cannot be written the code is not spent', async () => {
  const { account, codes } = await withCodes();
  const fail = () => Promise.reject(new Error('no audit'));
  await expect(two.replicas[0].recoveryCodes.use(account, codes[0]!, fail)).rejects.toThrow('no audit');
  expect(await use(account, codes[0]!)).toEqual({ remaining: 9 });
});
