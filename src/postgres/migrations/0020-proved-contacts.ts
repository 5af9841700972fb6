import { type Kysely, sql } from 'kysely';
import { ACTORS } from '../../names.ts';

/**
 * Which addresses are proved: where an activation link was sent, so that who comes back by it has proved that
 * mailbox; and what came back before counts. A database of an earlier version, whose operators entered addresses
 * that nobody proved, goes on sending recoveries there.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const group of [SENT, KEPT, CAME_BACK]) await sql.raw(group).execute(db);
}

const SENT = `
alter table activations add column sent_to text;`;

const KEPT = `
create table kept_defaults (setting text primary key, value text not null);
insert into kept_defaults select 'recovery.unproved', 'allow' where exists (select 1 from accounts);`;

// A link is always a mail's; a code counts where all of its hour went over one channel. An activation counts where
// the link was mailed and no command printed a later one. What was changed and undone may be what a thief proved.
const CAME_BACK = `
with answered as (
  select account, 'email' as channel from audit_events where event = 'recovery.proved' and reason = 'link'
  union
  select proof.account, asked.channel from audit_events proof cross join lateral (
    select min(reason) as channel from audit_events
    where account = proof.account and event = 'recovery.requested' and after ->> 'what' = 'password'
      and at between proof.at - interval '1 hour' and proof.at
    having min(reason) = max(reason)
  ) asked where proof.event = 'recovery.proved' and proof.reason = 'code'
  union
  select sent.account, sent.channel from notices sent join accounts on accounts.sub = sent.account
  where sent.kind = 'activation' and sent.status in ('sent', 'delivered') and accounts.status <> 'invited'
    and accounts.password_hash is not null and not exists (
      select 1 from audit_events later where later.account = sent.account and later.event = 'account.invited'
        and later.actor in ('${ACTORS.command}') and later.at > sent.created_at)
), proved as (
  select account, bool_or(channel = 'email') as by_mail, bool_or(channel = 'sms') as by_text from answered
  where not exists (
    select 1 from contact_changes c where c.account = answered.account and c.channel = answered.channel)
  group by account
)
update accounts a set
  email_verified = a.email_verified or (p.by_mail and a.email is not null),
  phone_number_verified = a.phone_number_verified or (p.by_text and a.phone_number is not null)
from proved p where p.account = a.sub
  and ((p.by_mail and not a.email_verified and a.email is not null)
    or (p.by_text and not a.phone_number_verified and a.phone_number is not null));`;
