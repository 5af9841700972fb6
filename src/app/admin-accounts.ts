import { Directory } from '../accounts/directory.ts';
import { foldUserId } from '../accounts/user-id.ts';
import type { Actor } from '../admin/operation.ts';
import type { AccountOperationsDependencies } from '../admin/operations/accounts.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { Config } from '../config.ts';
import type { Transaction } from '../postgres/database.ts';
import { storeMoment } from '../postgres/moment.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { AdminDependencies } from './admin.ts';
import type { Stores } from './capabilities.ts';

type Account = Parameters<AccountOperationsDependencies['send']>[0];

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
    send: (account, actor) =>
      account.status === 'invited'
        ? sendActivation(db, deps, account, actor)
        : sendReset(config, db, deps, account, actor),
  };
}

/** A link that proves the mailbox on file, as if the person had asked for it. */
async function sendReset(
  config: Config,
  db: Stores['db'],
  deps: AdminDependencies,
  account: Account,
  actor: Actor,
) {
  const { notices, recovery } = deps;
  const contact = notices.contacts(account).find(({ channel }) => channel === 'email');
  if (!contact) return undefined;
  const { sub, userId, locale } = account;
  if (!(await notices.mayGo({ ...contact, kind: 'reset-link', account: sub }))) return 'many';
  const life = config.recovery.link_life;
  const begunAt = (await storeMoment(db)).getTime();
  const link = await recovery.links.issue({ account: sub, userId, begunAt });
  const words = { kind: 'reset-link', values: { link, minutes: Math.floor(life / 60) } } as const;
  await db.transaction().execute(async (tx) => {
    await notices.enqueue(tx, { ...words, ...contact, account: sub, locale, life });
    const event = { event: 'recovery.requested', outcome: 'success', reason: 'email', account: sub } as const;
    await recorderOf(deps, actor)(tx, { ...event, after: { what: 'password' } });
  });
  return { what: 'reset', channel: contact.channel } as const;
}

async function sendActivation(db: Stores['db'], deps: AdminDependencies, { sub }: Account, actor: Actor) {
  const invited = await db
    .transaction()
    .execute((tx) => deps.invite.send(tx, { account: sub, by: actor.name }, recorderOf(deps, actor)));
  if (invited === 'many') return invited;
  if (invited === 'not-invited' || invited === 'unreachable') return undefined;
  return { what: 'activation', channel: invited } as const;
}
