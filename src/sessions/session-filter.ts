import { type RawBuilder, sql } from 'kysely';
import { normaliseRange } from '../http/address.ts';
import { deviceNamesLike } from '../http/device-name.ts';

/** Which sessions; each that is given narrows it. What can name nothing (garbage, a NUL) finds none. */
export interface SessionCriteria {
  /** A sub. */
  readonly account?: string | undefined;
  /** A practice's id: sessions of its people, as far as a membership overlaps with the session. */
  readonly practice?: string | undefined;
  /** Where it began: an address, or a range in CIDR notation. */
  readonly address?: string | undefined;
  /** A client_id that was entered. */
  readonly app?: string | undefined;
  /** Words of the device's name: `chrome windows`; `unknown` for those that have none. */
  readonly device?: string | undefined;
  /** Started at or after. */
  readonly from?: Date | undefined;
  /** Started before. */
  readonly to?: Date | undefined;
  /** An end reason. */
  readonly reason?: string | undefined;
  /** Both unless given. */
  readonly state?: 'open' | 'ended' | undefined;
}

const NONE = sql<boolean>`false`;

/** Whether nothing but a state is asked for: that is every session there is. */
export function isEverything({ state: _, ...criteria }: SessionCriteria): boolean {
  return Object.values(criteria).every((value) => value === undefined);
}

/** The criteria as a condition on the table sessions under the name `s`. Each has an index to be answered from. */
export function matching(criteria: SessionCriteria): RawBuilder<boolean> {
  const parts = [...whose(criteria), ...where(criteria), ...when(criteria)];
  return parts.length > 0 ? sql<boolean>`${sql.join(parts, sql` and `)}` : sql<boolean>`true`;
}

/** Open, and not about to be ended together with others. */
export const OPEN = sql<boolean>`(s.ended_at is null
  and not exists (select 1 from ending_sessions e where e.uid = s.uid))`;

/**
 * The open sessions that match, to stand after `from`; there each is `s`. The state that is asked for is left out.
 * Open ones come first and then what they entered: an app that everybody uses has rows by the million.
 */
export function openMatching({ app, state: _, ...criteria }: SessionCriteria): RawBuilder<unknown> {
  const entered = (id: string) => sql`cross join lateral (
    select 1 from session_apps p where p.uid = s.uid and p.client_id = ${id} limit 1) p`;
  const isUnheardOf = app?.includes('\0') === true;
  return sql`sessions s ${app === undefined || isUnheardOf ? sql`` : entered(app)}
    where ${OPEN} and ${isUnheardOf ? NONE : matching(criteria)}`;
}

/** Memberships of the session's person that were good at some time of the session. */
export const MEMBERSHIPS = sql`memberships m where m.account = s.account and m.status <> 'requested'
  and m.valid_from < coalesce(s.ended_at, now()) and (m.valid_to is null or m.valid_to > s.started_at)`;

function whose({ account, practice }: SessionCriteria): RawBuilder<boolean>[] {
  const parts: RawBuilder<boolean>[] = [];
  if (account !== undefined) parts.push(text(account, (sub) => sql`s.account = ${sub}`));
  if (practice !== undefined) {
    parts.push(
      text(
        practice,
        (id) => sql`${ofPeople(id)} and exists (select 1 from ${MEMBERSHIPS} and m.practice = ${id})`,
      ),
    );
  }
  return parts;
}

/** Its people first, so that the index on their sessions is used, however many sessions others have. */
function ofPeople(practice: string): RawBuilder<boolean> {
  return sql`s.account = any(array(select account from memberships where practice = ${practice}))`;
}

function where({ address, app, device }: SessionCriteria): RawBuilder<boolean>[] {
  const parts: RawBuilder<boolean>[] = [];
  if (address !== undefined) parts.push(within(normaliseRange(address)));
  if (app !== undefined) {
    parts.push(
      text(
        app,
        (id) => sql`exists (select 1 from session_apps p where p.uid = s.uid and p.client_id = ${id})`,
      ),
    );
  }
  if (device !== undefined) parts.push(sql`s.device = any(${deviceNamesLike(device)})`);
  return parts;
}

function when({ from, to, reason, state }: SessionCriteria): RawBuilder<boolean>[] {
  const parts: RawBuilder<boolean>[] = [];
  if (from) parts.push(moment(from, (at) => sql`s.started_at >= ${at}`));
  if (to) parts.push(moment(to, (at) => sql`s.started_at < ${at}`));
  if (reason !== undefined) parts.push(text(reason, (word) => sql`s.end_reason = ${word}`));
  if (state === 'open') parts.push(OPEN);
  if (state === 'ended') parts.push(sql`s.ended_at is not null`);
  return parts;
}

/** As bounds, not with an operator for networks: the index on the address serves bounds under every query plan. */
function within(range: string | undefined): RawBuilder<boolean> {
  if (range === undefined) return NONE;
  const bound = (end: string) => sql`cast(host(${sql.raw(end)}(cast(${range} as inet))) as inet)`;
  if (!range.includes('/')) return sql`address_inet(s.address) = cast(${range} as inet)`;
  return sql`address_inet(s.address) between ${bound('network')} and ${bound('broadcast')}`;
}

function text(value: string, condition: (value: string) => RawBuilder<boolean>): RawBuilder<boolean> {
  return value.includes('\0') ? NONE : condition(value);
}

function moment(value: Date, condition: (value: Date) => RawBuilder<boolean>): RawBuilder<boolean> {
  return Number.isNaN(value.getTime()) ? NONE : condition(value);
}
