import { sql } from 'kysely';
import type { Database } from '../../postgres/database.ts';
import type { JsonObject } from '../../postgres/schema.ts';
import { moment } from '../record.ts';
import { CHANGES, type Change, type Now } from './access-at.ts';

/** An account as it is now, as its changes write it. */
export interface AccountRow {
  readonly sub: string;
  readonly createdAt: string;
  readonly row: JsonObject;
}

/** An app that was entered in a session. */
export interface Entered {
  readonly account: string;
  readonly session: string;
  readonly entered_at: Date;
  readonly address: string | null;
  /** Of the row of the audit log that says so; null where there is none, or it is not sealed. */
  readonly position: number | null;
}

const APP = ['app.registered', 'app.changed', 'app.removed'];
/** Days; session.absolute may be no longer. */
const LONGEST_SESSION = 30;

/** The changes of an app, and what the table says of it now. */
export async function appChanges(db: Database, app: string, at: string) {
  const { rows: changes } = await sql<Change>`
    select position, ${moment('at')} as at, event, before, after from audit_events
    where event = any(${APP}::text[]) and app = ${app} order by audit_events.at, id`.execute(db);
  const { rows } = await sql<{ demands: JsonObject }>`
    select demands from apps where client_id = ${app} and created_at <= ${at}::timestamptz`.execute(db);
  return { changes, now: rows[0] };
}

/** Everything that was ever changed of some accounts, and how they are now. */
export async function batchOf(db: Database, accounts: readonly AccountRow[]) {
  const subs = accounts.map(({ sub }) => sub);
  const { rows: changes } = await sql<Change & { account: string }>`
    select account, position, ${moment('at')} as at, event, before, after from audit_events
    where account = any(${subs}::text[]) and event in (${sql.join(CHANGES.map((name) => sql.lit(name)))})
    order by audit_events.at, id`.execute(db);
  const { rows: memberships } = await sql<Now['memberships'][number] & { account: string }>`
    select account, to_jsonb(memberships) as row, ${moment('created_at')} as "createdAt"
    from memberships where account = any(${subs}::text[])`.execute(db);
  const { rows: roles } = await sql<Now['roles'][number] & { account: string }>`
    select account, role, ${moment('granted_at')} as "grantedAt"
    from global_roles where account = any(${subs}::text[])`.execute(db);
  const [changesOf, membershipsOf, rolesOf] = [byAccount(changes), byAccount(memberships), byAccount(roles)];
  return {
    of: (sub: string) => ({
      changes: changesOf.get(sub) ?? [],
      now: { memberships: membershipsOf.get(sub) ?? [], roles: rolesOf.get(sub) ?? [] },
    }),
  };
}

/** Who of them had the app open, by account: entered, in a session that was not over. */
export async function entries(
  db: Database,
  accounts: readonly AccountRow[],
  app: string,
  at: string,
): Promise<Map<string, Entered[]>> {
  const subs = accounts.map(({ sub }) => sub);
  const { rows } = await sql<Entered>`
    select s.account, s.uid as session, a.first_entered_at as entered_at, s.address,
      (select e.position from audit_events e
        where e.session = s.uid and e.event = 'app.entered' and e.app = ${app} and e.at <= ${at}::timestamptz
        order by e.at limit 1) as position
    from sessions s join session_apps a on a.uid = s.uid and a.client_id = ${app}
    where s.account = any(${subs}::text[]) and s.started_at <= ${at}::timestamptz
      and s.started_at > ${at}::timestamptz - make_interval(days => ${LONGEST_SESSION})
      and coalesce(s.ended_at, s.absolute_expires_at) > ${at}::timestamptz
      and a.first_entered_at <= ${at}::timestamptz
    order by a.first_entered_at, s.uid`.execute(db);
  return byAccount(rows);
}

function byAccount<Row extends { readonly account: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ account }) => account);
}
