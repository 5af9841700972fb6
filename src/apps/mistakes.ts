import type { z } from 'zod';

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

/** zod's issues as mistakes; our own checks carry their mend in `params.mend`. */
export function toMistakes(issues: readonly z.core.$ZodIssue[]): Mistake[] {
  return issues.flatMap((issue) => {
    const path = formatPath(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: path === 'registration' ? key : `${path}.${key}`,
        problem: 'is not a field that is known here',
        mend: 'correct its spelling, or remove it',
      }));
    }
    const mend = issue.code === 'custom' ? String(issue.params?.mend) : 'correct it';
    return [{ path, problem: lowerFirst(issue.message), mend }];
  });
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
