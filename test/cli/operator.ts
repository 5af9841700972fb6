import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { runWarm } from './warm.ts';

const root = join(import.meta.dirname, '../..');

/** What a command wrote, and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface RunOptions {
  /** A file on standard input. */
  readonly input?: string;
  /** Another checkout than this one. */
  readonly root?: string;
}

/** Starts `vestibule WORDS…`, as an operator would. */
export function start(environment: Environment, words: readonly string[], from = root): ChildProcess {
  return spawn(process.execPath, [join(from, 'dist/cli.js'), ...words], {
    env: environment as NodeJS.ProcessEnv,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Runs one command to its end: in the worker's warm process where it needs nothing but its words. */
export function run(
  environment: Environment,
  words: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const isPlain = options.input === undefined && options.root === undefined;
  return isPlain ? runWarm(environment, words) : runAlone(environment, words, options);
}

/** Runs one command in a process of its own. */
export async function runAlone(
  environment: Environment,
  words: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const child = start(environment, words, options.root);
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  child.stdin?.end(options.input ?? '');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

/** What a command printed for a program; it must have ended well. */
export async function json<T = Record<string, unknown>>(
  environment: Environment,
  ...words: string[]
): Promise<T> {
  const outcome = await run(environment, [...words, '--json']);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(outcome.stdout);
}

/** The one line that a failed command wrote. */
export async function failure(
  environment: Environment,
  words: readonly string[],
  code: number,
): Promise<string> {
  const outcome = await run(environment, words);
  expect({ ...outcome, stderr: '' }).toEqual({ code, stdout: '', stderr: '' });
  expect(outcome.stderr).toMatch(/^[^\n]+\n$/);
  return outcome.stderr.trim();
}

/** ms for a test that runs dozens of commands, on a machine that others use too. */
export const PATIENT = 240_000;

/** Does the same with every item, a few at once: a command is mostly Node's own start. */
export async function each<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<unknown>,
): Promise<void> {
  const rest = [...items.entries()];
  const worker = async () => {
    for (let next = rest.shift(); next; next = rest.shift()) await work(next[1], next[0]);
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}
