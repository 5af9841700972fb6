// dist/main.js for an http issuer, which production refuses and only demo mode allows; without the demo's own
// stores, so that it stands on those of the test.
import { built } from './built.ts';

const { loadConfig } = await built<typeof import('../../src/config.ts')>('config.js');
const { createLog } = await built<typeof import('../../src/log.ts')>('log.js');
const { Service, untilSignal } = await built<typeof import('../../src/service.ts')>('service.js');

const config = loadConfig({ mode: 'demo' });
const stopped = untilSignal();
const service = await Service.start(config, createLog(config.log));
await stopped;
await service.stop();
process.exit();
