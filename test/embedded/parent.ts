import { once } from 'node:events';
import { startEmbeddedStores } from '../../src/embedded/stores.ts';

// A process that owns private stores, for tests to kill: DIRECTORY [UID GID]. Prints one line of JSON once they
// run, and stops them on SIGTERM.

const [directory = '', uid, gid] = process.argv.slice(2);
if (uid && gid) {
  process.setgroups?.([]);
  process.setgid?.(Number(gid));
  process.setuid?.(Number(uid));
}
const { PATH, REDIS_SERVER } = process.env;
try {
  const stores = await startEmbeddedStores({ directory, environment: { PATH, REDIS_SERVER } });
  const { databaseUrl, redisUrl, pids } = stores;
  process.stdout.write(`${JSON.stringify({ databaseUrl, redisUrl, pids })}\n`);
  await once(process, 'SIGTERM');
  await stores.stop();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
