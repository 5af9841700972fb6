import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { afterAll, expect, test } from '@jest/globals';
import argon2 from 'argon2';
import { AppError } from '../../src/errors.ts';
import { PasswordHasher, type PasswordSettings } from '../../src/passwords/hasher.ts';

const workers = new Set<Worker>();
const unref = Worker.prototype.unref;
Worker.prototype.unref = function () {
  workers.add(this);
  unref.call(this);
};

const settings: PasswordSettings = {
  hash: { memory: 19456, time: 2, parallelism: 1 },
  pool: { workers: 'auto', queue: 64 },
};
const hasher = new PasswordHasher(settings);
afterAll(async () => {
  Worker.prototype.unref = unref;
  await hasher.close();
});

const password = 'Correct-Horse-7-Battery';

async function busyWith(settings: PasswordSettings, tasks: number) {
  const small = new PasswordHasher(settings);
  const results = await Promise.allSettled(Array.from({ length: tasks }, () => small.hash(password)));
  await small.close();
  return results;
}

test('its hashes are verified by an independent implementation', async () => {
  const hash = await hasher.hash(password);
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await argon2.verify(hash, password)).toBe(true);
  expect(await argon2.verify(hash, `${password}!`)).toBe(false);
});

test('hashes of an independent implementation are verified', async () => {
  const options = { memoryCost: 8192, timeCost: 3, parallelism: 2 };
  for (const type of [argon2.argon2id, argon2.argon2i, argon2.argon2d] as const) {
    const hash = await argon2.hash(password, { type, ...options });
    expect(await hasher.verify(hash, password)).toBe(true);
    expect(await hasher.verify(hash, password.toLowerCase())).toBe(false);
  }
});

test('composed and decomposed forms are one password', async () => {
  const hash = await hasher.hash('Réglisse-n°7-Ångström');
  expect(await hasher.verify(hash, 'Réglisse-n°7-Ångström'.normalize('NFD'))).toBe(true);
  expect(await hasher.verify(await hasher.hash('ﬁrst-ﬂoor-①②③'), 'first-floor-123')).toBe(true);
  expect(await argon2.verify(hash, 'Réglisse-n°7-Ångström'.normalize('NFKC'))).toBe(true);
});

test('nothing is truncated: a difference at byte 73, at character 200 or after a NUL counts', async () => {
  for (const start of ['a'.repeat(72), 'é'.repeat(199), 'before\0']) {
    const hash = await hasher.hash(`${start}x-and-the-rest`);
    expect(await hasher.verify(hash, `${start}y-and-the-rest`)).toBe(false);
    expect(await hasher.verify(hash, `${start}x-and-the-rest`)).toBe(true);
  }
});

test('256 characters are hashed; 257, or a megabyte, never reach a worker', async () => {
  const longest = '🔑'.repeat(256);
  const hash = await hasher.hash(longest);
  expect(await hasher.verify(hash, longest)).toBe(true);
  for (const tooLong of [`${longest}x`, 'a'.repeat(1024 * 1024)]) {
    const refused = hasher.hash(tooLong);
    const verdict = hasher.verify(hash, tooLong);
    expect(hasher.pending).toBe(0);
    await expect(refused).rejects.toMatchObject({ code: 'bad-request' });
    expect(await verdict).toBe(false);
  }
});

test('nobody and an unreadable hash cost as much as somebody, and answer false', async () => {
  const real = await hasher.hash(password);
  const cases = [
    real,
    null,
    undefined,
    '',
    'x',
    '$2b$10$abcdefghijklmnopqrstuv',
    `${real}\n`,
    real.slice(0, -2),
  ];
  const hostile = real.replace('m=19456', 'm=4294967295');
  const times = new Map<string | null | undefined, number>();
  for (let round = 0; round < 7; round++) {
    for (const hash of [...cases, hostile]) {
      const begun = performance.now();
      expect(await hasher.verify(hash, 'Wrong-Horse-7-Battery')).toBe(false);
      times.set(hash, Math.min(times.get(hash) ?? Infinity, performance.now() - begun));
    }
  }
  // The best of seven: noise only ever adds. An early answer would take a thousandth of it.
  for (const time of times.values()) expect(time).toBeGreaterThan(times.get(real)! * 0.6);
  expect(await hasher.verify(null, '')).toBe(false);
});

test('nobody and an unreadable hash reach the verifier like somebody', async () => {
  const cases = [await hasher.hash(password), null, undefined, '', '$2b$10$abcdefghijklmnopqrstuv'];
  for (const hash of cases) {
    const before = hasher.verified;
    expect(await hasher.verify(hash, 'Wrong-Horse-7-Battery')).toBe(false);
    expect(hasher.verified).toBe(before + 1);
  }
});

test('a hash made with other parameters is due for a new one', async () => {
  expect(hasher.needsRehash(await hasher.hash(password))).toBe(false);
  expect(
    hasher.needsRehash(await argon2.hash(password, { memoryCost: 19456, timeCost: 2, parallelism: 1 })),
  ).toBe(false);
  for (const other of [{ memoryCost: 8192 }, { timeCost: 3 }, { parallelism: 2 }, { type: 1 as const }]) {
    const hash = await argon2.hash(password, { memoryCost: 19456, timeCost: 2, parallelism: 1, ...other });
    expect(hasher.needsRehash(hash)).toBe(true);
  }
  expect(hasher.needsRehash('not a hash')).toBe(true);
});

test('beyond the workers and the queue it is busy at once, and what was accepted is finished', async () => {
  const results = await busyWith({ ...settings, pool: { workers: 1, queue: 3 } }, 10);
  expect(results.map(({ status }) => status)).toEqual([
    ...Array<string>(4).fill('fulfilled'),
    ...Array<string>(6).fill('rejected'),
  ]);
  const refused = results.find((result) => result.status === 'rejected');
  expect(refused?.reason).toBeInstanceOf(AppError);
  expect(refused?.reason).toMatchObject({ code: 'busy', status: 503, retryAfter: expect.any(Number) });
});

test('there is never more than one worker a core', async () => {
  const before = workers.size;
  await busyWith({ ...settings, pool: { workers: 500, queue: 64 } }, 8);
  expect(workers.size - before).toBe(availableParallelism());
});

test('one worker waits for the first password; the others come with the work', async () => {
  const before = workers.size;
  const pool = new PasswordHasher({ ...settings, pool: { workers: 'auto', queue: 64 } });
  await pool.verify(null, password);
  expect(workers.size - before).toBe(1);
  await Promise.all(Array.from({ length: 8 }, () => pool.verify(null, password)));
  expect(workers.size - before).toBe(availableParallelism());
  await pool.close();
});

test('a worker that dies takes only its own task with it', async () => {
  const before = new Set(workers);
  const pool = new PasswordHasher({ ...settings, pool: { workers: 1, queue: 64 } });
  const hash = await pool.hash(password);
  const tasks = [pool.verify(hash, password), pool.verify(hash, password), pool.verify(hash, password)];
  const outcome = Promise.allSettled(tasks);
  await [...workers].find((worker) => !before.has(worker))!.terminate();
  const results = await outcome;
  expect(results.filter(({ status }) => status === 'rejected').length).toBeLessThanOrEqual(1);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'busy' });
    else expect(result.value).toBe(true);
  }
  expect(await pool.verify(hash, password)).toBe(true);
  await pool.close();
});

test('closing finishes what was accepted and refuses the rest', async () => {
  const pool = new PasswordHasher({ ...settings, pool: { workers: 1, queue: 8 } });
  const accepted = Promise.all(Array.from({ length: 6 }, () => pool.hash(password)));
  const closed = pool.close();
  await expect(pool.hash(password)).rejects.toMatchObject({ code: 'busy' });
  await expect(pool.verify(null, password)).rejects.toMatchObject({ code: 'busy' });
  // What was shed did not reach the verifier.
  expect(pool.verified).toBe(0);
  expect(await accepted).toHaveLength(6);
  await closed;
  await pool.close();
});

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('workers stand back for the rest of the process, which keeps its own priority', async () => {
  // So much at once that every worker is there.
  await Promise.all(Array.from({ length: 8 }, () => hasher.verify(null, password)));
  const nice = (file: string) => Number(readFileSync(file, 'utf8').split(') ')[1]!.split(' ')[16]);
  const own = nice('/proc/self/stat');
  const threads = readdirSync('/proc/self/task').map((tid) => nice(`/proc/self/task/${tid}/stat`));
  expect(threads.filter((value) => value === Math.min(own + 10, 19))).toHaveLength(availableParallelism());
});

test('a derived digest is the one of an independent implementation, and takes its cost from the salt', async () => {
  const salt = '$argon2id$v=19$m=8192,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg';
  const digest = await hasher.derive('0K7V2QXMHT905WPD', salt);
  const expected = await argon2.hash('0K7V2QXMHT905WPD', {
    raw: true,
    salt: Buffer.from('0123456789abcdef'),
    hashLength: 32,
    type: argon2.argon2id,
    memoryCost: 8192,
    timeCost: 3,
    parallelism: 1,
  });
  expect(digest.equals(expected)).toBe(true);
  expect(hasher.newSalt()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}$/);
  expect(hasher.newSalt()).not.toBe(hasher.newSalt());
});

test('a salt that was not made here is not followed', async () => {
  const hostile = '$argon2id$v=19$m=4294967295,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg';
  for (const salt of ['', 'x', hostile, `${hasher.newSalt()}\n`]) {
    await expect(hasher.derive('text', salt)).rejects.toThrow('not a salt');
  }
});
