import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { JobQueue } from '../../src/jobs/queue.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { PrivateServer } from '../postgres/private-server.ts';
import { impatient, silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';

let server: PrivateServer;
let db: Database;

beforeAll(async () => {
  server = await PrivateServer.start();
  db = openDatabase(impatient(server.url), silent);
  await migrate(db, server.url, silent);
});

afterAll(async () => {
  await db.destroy();
  await server.remove();
});

test('an outage is logged, crashes nothing, and jobs go on by themselves when it is over', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => lines.push(line) });
  const jobs = new JobQueue(db, log);
  await jobs.start();
  const seen: number[] = [];
  await jobs.work<{ n: number }>('steady', async ({ n }) => {
    seen.push(n);
  });
  await jobs.enqueue(db, 'steady', { n: 1 });
  await until(() => seen.length === 1);

  server.freeze();
  await expect(jobs.enqueue(db, 'steady', { n: 0 })).rejects.toMatchObject({ code: 'store-away' });
  await until(() => lines.length > 0);
  server.thaw();
  await jobs.enqueue(db, 'steady', { n: 2 });
  await until(() => seen.includes(2));

  await server.kill();
  await expect(jobs.enqueue(db, 'steady', { n: 0 })).rejects.toMatchObject({ code: 'store-away' });
  await server.restart();
  await jobs.enqueue(db, 'steady', { n: 3 });
  await until(() => seen.includes(3));
  expect(lines.length).toBeLessThan(5);
  await jobs.stop(5);
});

test('stopping while the store is away ends within the grace', async () => {
  const jobs = new JobQueue(db, silent);
  await jobs.start();
  await jobs.work('idle', async () => undefined);
  await server.kill();
  const begun = performance.now();
  await jobs.stop(2);
  expect(performance.now() - begun).toBeLessThan(5000);
  await server.restart();
});

test('a queue that could not be made is made on the next try', async () => {
  const jobs = new JobQueue(db, silent);
  await server.kill();
  await expect(jobs.enqueue(db, 'retried', { n: 1 })).rejects.toMatchObject({ code: 'store-away' });
  await server.restart();
  await jobs.enqueue(db, 'retried', { n: 1 });
});
