import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Environment, Outcome } from './operator.ts';

/*
 * To start Node and load what a command needs takes ten times as long as the command. So one process a worker,
 * which has it all loaded, runs one after the other, each with the environment and the words that it is given.
 * What a process does around a command (its start, its streams, signals) is tested by those that call `start` and
 * `runAlone`.
 */

let warm: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/** Runs one command in the worker's warm process, after those that were asked for before it. */
export function runWarm(environment: Environment, words: readonly string[]): Promise<Outcome> {
  const outcome = last.then(() => ask(environment, words));
  last = outcome.catch(() => undefined);
  return outcome;
}

async function ask(environment: Environment, words: readonly string[]): Promise<Outcome> {
  warm ??= begin();
  const child = warm;
  const waiting = new AbortController();
  const answered = once(child, 'message', waiting);
  const ended = once(child, 'exit', waiting).then(([code]) => {
    throw new Error(`the process of commands ended with ${code} in ${words.join(' ')}`);
  });
  child.send({ environment, words });
  try {
    const [outcome] = await Promise.race([answered, ended]);
    return outcome as Outcome;
  } finally {
    ended.catch(() => undefined);
    waiting.abort();
  }
}

function begin(): ChildProcess {
  const child = fork(join(import.meta.dirname, 'warm-process.js'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.once('exit', () => {
    warm = undefined;
  });
  // It must not keep a worker from ending, nor outlive it.
  child.unref();
  child.channel?.unref();
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}
