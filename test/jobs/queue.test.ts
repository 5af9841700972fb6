import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { JobQueue } from '../../src/jobs/queue.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import { createTestDatabase } from '../support/database.ts';
import { hurry } from '../support/hurry.ts';
import { A_SECOND } from '../support/limits.ts';

interface Note {
  n: number;
}

let drop: () => Promise<void>;
let db: Database;
let started: JobQueue[] = [];

beforeAll(async () => {
  const database = await createTestDatabase();
  drop = database.drop;
  db = openDatabase(settings(database.url), silent);
});

afterEach(async () => {
  await Promise.all(started.map((queue) => queue.stop(5)));
  started = [];
});

afterAll(async () => {
  await db.destroy();
  await drop();
});

async function replica(): Promise<JobQueue> {
  const queue = new JobQueue(db, silent);
  started.push(queue);
  await queue.start();
  return queue;
}

/** Waits with no pause between the tries of a job. */
async function untilTried(condition: () => boolean): Promise<void> {
  await until(async () => {
    await hurry(db);
    return condition();
  });
}

test('a job runs within a second of its commit, with its data', async () => {
  const jobs = await replica();
  const seen: Note[] = [];
  await jobs.work<Note>('prompt', async (data) => {
    seen.push(data);
  });
  await db.transaction().execute((tx) => jobs.enqueue(tx, 'prompt', { n: 1 }));
  const committed = performance.now();
  await until(() => seen.length === 1);
  expect(performance.now() - committed).toBeLessThan(A_SECOND);
  expect(seen).toEqual([{ n: 1 }]);
});

test('a job of a transaction that fails never runs', async () => {
  const jobs = await replica();
  const seen: number[] = [];
  await jobs.work<Note>('undone', async ({ n }) => {
    seen.push(n);
  });
  const undone = db.transaction().execute(async (tx) => {
    await jobs.enqueue(tx, 'undone', { n: 1 });
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await jobs.enqueue(db, 'undone', { n: 2 });
  await until(() => seen.length > 0);
  expect(seen).toEqual([2]);
});

test('a job waits for its transaction to commit', async () => {
  const jobs = await replica();
  const seen: number[] = [];
  await jobs.work<Note>('later', async ({ n }) => {
    seen.push(n);
  });
  await db.transaction().execute(async (tx) => {
    await jobs.enqueue(tx, 'later', { n: 1 });
    await jobs.enqueue(db, 'later', { n: 2 });
    await until(() => seen.length > 0);
    expect(seen).toEqual([2]);
  });
  await until(() => seen.length === 2);
});

test('a job can be enqueued by a process that works on none', async () => {
  const cli = new JobQueue(db, silent);
  await db.transaction().execute((tx) => cli.enqueue(tx, 'from-elsewhere', { n: 7 }));
  const jobs = await replica();
  const seen: number[] = [];
  await jobs.work<Note>('from-elsewhere', async ({ n }) => {
    seen.push(n);
  });
  await until(() => seen.length === 1);
});

test('replicas that make the same queue at once do not trip over one another', async () => {
  const replicas = await Promise.all([replica(), replica(), replica(), replica()]);
  const seen: number[] = [];
  const handler = async ({ n }: Note) => {
    seen.push(n);
  };
  await Promise.all(replicas.map((jobs) => jobs.work<Note>('shared', handler)));
  await Promise.all(replicas.map((jobs, n) => jobs.enqueue(db, 'shared', { n })));
  await until(() => seen.length === 4);
  expect(seen.sort()).toEqual([0, 1, 2, 3]);
});

test('each of 200 jobs runs once across four replicas, without pauses', async () => {
  const replicas = await Promise.all([replica(), replica(), replica(), replica()]);
  await db.transaction().execute(async (tx) => {
    for (let n = 0; n < 200; n += 1) await replicas[0]?.enqueue(tx, 'burst', { n });
  });
  const seen: number[] = [];
  const begun = performance.now();
  for (const jobs of replicas) {
    await jobs.work<Note>('burst', async ({ n }) => {
      seen.push(n);
    });
  }
  await until(() => seen.length >= 200);
  expect(new Set(seen).size).toBe(200);
  expect(seen).toHaveLength(200);
  expect(performance.now() - begun).toBeLessThan(5000);
});

test('a job that throws is tried again, and is told which try it is', async () => {
  const jobs = await replica();
  const tries: number[] = [];
  await jobs.work<Note>('flaky', async (_data, { retryCount }) => {
    tries.push(retryCount);
    if (retryCount < 2) throw new Error('not yet');
  });
  await jobs.enqueue(db, 'flaky', { n: 1 });
  await untilTried(() => tries.length === 3);
  expect(tries).toEqual([0, 1, 2]);
});

test('a job that always throws is given up after its tries', async () => {
  const jobs = await replica();
  let tries = 0;
  await jobs.work<Note>('hopeless', async () => {
    tries += 1;
    throw new Error('never');
  });
  await jobs.enqueue(db, 'hopeless', { n: 1 }, { retryLimit: 1, retryDelay: 0, retryBackoff: false });
  await jobs.enqueue(db, 'hopeless', { n: 2 }, { retryLimit: 0 });
  await until(async () => (await states('hopeless')).join() === 'failed,failed');
  expect(tries).toBe(3);
});

async function states(queue: string): Promise<string[]> {
  const { rows } = await db.executeQuery<{ state: string }>({
    sql: 'select state from jobs.job where name = $1 order by created_on',
    parameters: [queue],
    query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
    queryId: { queryId: 'test' },
  });
  return rows.map((row) => row.state);
}

test('of waiting jobs with one key there is one; without a key each counts', async () => {
  const jobs = await replica();
  for (const n of [1, 2, 3]) await jobs.enqueue(db, 'keyed', { n }, { singletonKey: 'sweep' });
  for (const n of [1, 2, 3]) await jobs.enqueue(db, 'keyed', { n });
  expect(await states('keyed')).toHaveLength(4);
});

test('a slow job does not hold up the others', async () => {
  const jobs = await replica();
  const gate = Promise.withResolvers<void>();
  const seen: number[] = [];
  await jobs.work<Note>('mixed', async ({ n }) => {
    if (n === 0) await gate.promise;
    seen.push(n);
  });
  for (const n of [0, 1, 2, 3]) await jobs.enqueue(db, 'mixed', { n });
  await until(() => seen.length === 3);
  expect(seen.sort()).toEqual([1, 2, 3]);
  gate.resolve();
  await until(() => seen.length === 4);
});

test('stopping waits for the running job and takes no other', async () => {
  const jobs = await replica();
  const running = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let done = false;
  await jobs.work<Note>('stopping', async () => {
    running.resolve();
    await gate.promise;
    done = true;
  });
  await jobs.enqueue(db, 'stopping', { n: 1 });
  await running.promise;
  const stopped = jobs.stop(10);
  gate.resolve();
  await stopped;
  expect(done).toBe(true);
  await jobs.enqueue(db, 'stopping', { n: 2 });
  expect((await states('stopping')).sort()).toEqual(['completed', 'created']);
});

test('a job still running when the grace is over is tried again by another replica', async () => {
  const jobs = await replica();
  const running = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  await jobs.work<Note>('stuck', async () => {
    running.resolve();
    await gate.promise;
  });
  await jobs.enqueue(db, 'stuck', { n: 1 });
  await running.promise;
  const begun = performance.now();
  await jobs.stop(1);
  expect(performance.now() - begun).toBeLessThan(4000);
  const other = await replica();
  let tries = 0;
  await other.work<Note>('stuck', async (_data, { retryCount }) => {
    tries = retryCount;
  });
  await untilTried(() => tries === 1);
  gate.resolve();
});
