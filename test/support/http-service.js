// dist/main.js for an http issuer, which production refuses and only demo mode allows; without the demo's own
// stores, so that it stands on those of the test. JavaScript, since to strip types costs each start 40 ms.
import '../../dist/no-proto.js';

const { keepCompiled } = await import('../../dist/compile-cache.js');
keepCompiled();
const { loadConfig } = await import('../../dist/config.js');
const { createLog } = await import('../../dist/log.js');
const { Service, untilSignal } = await import('../../dist/service.js');

const config = loadConfig({ mode: 'demo' });
const stopped = untilSignal();
const service = await Service.start(config, createLog(config.log));
await stopped;
await service.stop();
process.exit();
