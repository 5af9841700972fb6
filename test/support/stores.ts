import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { type EmbeddedStores, startEmbeddedStores } from '../../src/embedded/stores.ts';

/**
 * The stores of a whole run, which nobody kills: PostgreSQL does not wait for the disk, and what a machine that
 * loses its power would lose is a run of tests.
 */
export async function startStoresOfRun(): Promise<EmbeddedStores> {
  const stores = await startThrowawayStores();
  const server = new pg.Client({ connectionString: stores.databaseUrl });
  await server.connect();
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await server.query(`alter system set ${setting} = off`);
  }
  // By default each of the run's dozens of databases is looked through every minute.
  await server.query("alter system set autovacuum_naptime = '10min'");
  await server.query('select pg_reload_conf()');
  await server.end();
  return stores;
}

/** Private stores in a folder that goes with them. */
export async function startThrowawayStores(): Promise<EmbeddedStores> {
  const directory = mkdtempSync(join(tmpdir(), 'vestibule-test-'));
  const { PATH, REDIS_SERVER } = process.env;
  const remove = () => rmSync(directory, { recursive: true, force: true });
  try {
    const stores = await startEmbeddedStores({
      directory,
      environment: { PATH, REDIS_SERVER },
      log: console.log,
    });
    const stop = stores.stop.bind(stores);
    stores.stop = () => stop().then(remove);
    return stores;
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * `node test/support/stores.ts [FILE]` keeps stores running until Ctrl-C, for running single tests by hand:
 * `source FILE` (or the two lines printed), then jest.
 */
async function main(file: string | undefined): Promise<void> {
  const stores = await startStoresOfRun();
  const lines = `export TEST_DATABASE_URL='${stores.databaseUrl}'\nexport TEST_REDIS_URL='${stores.redisUrl}'\n`;
  if (file) writeFileSync(file, lines);
  else process.stdout.write(lines);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stores.stop());
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await main(process.argv[2]);
}
