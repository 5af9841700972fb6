import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Test, TestEvents, TestResult } from '@jest/test-result';
import type * as JestRunner from 'jest-runner';
import { fileKind, Queue } from './queue.ts';

/*
 * Jest's `runner`: its own, but a worker gets the files that use the portal which it has already. Jest gives the next
 * file to whichever worker is free, and then nearly every worker starts nearly every kind of portal, and a Chromium.
 */

const require = createRequire(import.meta.url);
const runnerPath = require.resolve('jest-runner');
/** Not among the package's exports, and a dependency of its own. */
const TEST_WORKER = join(dirname(runnerPath), 'testWorker.js');
const { Worker } = createRequire(runnerPath)('jest-worker') as typeof import('jest-worker');
const { default: TestRunner } = require('jest-runner') as typeof JestRunner.default;

type Listener = (data: never) => void | Promise<void>;
interface RunFile {
  worker(what: object): Promise<TestResult> & {
    UNSTABLE_onCustomMessage?(listener: (message: [keyof TestEvents, unknown]) => void): void;
  };
}

export default class PortalRunner extends TestRunner {
  readonly #listeners = new Map<string, Set<Listener>>();

  override on<Name extends keyof TestEvents>(
    name: Name,
    listener: (data: TestEvents[Name]) => void | Promise<void>,
  ): JestRunner.UnsubscribeFn {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    const forget = super.on(name, listener);
    return () => {
      listeners.delete(listener);
      forget();
    };
  }

  override async runTests(
    tests: Test[],
    watcher: JestRunner.TestWatcher,
    options: JestRunner.TestRunnerOptions,
  ): Promise<void> {
    if (options.serial) return super.runTests(tests, watcher, options);
    const queue = new Queue(
      tests.map((test) => {
        const source = readFileSync(test.path, 'utf8');
        return { item: test, kind: fileKind(source), cost: test.duration ?? source.length };
      }),
    );
    const count = Math.min(this._globalConfig.maxWorkers, tests.length);
    await Promise.all(Array.from({ length: count }, () => this.#runSome(tests, queue, watcher)));
  }

  /** One worker's part: file after file until there are no more. */
  async #runSome(tests: Test[], queue: Queue<Test>, watcher: JestRunner.TestWatcher): Promise<void> {
    const worker = this.#startWorker(tests);
    const taker = queue.taker();
    try {
      for (let test = taker.next(); test && !watcher.isInterrupted(); test = taker.next()) {
        await this.#emit('test-file-start', [test]);
        await this.#runFile(worker, test).then(
          (result) => this.#emit('test-file-success', [test, result]),
          (error) => this.#emit('test-file-failure', [test, error]),
        );
      }
    } finally {
      await worker.end();
    }
  }

  #runFile(worker: RunFile, test: Test): Promise<TestResult> {
    const running = worker.worker({
      config: test.context.config,
      context: this._context,
      globalConfig: this._globalConfig,
      path: test.path,
    });
    running.UNSTABLE_onCustomMessage?.(([name, data]) => this.#emit(name, data as never));
    return running;
  }

  #startWorker(tests: Test[]): InstanceType<typeof Worker> & RunFile {
    const contexts = new Map(tests.map(({ context }) => [context.config.id, context]));
    const serializableResolvers = [...contexts.values()].map(({ config, moduleMap }) => ({
      config,
      serializableModuleMap: moduleMap.toJSON(),
    }));
    const worker = new Worker(TEST_WORKER, {
      exposedMethods: ['worker'],
      forkOptions: { serialization: 'json', stdio: 'pipe' },
      maxRetries: 3,
      numWorkers: 1,
      setupArgs: [{ serializableResolvers }],
    });
    worker.getStdout()?.pipe(process.stdout);
    worker.getStderr()?.pipe(process.stderr);
    return worker as InstanceType<typeof Worker> & RunFile;
  }

  async #emit<Name extends keyof TestEvents>(name: Name, data: TestEvents[Name]): Promise<void> {
    for (const listener of this.#listeners.get(name) ?? []) await listener(data as never);
  }
}
