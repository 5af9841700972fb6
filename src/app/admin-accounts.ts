import { Activations } from '../accounts/activations.ts';
import { Directory } from '../accounts/directory.ts';
import { foldUserId } from '../accounts/user-id.ts';
import type { Actor } from '../admin/operation.ts';
import type { AccountOperationsParts } from '../admin/operations/accounts.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { Config } from '../config.ts';
import type { Transaction } from '../postgres/database.ts';
import { storeMoment } from '../postgres/moment.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { AdminParts } from './admin.ts';
import type { Stores } from './parts.ts';

type Account = Parameters<AccountOperationsParts['send']>[0];

/** The audit trail, for what somebody does at the console or a program at the API. */
export function recorderOf({ trail }: Pick<AdminParts, 'trail'>, { name, origin }: Actor) {
  return (tx: Transaction, event: AuditEvent) => trail.append(tx, { actor: name, ...event }, origin);
}

/** What the console does to accounts, each part of it in its capability. */
export function createAccountParts(
  config: Config,
  { db, searchDb }: Pick<Stores, 'db' | 'searchDb'>,
  parts: AdminParts,
): AccountOperationsParts {
  const { accounts, authenticators, guard, locks, streaks, sessions } = parts;
  const list = new SessionList(db);
  return {
    directory: new Directory(searchDb, config.recovery.default_country),
    find: (sub) => accounts.find(sub),
    roles: (sub) => accounts.roles(sub),
    factors: (sub) => authenticators.count(sub),
    locks: async ({ userId }) => (userId ? locks.locksOf(foldUserId(userId)) : []),
    failures: async ({ userId }) => (userId ? streaks.ofSubject(foldUserId(userId)) : []),
    open: (sub) => list.openOfAccount(sub),
    lift: ({ sub, userId }, { name, origin }) => guard.lift(foldUserId(userId), name, origin, sub),
    setStatus: (sub, status, actor) =>
      sessions.changing(async (tx, end) => {
        const { name: by, origin } = actor;
        await accounts.setStatus(tx, sub, status, recorderOf(parts, actor));
        if (status === 'disabled') await end(sub, { reason: 'account-disabled', by, origin });
      }),
    requireFactor: async (sub, required, actor) => {
      const record = recorderOf(parts, actor);
      await db.transaction().execute((tx) => accounts.requireFactor(tx, sub, required, record));
    },
    send: (account, actor) =>
      account.status === 'invited'
        ? sendActivation(config, db, parts, account, actor)
        : sendReset(config, db, parts, account, actor),
  };
}

/** A link that proves the mailbox on file, as if the person had asked for it. */
async function sendReset(
  config: Config,
  db: Stores['db'],
  parts: AdminParts,
  account: Account,
  actor: Actor,
) {
  const { notices, recovery } = parts;
  const contact = notices.contacts(account).find(({ channel }) => channel === 'email');
  if (!contact) return undefined;
  const { sub, userId, locale } = account;
  const life = config.recovery.link_life;
  const begunAt = (await storeMoment(db)).getTime();
  const link = await recovery.links.issue({ account: sub, userId, begunAt });
  const words = { kind: 'reset-link', values: { link, minutes: Math.floor(life / 60) } } as const;
  await db.transaction().execute(async (tx) => {
    await notices.enqueue(tx, { ...words, ...contact, account: sub, locale, life });
    const event = { event: 'recovery.requested', outcome: 'success', reason: 'email', account: sub } as const;
    await recorderOf(parts, actor)(tx, { ...event, after: { what: 'password' } });
  });
  return { what: 'reset', channel: contact.channel } as const;
}

async function sendActivation(
  config: Config,
  db: Stores['db'],
  parts: AdminParts,
  account: Account,
  actor: Actor,
) {
  const [contact] = parts.notices.contacts(account);
  if (!contact) return undefined;
  const { sub, name, locale, zoneinfo } = account;
  const activations = new Activations(db, config.accounts.activation_life);
  return db.transaction().execute(async (tx) => {
    const order = { account: sub, by: actor.name };
    const link = await activations.issue(tx, order, recorderOf(parts, actor));
    if (!link) return undefined;
    const address = `${config.issuer}/activate/${link.token}`;
    const until = { at: link.expiresAt.toISOString(), ...(zoneinfo ? { zone: zoneinfo } : {}) };
    const words = { kind: 'activation', values: { name, link: address, ...until } } as const;
    const life = config.accounts.activation_life;
    await parts.notices.enqueue(tx, { ...words, ...contact, account: sub, locale, life });
    return { what: 'activation', channel: contact.channel } as const;
  });
}
