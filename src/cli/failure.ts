import { AppError, ConfigError } from '../errors.ts';

/** What an operator is told in one line; exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
}

/** A failure that has been told already. */
export class Told extends Error {
  override readonly name = 'Told';
}

/** One line for anything that was thrown. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError) {
    const mistakes = error.mistakes.map(({ path, problem, mend }) => `${path} ${problem} (${mend})`);
    return `The settings cannot be used: ${mistakes.join('; ')}`;
  }
  if (error instanceof AppError && error.code === 'store-away') {
    return `A store cannot be reached: ${messageOf(error.cause)}`;
  }
  if (error instanceof AppError && error.cause) return messageOf(error.cause);
  return messageOf(error);
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  if (!(error instanceof Error)) return 'no reason was given';
  // Node's own errors may have no message but a code (ECONNREFUSED).
  const text = error.message || String(Reflect.get(error, 'code') ?? error.name);
  return withoutPassword(text.split('\n', 1)[0] ?? '');
}

/** Drivers like to quote connection strings. */
function withoutPassword(text: string): string {
  return text.replace(/(:\/\/[^\s/:@"]*):[^\s@"]+@/g, '$1:***@');
}
