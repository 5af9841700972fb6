import { AppError, type StoreFault } from '../errors.ts';

/** Replies of a server that is there and takes no writes, by what keeps it from them. */
const REPLIES: readonly (readonly [RegExp, StoreFault])[] = [
  [/^OOM\b/, 'full'],
  // A replica; one that cannot save to its disk; a primary that has lost its replicas.
  [/^(READONLY|MISCONF|NOREPLICAS)\b/, 'read-only'],
  [/tim(ed|e) ?out|ETIMEDOUT/i, 'timeout'],
];

/** What is wrong, from what a command threw. */
export function redisFault(error: unknown): StoreFault {
  if (!(error instanceof AppError)) return 'failed';
  const message = error.cause instanceof Error ? error.cause.message : '';
  return REPLIES.find(([pattern]) => pattern.test(message))?.[1] ?? 'refused';
}
