import { InvalidArgumentError } from 'commander';

const MOMENT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * A moment as an operator writes it: a day or a time, in UTC where no zone is given, for an operator's machine and
 * the service's often have different ones. In the years 1 to 9999, of others PostgreSQL reads none.
 * @throws InvalidArgumentError, by which commander says what is wrong
 */
export function moment(text: string): Date {
  const [, day, time = '00:00', zone = 'Z'] = MOMENT.exec(text.trim()) ?? [];
  const found = new Date(`${day}T${time}${zone}`);
  if (isDay(day) && !Number.isNaN(found.getTime()) && /^(?!0000)\d{4}-/.test(found.toISOString()))
    return found;
  throw new InvalidArgumentError(
    'Give a time such as 2026-03-03, 2026-03-03T14:00 (UTC) or 2026-03-03T14:00-05:00.',
  );
}

/** Date would take 31 February for 3 March. */
function isDay(day: string | undefined): boolean {
  const found = new Date(`${day}T00:00Z`);
  return !Number.isNaN(found.getTime()) && found.toISOString().slice(0, 10) === day;
}
