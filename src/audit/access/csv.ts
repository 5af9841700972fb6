import { field } from '../csv.ts';
import type { Person } from './person.ts';
import type { ReportEntry } from './report.ts';

const COLUMNS = [
  ...(['account', 'user_id', 'name', 'status', 'could', 'did', 'roles', 'practices', 'sessions'] as const),
  'rests_on',
] as const;

/** A report's people as CSV (RFC 4180), a line each below their names. */
export async function* peopleCsv(entries: AsyncIterable<ReportEntry>): AsyncGenerator<string> {
  yield `${COLUMNS.join()}\r\n`;
  for await (const entry of entries) if (entry.type === 'person') yield personLine(entry);
}

function personLine(person: Person): string {
  const flat = {
    ...person,
    could: String(person.could),
    did: String(person.did),
    roles: person.roles.join(' '),
    practices: person.practices.map(({ practice, role }) => `${role}@${practice}`).join(' '),
    sessions: person.sessions.map(({ session }) => session).join(' '),
    rests_on: person.rests_on.join(' '),
  };
  return `${COLUMNS.map((column) => field(flat[column])).join()}\r\n`;
}
