import { createRequire, registerHooks } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { provide, restoreSpies } from './globals.ts';

/*
 * Jest's `testRunner`: jest-circus as ever (timeouts, hooks, reports), but each test file is imported by Node
 * itself, not by jest's virtual machine, which loads and links every module anew for every file: 1 to 3 s of
 * processor a file, more than most files' tests take. What a worker has loaded once it keeps; only the test
 * file itself is evaluated anew. The price: files of one worker share globals. What a file changes of
 * `process.env` and spies is put back after it; module-level state belongs in the test file.
 */

const require = createRequire(import.meta.url);
/** Not among the package's exports: the two halves of its own runner, which this one puts together anew. */
const ADAPTER = join(dirname(require.resolve('jest-circus')), 'jestAdapterInit.js');

interface Adapter {
  initialize(options: Record<string, unknown>): Promise<unknown>;
  collectTestsWithoutRunning(options: Record<string, unknown>): Promise<Record<string, unknown>>;
  runAndTransformResultsToJestFormat(options: Record<string, unknown>): Promise<Record<string, unknown>>;
}

/** Where jest-circus keeps what `addEventHandler` was given; it grows with each file unless it is cut back. */
const HANDLERS = Symbol.for('EVENT_HANDLERS');
const TIMEOUT = Symbol.for('TEST_TIMEOUT_SYMBOL');
const shared = globalThis as Record<symbol, unknown>;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals'
      ? { url: new URL('./globals.ts', import.meta.url).href, shortCircuit: true }
      : next(specifier, context),
  load(url, context, next) {
    if (!new URL(url).pathname.endsWith('.tsx')) return next(url, context);
    return { format: 'module', source: compileTsx(fileURLToPath(url)), shortCircuit: true };
  },
});

/** Node strips types, but cannot read JSX. */
function compileTsx(file: string): string {
  const { transformFileSync } = require('@swc/core') as typeof import('@swc/core');
  return transformFileSync(file, {
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', tsx: true },
      transform: { react: { runtime: 'automatic', importSource: 'preact' } },
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  }).code;
}

/** jest-worker's word for the end (CHILD_MESSAGE_END): without an exit of its own a worker that holds services is killed. */
const END = 2;
process.on('message', (message) => {
  if (Array.isArray(message) && message[0] === END) process.exit();
});

let files = 0;

export default async function runTestFile(
  globalConfig: { readonly collectTests?: boolean },
  config: Record<string, unknown>,
  environment: Record<string, unknown>,
  runtime: Record<string, unknown>,
  testPath: string,
  sendMessageToJest: unknown,
): Promise<unknown> {
  // Its state begins anew only where its module does.
  delete require.cache[ADAPTER];
  const adapter = require(ADAPTER) as Adapter;
  const handlers = shared[HANDLERS] as unknown[];
  const [before, env] = [handlers.length, { ...process.env }];
  try {
    await adapter.initialize({
      config,
      environment,
      globalConfig,
      runtime,
      testPath,
      sendMessageToJest,
      localRequire: require,
      parentProcess: process,
      setGlobalsForRuntime: provide,
    });
    files += 1;
    await import(`${pathToFileURL(testPath).href}?${files}`);
    if (globalConfig.collectTests) return await adapter.collectTestsWithoutRunning({ config, testPath });
    return await adapter.runAndTransformResultsToJestFormat({
      config,
      globalConfig,
      testPath,
      setupAfterEnvPerfStats: { setupAfterEnvStart: 0, setupAfterEnvEnd: 0 },
    });
  } finally {
    handlers.length = before;
    shared[TIMEOUT] = undefined;
    restore(env);
    restoreSpies();
  }
}

function restore(env: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}
