import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type EmbeddedStores, startEmbeddedStores } from '../../src/embedded/stores.ts';

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
  const stores = await startThrowawayStores();
  const lines = `export TEST_DATABASE_URL='${stores.databaseUrl}'\nexport TEST_REDIS_URL='${stores.redisUrl}'\n`;
  if (file) writeFileSync(file, lines);
  else process.stdout.write(lines);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stores.stop());
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  await main(process.argv[2]);
}
