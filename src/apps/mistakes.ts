import type { z } from 'zod';
import { nearest } from '../config/mistakes.ts';

/** One mistake in an app's registration. */
export interface Mistake {
  /** Where: `redirect_uris[0]`. */
  readonly path: string;
  readonly problem: string;
  readonly mend: string;
}

/** A registration that cannot be taken: every mistake at once, in the order of the fields. */
export class RegistrationError extends Error {
  override readonly name = 'RegistrationError';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ path, problem, mend }) => `${path} ${problem}: ${mend}`).join('\n'));
    this.mistakes = mistakes;
  }
}

type Issue = z.core.$ZodIssue;

/**
 * zod's issues as mistakes; our own checks carry their mend in `params.mend`.
 * @param input what was registered, to tell what is missing from what is wrong
 * @param known the fields there are
 */
export function toMistakes(issues: readonly Issue[], input: unknown, known: readonly string[]): Mistake[] {
  return issues.flatMap((issue) => {
    const path = formatPath(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: issue.path.length === 0 ? key : `${path}.${key}`,
        problem: 'is not a field that is known here',
        mend: spelled(key, issue.path.length === 0 ? known : []),
      }));
    }
    return [{ path, ...explain(issue, valueAt(input, issue.path)) }];
  });
}

function spelled(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near ? `did you mean ${near}?` : 'correct its spelling, or remove it';
}

function explain(issue: Issue, value: unknown): { problem: string; mend: string } {
  switch (issue.code) {
    case 'custom':
      return { problem: issue.message, mend: String(issue.params?.mend) };
    case 'invalid_type':
      if (value === undefined)
        return { problem: 'is missing', mend: `give ${kinds.get(issue.expected) ?? 'it'}` };
      return {
        problem: `is not ${kinds.get(issue.expected) ?? issue.expected}`,
        mend: mendOfKind(issue.expected),
      };
    case 'invalid_value':
      return { problem: 'is none of the words it can be', mend: `write ${issue.values.join(' or ')}` };
    case 'too_small':
      return issue.origin === 'number' || issue.origin === 'int'
        ? { problem: 'is too small', mend: `write ${issue.minimum} or more` }
        : { problem: 'is empty', mend: 'fill it in, or remove it' };
    case 'too_big':
      return { problem: `is longer than ${issue.maximum} characters`, mend: 'shorten it' };
    case 'invalid_format':
      return { problem: 'is not written as it must be', mend: `see that it ${issue.message}` };
    case 'invalid_union':
      // Lengths of time alone are written in two ways.
      return { problem: 'is not a duration', mend: 'write whole seconds, or ISO 8601 such as PT15M' };
    default:
      return { problem: 'cannot be taken', mend: lowerFirst(issue.message) };
  }
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['string', 'a text in quotes'],
  ['int', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['array', 'a list in [ ]'],
  ['object', 'an object in { }'],
]);

function mendOfKind(kind: string): string {
  return `write ${kinds.get(kind) ?? kind}`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'registration';
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
