import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedStores } from '../../src/embedded/stores.ts';
import { startStoresOfRun } from '../support/stores.ts';
import type { Mutant } from './mutant.ts';
import type { Ended, Processes } from './processes.ts';
import { copyTree, tierOf } from './tree.ts';
import { type Verdict, verdictOn } from './verdict.ts';

/** What came of a mutant; `what` says why it is an error. */
export interface Outcome {
  readonly state: 'killed' | 'SURVIVED' | 'error';
  readonly what?: string;
}

/** s that a build, a start or a test may take. */
const PATIENCE = { build: 120, start: 60, test: 420 } as const;
const JEST = [
  ...['--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'],
  // Forced to exit: what a failed test leaves open would keep it waiting.
  ...['--runInBand', '--json', '--forceExit', '--outputFile=.results.json', '--cacheDirectory=.jest-cache'],
];

/** A copy of the project with stores of its own, in which one mutant at a time is tried. */
export class Worker {
  readonly #folder: string;
  readonly #stores: EmbeddedStores;
  readonly #processes: Processes;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(
    folder: string,
    stores: EmbeddedStores,
    processes: Processes,
    environment: NodeJS.ProcessEnv,
  ) {
    this.#folder = folder;
    this.#stores = stores;
    this.#processes = processes;
    this.#environment = environment;
  }

  /**
   * Copies and builds the project.
   * @param number tells workers apart, from 1 on
   * @param found the programs that tests need, by their variables
   */
  static async open(
    root: string,
    number: number,
    processes: Processes,
    found: NodeJS.ProcessEnv,
  ): Promise<Worker> {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vestibule-mutants-')));
    const { LONG: _, ...inherited } = process.env;
    const own = { TEST_PORTS: String(number) };
    let stores: EmbeddedStores | undefined;
    try {
      copyTree(root, folder);
      stores = await startStoresOfRun();
      const urls = { TEST_DATABASE_URL: stores.databaseUrl, TEST_REDIS_URL: stores.redisUrl };
      const worker = new Worker(folder, stores, processes, { ...inherited, ...found, ...own, ...urls });
      await worker.#buildAll();
      return worker;
    } catch (error) {
      await stores?.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#stores.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What the tests of one file with these names say of the code as it is; what is wrong, a line each. */
  async check(file: string, names: readonly string[]): Promise<string[]> {
    const verdicts = await this.#test(file, names);
    return verdicts.flatMap((verdict, index) => {
      if (verdict.state === 'passed') return [];
      const what = verdict.state === 'trouble' ? verdict.what : 'it fails';
      return [`“${names[index]}” is not green without any change: ${what}`];
    });
  }

  /** Plants a mutant, runs its test, and puts back what was there. */
  async try(mutant: Mutant): Promise<Outcome> {
    const before = readFileSync(join(this.#folder, mutant.file), 'utf8');
    // Not replace(): in its second text $& and the like would mean something.
    this.#write(mutant.file, before.split(mutant.piece).join(mutant.becomes));
    try {
      await this.#compile();
      return await this.#judge(mutant);
    } catch (error) {
      if (this.#processes.over) throw error;
      return { state: 'error', what: (error as Error).message };
    } finally {
      // Compiled with the next one: that halves the time.
      this.#write(mutant.file, before);
    }
  }

  async #judge({ test }: Mutant): Promise<Outcome> {
    const start = await this.#node('start', ['test/mutants/starts.ts']);
    if (start.code !== 0) return { state: 'error', what: `the service does not start: ${endOf(start)}` };
    const [verdict] = await this.#test(test.file, [test.name]);
    if (verdict?.state === 'refuted') return { state: 'killed' };
    return verdict?.state === 'trouble' ? { state: 'error', what: verdict.what } : { state: 'SURVIVED' };
  }

  async #test(file: string, names: readonly string[]): Promise<Verdict[]> {
    const results = join(this.#folder, '.results.json');
    rmSync(results, { force: true });
    const pattern = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
    // In as many rounds as the tier has that is said to kill it.
    const TEST_TIER = tierOf(file) === 'npm test' ? 'tests' : 'faults';
    const ended = await this.#node('test', [...JEST, '-t', pattern, '--runTestsByPath', file], { TEST_TIER });
    if (ended.late) return names.map(() => ({ state: 'trouble', what: 'the test did not come to an end' }));
    if (!existsSync(results)) throw new Error(`jest wrote no results: ${endOf(ended)}`);
    const json = readFileSync(results, 'utf8');
    return names.map((name) => verdictOn(name, json));
  }

  /** Writes a file of src/; what is not TypeScript stands in dist/ as it is. */
  #write(file: string, text: string): void {
    writeFileSync(join(this.#folder, file), text);
    if (!/\.tsx?$/.test(file)) writeFileSync(join(this.#folder, file.replace(/^src\//, 'dist/')), text);
  }

  async #buildAll(): Promise<void> {
    const built = await this.#node('build', ['scripts/build.ts']);
    if (built.code !== 0) throw new Error(`The build failed: ${endOf(built)}`);
    // Once more, to note what each file was built of.
    await this.#compile();
  }

  async #compile(): Promise<void> {
    const words = ['-p', '.', '--incremental', '--tsBuildInfoFile', '.tsbuildinfo'];
    const ended = await this.#run('build', join(this.#folder, 'node_modules/.bin/tsc'), words);
    if (ended.code !== 0) throw new Error(`it does not build: ${endOf(ended)}`);
  }

  #node(what: keyof typeof PATIENCE, words: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.#run(what, process.execPath, words, more);
  }

  #run(
    what: keyof typeof PATIENCE,
    file: string,
    words: readonly string[],
    more: NodeJS.ProcessEnv = {},
  ): Promise<Ended> {
    const environment = { ...this.#environment, ...more };
    return this.#processes.run(file, words, { cwd: this.#folder, environment, patience: PATIENCE[what] });
  }
}

function endOf({ printed, late }: Ended): string {
  return late ? 'it took too long' : printed.trim().slice(-1000);
}
