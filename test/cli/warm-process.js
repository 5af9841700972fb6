// Runs commands that it is sent, one after the other: see warm.ts. JavaScript, since it loads dist/ and nothing else.
import '../../dist/no-proto.js';

const { keepCompiled } = await import('../../dist/compile-cache.js');
keepCompiled();
const { run } = await import('../../dist/cli/program.js');

const printed = { stdout: '', stderr: '' };
for (const name of ['stdout', 'stderr']) {
  process[name].write = (text, encoding, done) => {
    printed[name] += text;
    (typeof encoding === 'function' ? encoding : done)?.();
    return true;
  };
}

process.on('message', async ({ environment, words }) => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  Object.assign(printed, { stdout: '', stderr: '' });
  process.exitCode = undefined;
  const code = await run(words);
  process.stdout.removeAllListeners('error');
  process.exitCode = undefined;
  process.send({ code, ...printed });
});
process.on('disconnect', () => process.exit());
