import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import type { ConfigError, Mistake } from '../errors.ts';
import type { Layers, Source } from './layers.ts';
import { allPaths, descriptionAt, namesAt } from './shape.ts';
import type { Mode } from './variables.ts';
import { variableFor } from './variables.ts';

/** The nearest of the known names, close enough to be a typing mistake; two swapped letters count as two edits. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const near = closest(name, known);
  return near && distance(name, near) <= Math.ceil(name.length / 3) ? near : undefined;
}

function asVariable(path: readonly string[]): string {
  return `VESTIBULE__${path.join('__')}`;
}

function where(path: readonly PropertyKey[], source: Source | undefined): string {
  return source?.kind === 'variable' ? source.name : path.join('.');
}

function unknown(path: readonly string[], layers: Layers): Mistake {
  const source = layers.sourceOf(path);
  const [section, name] = [path.slice(0, -1), path.at(-1) ?? ''];
  const known = namesAt(section);
  const near = nearest(name, known);
  const elsewhere = allPaths().find((other) => other.split('.').at(-1) === name);
  const meant = near ? [...section, near] : elsewhere?.split('.');
  const file = source?.kind === 'file' ? ` (in ${source.name})` : '';
  const spelled = source?.kind === 'variable' ? asVariable : (parts: readonly string[]) => parts.join('.');
  return {
    path: where(path, source),
    problem: `is not a setting${file}`,
    mend: meant ? `Did you mean ${spelled(meant)}?` : `Known here: ${known.join(', ')}`,
  };
}

function missing(path: readonly PropertyKey[], layers: Layers, mode: Mode): Mistake[] {
  const variable = variableFor(path, mode);
  // A file that could not be read is told already.
  if (variable && layers.mistakes.some((told) => told.path.replace(/_FILE$/, '') === variable.name))
    return [];
  const names = variable && [variable.name, ...(variable.secret ? [`${variable.name}_FILE`] : [])];
  const how = names ? `Set ${names.join(' or ')} to` : 'Give';
  const mend = `${how} ${descriptionAt(path) ?? 'a value'}`;
  return [{ path: variable?.name ?? path.join('.'), problem: 'is missing', mend }];
}

/** A mistake at a setting that is there, named as its layer names it. */
export function mistakeAt(
  path: readonly PropertyKey[],
  problem: string,
  layers: Layers,
  mend?: string,
): Mistake {
  const source = layers.sourceOf(path);
  const file = source?.kind === 'file' ? ` (in ${source.name})` : '';
  // An item of a list has no variable of its own, so its place is said in the problem.
  const item =
    source?.kind === 'variable' && typeof path.at(-1) === 'number' ? `item ${Number(path.at(-1)) + 1} ` : '';
  return {
    path: where(path, source),
    problem: `${item}${problem}${file}`,
    mend: mend ?? `Give ${descriptionAt(path) ?? descriptionAt(path.slice(0, -1)) ?? 'another value'}`,
  };
}

/** What zod found, in our words. Values are never quoted, since they may be secrets (durations are none). */
export function fromIssues(issues: readonly z.core.$ZodIssue[], layers: Layers, mode: Mode): Mistake[] {
  return issues.flatMap((issue): Mistake[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknown([...issue.path.map(String), key], layers));
    }
    if (valueAt(layers.settings, issue.path) === undefined) return missing(issue.path, layers, mode);
    const section = issue.code === 'invalid_type' && issue.expected === 'object';
    return [mistakeAt(issue.path, section ? 'is a section, not a value' : issue.message, layers)];
  });
}

/** The raw value at a path; undefined where there is none. */
export function valueAt(settings: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    settings,
  );
}

/** All mistakes as text for a terminal, a line each. */
export function describeMistakes({ mistakes }: ConfigError): string {
  const count = mistakes.length === 1 ? 'One setting is wrong' : `${mistakes.length} settings are wrong`;
  const lines = mistakes.map(
    ({ path, problem, mend }) => `  ${path} ${problem}. ${mend.replace(/[^.?…]$/, '$&.')}`,
  );
  return [`${count}:`, ...lines].join('\n');
}
