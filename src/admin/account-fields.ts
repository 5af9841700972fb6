/** The fields by which a request names an account: `sub` or `user_id`, each a field of its own. [rule 34] */
import type { Accounts } from '../accounts/accounts.ts';
import { isActor } from '../names.ts';
import { Problem } from './problem.ts';
import { id, text } from './schemas.ts';

export type Finder = Pick<Accounts, 'find' | 'findByUserId' | 'findNamed'>;

/** All that is given must name the same account. */
export const accountFields = {
  sub: id.optional().describe('The account with this sub'),
  user_id: text(256).optional().describe('The account with this user ID (case-sensitive)'),
  account: text(256)
    .optional()
    .describe('A sub or a user ID, as a person types it. Programs should use sub or user_id')
    .meta({ deprecated: true }),
};

type Named = { readonly [Field in keyof typeof accountFields]?: string | undefined };

/** Refused, since a field names no account: nothing was looked for, and nothing done. */
export class NamesNobody extends Problem {
  constructor(part: string, field: string) {
    const detail = 'names no account (case-sensitive)';
    super('invalid-request', undefined, [{ at: `${part}.${field}`, detail }]);
  }
}

/**
 * The sub of the account that is named; undefined where none is.
 * @param part of the request: `body`
 * @throws NamesNobody; Problem when the fields name different people
 */
export async function subOf(accounts: Finder, named: Named, part: string): Promise<string | undefined> {
  const ways = [
    ['account', (value: string) => accounts.findNamed(value)],
    ['user_id', (value: string) => accounts.findByUserId(value)],
    ['sub', (value: string) => accounts.find(value)],
  ] as const;
  let sub: string | undefined;
  for (const [field, find] of ways) {
    const value = named[field];
    if (value === undefined) continue;
    const found = await find(value);
    if (!found) throw new NamesNobody(part, field);
    if (sub !== undefined && sub !== found.sub) {
      const detail = 'names another account than the field beside it';
      throw new Problem('invalid-request', undefined, [{ at: `${part}.${field}`, detail }]);
    }
    sub = found.sub;
  }
  return sub;
}

/**
 * Who acted, as the audit log calls them: the name of what is no person comes before a sub, a sub before a user ID.
 * @throws NamesNobody
 */
export async function actorOf(accounts: Finder, actor: string, part: string): Promise<string> {
  if (isActor(actor)) return actor;
  const found = await accounts.findNamed(actor);
  if (!found) throw new NamesNobody(part, 'actor');
  return found.sub;
}
