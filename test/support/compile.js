// Loads the service once and ends, which has Node keep what it compiled: most services of a run are killed, and leave none.
const { keepCompiled } = await import('../../dist/compile-cache.js');
keepCompiled();
await import('../../dist/service.js');
await import('../../dist/cli/program.js');
process.exit();
