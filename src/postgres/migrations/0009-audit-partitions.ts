import { type Kysely, sql } from 'kysely';

/** The audit log by month, with an index for each way to search it, and the seals that prove it whole. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const group of [ASIDE, WORDS, EVENTS, APPEND_ONLY, PARTITIONS, MOVE, INDEXES, SEALS]) {
    await sql.raw(group).execute(db);
  }
}

// The names that the new table takes are freed first.
const ASIDE = `
drop trigger audit_events_append_only on audit_events;
drop trigger audit_events_no_truncate on audit_events;
drop function audit_events_append_only();
drop index audit_events_at, audit_events_account_at, audit_events_event_at, audit_events_unsealed;
alter table audit_events drop constraint audit_events_pkey, drop constraint audit_events_position_key;
alter table audit_events rename to audit_events_before;`;

// What is between words.
const PLAIN = "'[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\xa0\\u2000-\\u206f\\u3000\\ufeff]+'";

// What an index is built of must never fail: the insert would, and with it the sign-in that it records. Nor may it
// call a function of ours: from PostgreSQL 17 on ANALYZE finds none that is not in pg_catalog, and fails.
const WORDS = `
create function audit_address(address text) returns inet language plpgsql immutable strict as $$
begin
  if address !~ '^[0-9a-fA-F:.]{2,45}$' then return null; end if;
  return address::inet;
exception when others then
  return null;
end $$;

create function audit_plain(text text) returns text language sql immutable strict parallel safe as $$
  select regexp_replace(text, ${PLAIN}, ' ', 'g')
$$;

create function audit_words(
  event text, reason text, account text, actor text, app text, session text, address text, user_agent text,
  request text, before jsonb, after jsonb
) returns tsvector language plpgsql immutable parallel safe as $$
begin
  return to_tsvector('simple', regexp_replace(left(concat_ws(' ', event, reason, account, actor, app, session,
    address, user_agent, request, left(before::text, 4000), left(after::text, 4000)), 12000), ${PLAIN}, ' ', 'g'));
end $$;

create function audit_query(text text) returns tsquery language plpgsql immutable parallel safe as $$
declare
  word text;
  phrase tsquery;
  wanted tsquery;
begin
  foreach word in array regexp_split_to_array(coalesce(text, ''), '\\s+') loop
    phrase := phraseto_tsquery('simple', audit_plain(word));
    if numnode(phrase) > 0 then
      wanted := case when wanted is null then phrase else wanted && phrase end;
    end if;
  end loop;
  return wanted;
end $$;`;

// xact: whose transaction is over for certain may be sealed (see audit/sealer.ts).
const EVENTS = `
create table audit_events (
  id uuid not null default gen_random_uuid(),
  at timestamptz not null default clock_timestamp(),
  event text not null,
  outcome text not null check (outcome in ('success', 'failure')),
  reason text,
  account text,
  actor text,
  app text,
  session text,
  address text,
  user_agent text,
  request text,
  before jsonb,
  after jsonb,
  position bigint check (position > 0),
  xact xid8 not null default pg_current_xact_id(),
  primary key (id, at)
) partition by range (at);
create table audit_events_default partition of audit_events default;`;

const APPEND_ONLY = `
create function audit_events_append_only() returns trigger language plpgsql as $$
declare
  unsealed record;
begin
  if tg_op = 'UPDATE' and old.position is null and new.position is not null then
    unsealed := new;
    unsealed.position := null;
    if unsealed is not distinct from old then
      return new;
    end if;
  end if;
  raise exception 'audit_events is append only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_events_append_only before update or delete on audit_events
  for each row execute function audit_events_append_only();
create trigger audit_events_no_truncate before truncate on audit_events
  for each statement execute function audit_events_append_only();
create trigger audit_events_no_truncate before truncate on audit_events_default
  for each statement execute function audit_events_append_only();`;

// Attached, not made in place, which would hold up every insert. A row that came before its month's partition
// lies in the default one and is moved. A truncate trigger is not inherited.
const PARTITIONS = `
create function audit_make_partition(moment timestamptz) returns boolean language plpgsql
set lock_timeout = '1s' as $$
declare
  low timestamptz := date_trunc('month', moment, 'UTC');
  high timestamptz := (low at time zone 'UTC' + interval '1 month') at time zone 'UTC';
  name text := 'audit_events_' || to_char(low at time zone 'UTC', 'YYYY_MM');
begin
  if to_regclass(name) is not null then return false; end if;
  lock table audit_events_default in access exclusive mode;
  if to_regclass(name) is not null then return false; end if;
  execute format('create table %I (like audit_events including all)', name);
  execute format('create trigger audit_events_no_truncate before truncate on %I
    for each statement execute function audit_events_append_only()', name);
  if exists (select from audit_events_default where at >= low and at < high) then
    alter table audit_events_default disable trigger audit_events_append_only;
    execute format('with moved as (
      delete from audit_events_default where at >= %L and at < %L returning *
    ) insert into %I select * from moved', low, high, name);
    alter table audit_events_default enable trigger audit_events_append_only;
  end if;
  execute format('alter table audit_events attach partition %I for values from (%L) to (%L)',
    name, low, high);
  return true;
end $$;

create function audit_make_partitions() returns integer language plpgsql as $$
declare
  months timestamptz[] := array(
    select clock_timestamp() + make_interval(months => ahead) from generate_series(0, 3) as ahead
    union
    select * from (select date_trunc('month', at, 'UTC') from audit_events_default limit 1000) as stray);
  month timestamptz;
  made integer := 0;
begin
  foreach month in array months loop
    made := made + audit_make_partition(month)::integer;
  end loop;
  return made;
end $$;`;

const MOVE = `
select audit_make_partition(month)
  from (select distinct date_trunc('month', at, 'UTC') as month from audit_events_before) as months;
select audit_make_partitions();
insert into audit_events
  (id, at, event, outcome, reason, account, actor, app, session, address, user_agent, request, before, after,
   position)
  select id, at, event, outcome, reason, account, actor, app, session, address, user_agent, request, before,
         after, position
  from audit_events_before;
drop table audit_events_before;`;

// That of addresses is whole: of an index with a condition the planner uses no statistics, and a search of a large
// network would sort most of the log.
const INDEXES = `
create unique index audit_events_position on audit_events (position, at) where position is not null;
create index audit_events_unsealed on audit_events (at, id) where position is null;
create index audit_events_by_at on audit_events (at desc, id desc);
create index audit_events_by_event on audit_events (event, at desc, id desc);
create index audit_events_by_outcome on audit_events (outcome, at desc, id desc);
create index audit_events_by_reason on audit_events (reason, at desc, id desc) where reason is not null;
create index audit_events_by_account on audit_events (account, at desc, id desc) where account is not null;
create index audit_events_by_actor on audit_events (actor, at desc, id desc) where actor is not null;
create index audit_events_by_app on audit_events (app, at desc, id desc) where app is not null;
create index audit_events_by_session on audit_events (session, at desc, id desc) where session is not null;
create index audit_events_by_request on audit_events (request, at desc, id desc) where request is not null;
create index audit_events_by_address on audit_events (audit_address(address), at desc, id desc);
create index audit_events_by_words on audit_events using gin (audit_words(event, reason, account, actor, app,
  session, address, user_agent, request, before, after));`;

const SEALS = `
create table audit_keys (
  id text primary key,
  public_key text not null,
  private_key bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

create table audit_seals (
  number bigint primary key check (number > 0),
  first bigint not null unique check (first > 0),
  last bigint not null unique check (last >= first),
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at >= from_at),
  root bytea not null,
  previous bytea,
  sealed_at timestamptz not null,
  kept_from timestamptz,
  key_id text not null references audit_keys (id),
  signature bytea not null,
  leaves bytea not null
);
create index audit_seals_from on audit_seals (from_at);
create index audit_seals_to on audit_seals (to_at);

create table audit_anchors (
  name text primary key,
  number bigint not null,
  anchored_at timestamptz not null
);

create function audit_seals_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_seals is append only' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_seals_append_only before update or delete on audit_seals
  for each row execute function audit_seals_append_only();
create trigger audit_seals_no_truncate before truncate on audit_seals
  for each statement execute function audit_seals_append_only();`;
