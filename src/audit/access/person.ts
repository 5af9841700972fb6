import type { JsonObject } from '../../postgres/schema.ts';
import { accessAt, type Change, type Now, positions } from './access-at.ts';
import type { AccountRow, Entered } from './reading.ts';

/** A person who could open the app at that moment, or had it open. */
export interface Person {
  readonly type: 'person';
  readonly account: string;
  /** As they were then. */
  readonly user_id: string | null;
  readonly name: string;
  readonly status: string | null;
  /** Active, with a password, and with a role that the app demanded. */
  readonly could: boolean;
  /** Had entered it in a session that was open. */
  readonly did: boolean;
  readonly roles: readonly string[];
  readonly practices: readonly { readonly practice: string; readonly role: string }[];
  readonly sessions: readonly Omit<Entered, 'account' | 'position'>[];
  readonly rests_on: readonly number[];
}

export interface Facts {
  readonly changes: readonly Change[];
  readonly now: Omit<Now, 'account' | 'createdAt'>;
  readonly entered: readonly Entered[];
}

/** Whether an account could open an app at a moment, and whether it had it open. */
export function personAt(
  { sub, row, createdAt }: AccountRow,
  { at, demands }: { readonly at: string; readonly demands: JsonObject },
  { changes, now, entered }: Facts,
): Person {
  const { account, password, practices, roles, restsOn } = accessAt(at, changes, {
    ...now,
    account: row,
    createdAt,
  });
  const wanted = demands.roles as readonly string[] | undefined;
  const held = [...roles, ...practices.map(({ role }) => role)];
  const may = wanted === undefined || wanted.some((role) => held.includes(role));
  return {
    type: 'person',
    account: sub,
    ...namesOf(account ?? row),
    status: account === undefined ? null : String(account.status),
    could: account?.status === 'active' && password && may,
    did: entered.length > 0,
    roles: [...roles].sort(),
    practices,
    sessions: entered.map(({ session, entered_at, address }) => ({ session, entered_at, address })),
    rests_on: positions([...restsOn, ...entered]),
  };
}

function namesOf({ user_id, given_name, family_name }: JsonObject) {
  const name = [given_name, family_name].filter((part) => typeof part === 'string').join(' ');
  return { user_id: typeof user_id === 'string' ? user_id : null, name: name.trim() };
}
