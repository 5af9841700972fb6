import type { z } from 'zod';

const meanings = {
  'invalid-request': { status: 400, title: 'The request is not valid.' },
  'not-authenticated': { status: 401, title: 'An access token is required.' },
  'not-permitted': { status: 403, title: 'You do not have permission to do this.' },
  'insufficient-scope': { status: 403, title: 'The token does not have the required scope.' },
  'person-needed': { status: 403, title: 'Only a person can do this, in the console.' },
  'fresh-sign-in-needed': { status: 403, title: 'This requires a recent sign-in.' },
  'not-found': { status: 404, title: 'Not found.' },
  'method-not-allowed': { status: 405, title: 'This address cannot be used that way.' },
  conflict: { status: 409, title: 'This is not possible in the current state.' },
  'request-in-flight': { status: 409, title: 'A request with this Idempotency-Key is in progress.' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON.' },
  'key-reused': { status: 422, title: 'This Idempotency-Key was already used for a different request.' },
  'too-many-requests': { status: 429, title: 'Too many requests.' },
} as const;

export type ProblemCode = keyof typeof meanings;

export const problemCodes = Object.keys(meanings) as readonly ProblemCode[];

/** What was wrong with one value. */
export interface Fault {
  /** `body.reason`. */
  readonly at: string;
  readonly detail: string;
}

/** Why an operation was refused, as the caller is told (RFC 9457). Nothing was changed. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  /** More than the title says, safe to show. */
  readonly detail: string | undefined;
  readonly faults: readonly Fault[];

  constructor(
    code: ProblemCode,
    detail?: string,
    faults: readonly Fault[] = [],
    options: { cause?: unknown } = {},
  ) {
    const { status, title } = meanings[code];
    super(detail ?? title, options);
    this.code = code;
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.faults = faults;
  }
}

/** zod's issues as faults. @param part of the request: `body` */
export function toFaults(part: string, issues: readonly z.core.$ZodIssue[]): Fault[] {
  return issues.flatMap((issue) => {
    const at = [part, ...issue.path.map(String)].join('.');
    if (issue.code !== 'unrecognized_keys') return [{ at, detail: issue.message }];
    return issue.keys.map((key) => ({ at: `${at}.${key}`, detail: 'is not a known field' }));
  });
}
