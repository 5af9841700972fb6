import type { Mutant } from './mutant.ts';
import { tierOf } from './tree.ts';
import type { Outcome } from './worker.ts';

/** A mutant and what came of it; `seconds` is what it took. */
export interface Tried {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  readonly seconds: number;
}

/** One mutant as `--list` shows it. */
export function listed({ name, feature, breaks, test }: Mutant): string {
  return `${tierOf(test.file).padEnd(11)} ${feature.padEnd(10)} ${name}\n${' '.repeat(23)}${breaks}\n${' '.repeat(23)}${test.file}: ${test.name}`;
}

/** The line on a mutant that was tried. */
export function lineOn({ mutant, outcome, seconds }: Tried): string {
  const line = `${outcome.state.padEnd(8)} ${took(seconds)}  ${mutant.feature.padEnd(10)} ${mutant.name}`;
  return outcome.what === undefined ? line : `${line}\n${indented(outcome.what)}`;
}

/** The line on a file whose tests ran without any change. */
export function lineOnCheck(file: string, wrong: readonly string[], seconds: number): string {
  const line = `${(wrong.length === 0 ? 'green' : 'error').padEnd(8)} ${took(seconds)}  ${file}`;
  return [line, ...wrong.map(indented)].join('\n');
}

/** What the whole run came to, the count last. */
export function summary(tried: readonly Tried[], seconds: number): string {
  const number = (state: Outcome['state']) => tried.filter(({ outcome }) => outcome.state === state).length;
  return [
    '',
    ...counts('by tier', tried, ({ mutant }) => tierOf(mutant.test.file)),
    ...counts('by feature', tried, ({ mutant }) => mutant.feature),
    `took ${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`,
    `${number('killed')} killed, ${number('SURVIVED')} survived, ${number('error')} errors`,
  ].join('\n');
}

function counts(title: string, tried: readonly Tried[], of: (one: Tried) => string): string[] {
  const groups = Map.groupBy(tried, of);
  const lines = [...groups].sort(([one], [other]) => one.localeCompare(other));
  return [
    `killed ${title}:`,
    ...lines.map(([name, all]) => {
      const killed = all.filter(({ outcome }) => outcome.state === 'killed').length;
      return `  ${name.padEnd(11)} ${killed} of ${all.length}`;
    }),
  ];
}

function took(seconds: number): string {
  return `${seconds.toFixed(1).padStart(6)} s`;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `         ${line}`)
    .join('\n');
}
