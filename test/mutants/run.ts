import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findRedisBinary } from '../../src/embedded/redis-binary.ts';
import { findChromium } from '../support/chromium.ts';
import { mutants } from './list.ts';
import type { Mutant } from './mutant.ts';
import { Processes } from './processes.ts';
import { lineOn, lineOnCheck, listed, summary, type Tried } from './report.ts';
import { mistakesIn } from './tree.ts';
import { Worker } from './worker.ts';

// npm run test:mutants [-- --list] [-- WORDS]: plants each mutant of the list, or those whose name, feature or file
// holds one of the words, in a copy of the project, and runs the test that must fail.

const root = join(import.meta.dirname, '../..');
const words = process.argv.slice(2).filter((word) => word !== '--list');
const chosen = mutants.filter(
  ({ name, feature, file }) =>
    words.length === 0 ||
    words.some((word) => feature === word || name.includes(word) || file.includes(word)),
);
const processes = new Processes();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => processes.endAll());

const mistakes = mistakesIn(mutants, root);
for (const mistake of mistakes) say(mistake);
if (process.argv.includes('--list')) for (const mutant of chosen) say(listed(mutant));
else if (mistakes.length === 0) await run();
if (mistakes.length > 0) process.exitCode = 1;

async function run(): Promise<void> {
  const begun = performance.now();
  const tried: Tried[] = [];
  try {
    await withWorkers(async (workers) => {
      const wrong = await checkAll(workers);
      await share(chosen, workers, async (mutant, worker) => {
        const one = await tryOne(mutant, worker, wrong);
        tried.push(one);
        say(lineOn(one));
      });
    });
  } catch (error) {
    say(`\n${(error as Error).message}`);
  }
  say(summary(tried, (performance.now() - begun) / 1000));
  const killed = tried.filter(({ outcome }) => outcome.state === 'killed').length;
  process.exitCode = killed === chosen.length && killed > 0 ? 0 : 1;
}

async function withWorkers(work: (workers: readonly Worker[]) => Promise<void>): Promise<void> {
  const { PATH, REDIS_SERVER, CHROMIUM_PATH } = process.env;
  const found = {
    REDIS_SERVER: findRedisBinary({ PATH, REDIS_SERVER }, say),
    CHROMIUM_PATH: findChromium({ PATH, CHROMIUM_PATH }, say),
  };
  const count = Math.min(availableParallelism(), chosen.length);
  const opening = Array.from({ length: count }, (_, index) => Worker.open(root, index + 1, processes, found));
  const opened = await Promise.allSettled(opening);
  const workers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of opened) if (one.status === 'rejected') throw one.reason;
    await work(workers);
  } finally {
    // Where one worker failed, the others are in the midst of something.
    processes.endAll();
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

/** Runs every test on the code as it is: a test that fails anyway proves nothing. What is wrong, by file. */
async function checkAll(workers: readonly Worker[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const wrong = new Map<string, readonly string[]>();
  const files = [...Map.groupBy(chosen, ({ test }) => test.file)];
  await share(files, workers, async ([file, those], worker) => {
    const begun = performance.now();
    const names = [...new Set(those.map(({ test }) => test.name))];
    const found = await worker.check(file, names);
    if (found.length > 0) wrong.set(file, found);
    say(lineOnCheck(file, found, (performance.now() - begun) / 1000));
  });
  return wrong;
}

async function tryOne(
  mutant: Mutant,
  worker: Worker,
  wrong: ReadonlyMap<string, readonly string[]>,
): Promise<Tried> {
  const begun = performance.now();
  const why = wrong.get(mutant.test.file)?.find((line) => line.startsWith(`“${mutant.test.name}”`));
  const outcome = why ? ({ state: 'error', what: why } as const) : await worker.try(mutant);
  return { mutant, outcome, seconds: (performance.now() - begun) / 1000 };
}

/** Each worker takes the next item as soon as it is free. */
async function share<T>(
  items: readonly T[],
  workers: readonly Worker[],
  work: (item: T, worker: Worker) => Promise<void>,
): Promise<void> {
  const left = [...items];
  await Promise.all(
    workers.map(async (worker) => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item, worker);
    }),
  );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
