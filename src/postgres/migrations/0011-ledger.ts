import { type Kysely, sql } from 'kysely';

/**
 * What a security team asks of the ledger: where a session was, on what device, why it was ended, each search
 * from an index; and the marks by which many sessions are ended at once.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const group of [COLUMNS, DEVICES, SEARCHES, APPS, ENDS, NOTICES]) await sql.raw(group).execute(db);
}

const COLUMNS = `
alter table sessions add column place text, add column device text not null default '', add column end_note text;`;

// As http/device-name.ts names them at the time of this migration; sessions that begin later are named by it.
const DEVICES = `
update sessions set device = browser || case when system <> '' and browser <> '' then ' on ' || system else '' end
from (
  select uid,
    case
      when text ~ '\\yEdgA?/|\\yEdgiOS/' then 'Edge'
      when text ~ '\\yOPR/|\\yOPT/' then 'Opera'
      when text ~ '\\ySamsungBrowser/' then 'Samsung Internet'
      when text ~ '\\yFirefox/|\\yFxiOS/' then 'Firefox'
      when text ~ '\\yChrome/|\\yCriOS/|\\yChromium/' then 'Chrome'
      when text ~ '\\yVersion/[0-9.]+ .*\\ySafari/' then 'Safari'
      else '' end as browser,
    case
      when text ~ '\\yiPhone\\y' then 'iPhone'
      when text ~ '\\yiPad\\y' then 'iPad'
      when text ~ '\\yAndroid\\y' then 'Android'
      when text ~ '\\yCrOS\\y' then 'ChromeOS'
      when text ~ '\\yWindows\\y' then 'Windows'
      when text ~ '\\yMacintosh\\y|\\yMac OS X\\y' then 'Mac'
      when text ~ '\\yLinux\\y' then 'Linux'
      else '' end as system
  from (select uid, left(user_agent, 512) as text from sessions where user_agent is not null) agents
) named
where named.uid = sessions.uid;`;

// Immutable, so that it can be indexed. What is no address is null: one bad row must not break every search.
const SEARCHES = `
create function address_inet(address text) returns inet language plpgsql immutable strict as $$
begin
  return cast(address as inet);
exception when others then
  return null;
end $$;

drop index sessions_by_account;
create index sessions_by_account on sessions (account, started_at desc, uid desc);
create index sessions_open_by_start on sessions (started_at desc, uid desc) where ended_at is null;
create index sessions_by_address on sessions (address_inet(address), started_at desc, uid desc);
create index sessions_by_device on sessions (device, started_at desc, uid desc);
create index sessions_by_reason on sessions (end_reason, started_at desc, uid desc) where end_reason is not null;
create index memberships_by_account on memberships (account);
create index sessions_by_end on sessions (ended_at) where ended_at is not null;`;

const APPS = `
drop index session_apps_client_id;
create index session_apps_by_app on session_apps (client_id, uid);`;

const ENDS = `
create table bulk_ends (
  id text primary key,
  reason text not null,
  ended_by text not null,
  note text,
  criteria jsonb not null,
  origin jsonb not null,
  made_at timestamptz not null default clock_timestamp()
);

create table ending_sessions (
  uid text primary key,
  bulk_end text not null references bulk_ends (id)
);
create index ending_sessions_bulk_end on ending_sessions (bulk_end);`;

const NOTICES = `
create index logout_notices_by_time on logout_notices (created_at desc, id desc);
create index logout_notices_dead on logout_notices (created_at desc, id desc) where status = 'dead';
create index logout_notices_waiting on logout_notices (created_at desc, id desc) where status = 'pending';`;
