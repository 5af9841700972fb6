import { InvalidArgumentError } from 'commander';
import { readMoment } from '../moments.ts';

/** A moment as an operator writes it. @throws InvalidArgumentError, by which commander says what is wrong */
export function moment(text: string): Date {
  const found = readMoment(text);
  if (found) return found;
  throw new InvalidArgumentError(
    'Give a time such as 2026-03-03, 2026-03-03T14:00 (UTC) or 2026-03-03T14:00-05:00.',
  );
}
