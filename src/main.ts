/** Starts Vestibule on the stores that the settings name, and drains on SIGTERM. */
import './no-proto.ts';
import { refuseOldNode } from './node-version.ts';

refuseOldNode();

// After the check: an older Node could not even parse what these import.
const { keepCompiled } = await import('./compile-cache.ts');
keepCompiled();
const { describeMistakes, loadConfig } = await import('./config.ts');
const { ConfigError } = await import('./errors.ts');
const { createLog } = await import('./log.ts');
const { Service, untilSignal } = await import('./service.ts');

try {
  const config = loadConfig({ mode: 'production' });
  const stopped = untilSignal();
  const service = await Service.start(config, createLog(config.log));
  await stopped;
  await service.stop();
} catch (error) {
  const message = error instanceof ConfigError ? describeMistakes(error) : explain(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
// Whatever a library left running must not keep a drained process alive.
process.exit();

function explain(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `Vestibule could not start: ${error instanceof Error ? error.message : String(error)}${cause}`;
}
