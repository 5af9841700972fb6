import { field } from '../csv.ts';
import type { Person } from './person.ts';

const COLUMNS = [
  ...(['account', 'user_id', 'name', 'status', 'could', 'did', 'roles', 'practices', 'sessions'] as const),
  'rests_on',
] as const;

export const PEOPLE_HEAD = `${COLUMNS.join()}\r\n`;

/** Somebody in a report as one line of RFC 4180. */
export function personLine(person: Person): string {
  const flat = {
    ...person,
    ...{ could: String(person.could), did: String(person.did), roles: person.roles.join(' ') },
    practices: person.practices.map(({ practice, role }) => `${role}@${practice}`).join(' '),
    sessions: person.sessions.map(({ session }) => session).join(' '),
    rests_on: person.rests_on.join(' '),
  };
  return `${COLUMNS.map((column) => field(flat[column])).join()}\r\n`;
}
