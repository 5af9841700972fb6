/** What an account was and could open at a moment, worked out from the audit log's rows of each change. */

import type { EventName } from '../../audit-events.ts';
import type { JsonObject } from '../../postgres/schema.ts';

/** A change as the log has it. */
export interface Change {
  /** Null until it is sealed. */
  readonly position: number | null;
  /** In UTC with microseconds, so that moments compare as texts. */
  readonly at: string;
  readonly event: string;
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
}

/** What the tables say now, for what has no change in the log: retention may have dropped it. */
export interface Now {
  readonly account: JsonObject;
  readonly createdAt: string;
  readonly memberships: readonly { readonly createdAt: string; readonly row: JsonObject }[];
  readonly roles: readonly { readonly grantedAt: string; readonly role: string }[];
}

export interface AccessAt {
  /** The account as it was; undefined when there was none yet. */
  readonly account: JsonObject | undefined;
  /** Whether a password would have let it in. */
  readonly password: boolean;
  /** Memberships that were good at that moment. */
  readonly practices: readonly { readonly practice: string; readonly role: string }[];
  /** Global roles. */
  readonly roles: readonly string[];
  /** The changes that say so. */
  readonly restsOn: readonly Change[];
}

/** Events that change who may open what; migration 0010 has an index of them. */
export const CHANGES = [
  ...(['account.created', 'account.changed', 'account.compromised', 'password.changed'] as const),
  ...(['membership.granted', 'membership.changed', 'role.granted', 'role.revoked'] as const),
] satisfies EventName[];

const ACCOUNT = ['account.created', 'account.changed'];
const PASSWORD = [...ACCOUNT, 'account.compromised', 'password.changed'];

/**
 * What an account was, and what it let in, at a moment.
 * @param changes all of the account's, in the order of their times
 */
export function accessAt(moment: string, changes: readonly Change[], now: Now): AccessAt {
  const account = stateAt(of(changes, ACCOUNT), moment, {
    now: now.createdAt <= moment ? now.account : undefined,
  });
  const password = stateAt(of(changes, PASSWORD), moment, {
    now: now.account.password,
    after: ({ event, after }) =>
      event === 'account.compromised' ? 'none' : event === 'password.changed' ? 'set' : after?.password,
    before: ({ before }) => before?.password ?? 'set',
  });
  const memberships = membershipsAt(moment, changes, now);
  const roles = rolesAt(moment, changes, now);
  const good = memberships.filter(({ state }) => isGood(state, moment));
  return {
    account: account.state,
    password: password.state === 'set',
    practices: good.map(({ state }) => ({ practice: String(state?.practice), role: String(state?.role) })),
    roles: roles.filter(({ state }) => state !== undefined).map(({ state }) => String(state)),
    restsOn: [account, password, ...memberships, ...roles].flatMap(({ row }) => (row ? [row] : [])),
  };
}

interface State<T> {
  /** Undefined while there was no such thing. */
  readonly state: T | undefined;
  /** The change that says so; undefined where only the table does. */
  readonly row: Change | undefined;
}

interface Reading<T> {
  readonly now: T | undefined;
  readonly after?: (change: Change) => T | undefined;
  readonly before?: (change: Change) => T | undefined;
}

/** By the last change up to the moment, else by the first one after it, else by what is there now. */
export function stateAt<T>(
  changes: readonly Change[],
  moment: string,
  { now, after = (change) => change.after as T, before = (change) => change.before as T }: Reading<T>,
): State<T> {
  const last = changes.findLast(({ at }) => at <= moment);
  if (last) return { state: after(last) ?? undefined, row: last };
  const next = changes.find(({ at }) => at > moment);
  return next ? { state: before(next) ?? undefined, row: next } : { state: now, row: undefined };
}

function membershipsAt(moment: string, changes: readonly Change[], now: Now): State<JsonObject>[] {
  const rows = of(changes, ['membership.granted', 'membership.changed']);
  const byId = Map.groupBy(rows, ({ after }) => String(after?.id));
  const present = new Map(now.memberships.map((membership) => [String(membership.row.id), membership]));
  return [...new Set([...byId.keys(), ...present.keys()])].map((id) => {
    const there = present.get(id);
    return stateAt(byId.get(id) ?? [], moment, {
      now: there && there.createdAt <= moment ? there.row : undefined,
    });
  });
}

function rolesAt(moment: string, changes: readonly Change[], now: Now): State<string>[] {
  const rows = of(changes, ['role.granted', 'role.revoked']);
  const roleOf = ({ before, after }: Change) => String((after ?? before)?.role);
  const byRole = Map.groupBy(rows, roleOf);
  const present = new Map(now.roles.map(({ role, grantedAt }) => [role, grantedAt]));
  return [...new Set([...byRole.keys(), ...present.keys()])].map((role) => {
    const since = present.get(role);
    return stateAt(byRole.get(role) ?? [], moment, {
      now: since !== undefined && since <= moment ? role : undefined,
      after: ({ event }) => (event === 'role.granted' ? role : undefined),
      before: ({ event }) => (event === 'role.revoked' ? role : undefined),
    });
  });
}

function of(changes: readonly Change[], events: readonly string[]): Change[] {
  return changes.filter(({ event }) => events.includes(event));
}

function isGood(membership: JsonObject | undefined, moment: string): boolean {
  if (membership?.status !== 'active') return false;
  const time = Date.parse(moment);
  const { valid_from: from, valid_to: to } = membership as { valid_from: string; valid_to: string | null };
  return Date.parse(from) <= time && (to === null || Date.parse(to) > time);
}

/** Positions of those that are sealed, in order, once each. */
export function positions(changes: readonly (Pick<Change, 'position'> | undefined)[]): number[] {
  const found = changes.flatMap((change) => (change?.position == null ? [] : [change.position]));
  return [...new Set(found)].sort((one, other) => one - other);
}
