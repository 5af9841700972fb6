import { Directory } from '../accounts/directory.ts';
import { foldUserId } from '../accounts/user-id.ts';
import type { Actor } from '../admin/operation.ts';
import type { AccountOperationsDependencies } from '../admin/operations/accounts.ts';
import type { AuditEvent } from '../audit-events.ts';
import type { Config } from '../config.ts';
import type { Transaction } from '../postgres/database.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { AdminDependencies } from './admin.ts';
import type { Stores } from './capabilities.ts';

/** The audit trail, for what somebody does at the console or a program at the API. */
export function recorderOf({ trail }: Pick<AdminDependencies, 'trail'>, { name, origin }: Actor) {
  return (tx: Transaction, event: AuditEvent) => trail.append(tx, { actor: name, ...event }, origin);
}

/** What the console does to accounts, each part of it in its capability. */
export function createAccountDependencies(
  config: Config,
  { db, searchDb }: Pick<Stores, 'db' | 'searchDb'>,
  deps: AdminDependencies,
): AccountOperationsDependencies {
  const { accounts, authenticators, limiter, locks, streaks, sessions } = deps;
  const list = new SessionList(db);
  return {
    directory: new Directory(searchDb, config.recovery.default_country),
    find: (sub) => accounts.find(sub),
    roles: (sub) => accounts.roles(sub),
    factors: (sub) => authenticators.count(sub),
    locks: async ({ userId }) => (userId ? locks.locksOf(foldUserId(userId)) : []),
    failures: async ({ userId }) => (userId ? streaks.ofSubject(foldUserId(userId)) : []),
    open: (sub) => list.openOfAccount(sub),
    lift: ({ sub, userId }, { name, origin }) => limiter.lift(foldUserId(userId), name, origin, sub),
    setStatus: (sub, status, actor) =>
      sessions.changing(async (tx, end) => {
        const { name: by, origin } = actor;
        await accounts.setStatus(tx, sub, status, recorderOf(deps, actor));
        if (status === 'disabled') await end(sub, { reason: 'account-disabled', by, origin });
      }),
    requireFactor: async (sub, required, actor) => {
      const record = recorderOf(deps, actor);
      await db.transaction().execute((tx) => accounts.requireFactor(tx, sub, required, record));
    },
    send: (account, actor) => deps.sendLink.send(account, actor.name, recorderOf(deps, actor)),
  };
}
