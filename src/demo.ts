/** The newcomer's start: private PostgreSQL and Redis, demo accounts and apps, then Vestibule itself. */
import './no-proto.ts';
import { refuseOldNode } from './node-version.ts';

refuseOldNode();

// After the check: an older Node could not even parse what these import.
const { keepCompiled } = await import('./compile-cache.ts');
keepCompiled();
const { describeMistakes } = await import('./config.ts');
const { ConfigError } = await import('./errors.ts');
const { Demo } = await import('./demo/demo.ts');
const { untilSignal } = await import('./service.ts');

const demo = new Demo({ directory: new URL('../.data', import.meta.url) });
try {
  const stopped = untilSignal();
  process.stdout.write(await demo.start());
  await stopped;
  process.stdout.write('\nStopping: requests under way finish first.\n');
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof ConfigError ? describeMistakes(error) : message}\n`);
  process.exitCode = 1;
} finally {
  await demo.stop();
}
// Whatever a library left running must not keep a stopped demo alive.
process.exit();
