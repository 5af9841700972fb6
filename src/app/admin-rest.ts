import { Directory } from '../accounts/directory.ts';
import type { Actor } from '../admin/operation.ts';
import type { AppOperationsDependencies } from '../admin/operations/apps.ts';
import type { KeyOperationsDependencies } from '../admin/operations/keys.ts';
import type { OverviewOperationsDependencies } from '../admin/operations/overview.ts';
import type { PracticeOperationsDependencies } from '../admin/operations/practices.ts';
import { AuditOverview } from '../audit/overview.ts';
import type { Recorder } from '../audit-events.ts';
import type { Config } from '../config.ts';
import { SigningKeys } from '../keys/signing-keys.ts';
import type { Transaction } from '../postgres/database.ts';
import { storeMoment } from '../postgres/moment.ts';
import { LogoutNoticeList } from '../sessions/logout-notice-list.ts';
import { SessionFigures } from '../sessions/session-figures.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { AdminDependencies } from './admin.ts';
import { recorderOf } from './admin-accounts.ts';
import type { Stores } from './capabilities.ts';

type Db = Pick<Stores, 'db'>;

export function createOverviewDependencies(
  config: Config,
  { searchDb: db }: Pick<Stores, 'searchDb'>,
  deps: AdminDependencies,
): OverviewOperationsDependencies {
  const directory = new Directory(db, config.recovery.default_country);
  return {
    audit: new AuditOverview(db),
    figures: new SessionFigures(db),
    locks: deps.locks,
    streaks: deps.streaks,
    notices: new LogoutNoticeList(db),
    sms: deps.smsBudget,
    unproved: () => directory.unproved(),
    now: () => storeMoment(db),
    sprayed: config.lockout.sprayed_accounts,
  };
}

export function createPracticeDependencies(
  config: Config,
  { db, searchDb }: Pick<Stores, 'db' | 'searchDb'>,
  deps: AdminDependencies,
): PracticeOperationsDependencies {
  const { practices, accounts } = deps;
  return {
    directory: new Directory(searchDb, config.recovery.default_country),
    accounts,
    isTaken: async (taxId) => (await practices.findByTaxId(taxId)) !== undefined,
    create: (practice, actor) =>
      db.transaction().execute((tx) => practices.create(tx, practice, recorderOf(deps, actor))),
    addMember: (member, actor) =>
      db
        .transaction()
        .execute((tx) =>
          practices.addMember(tx, { ...member, grantedBy: actor.name }, recorderOf(deps, actor)),
        ),
    endMembership: async (id, actor) => {
      const change = { id, status: 'ended', changedBy: actor.name } as const;
      await db.transaction().execute((tx) => practices.setStatus(tx, change, recorderOf(deps, actor)));
    },
  };
}

export function createAppDependencies({ db }: Db, deps: AdminDependencies): AppOperationsDependencies {
  const { apps } = deps;
  const list = new SessionList(db);
  const change = <T>(actor: Actor, work: (tx: Transaction, record: Recorder) => Promise<T>) =>
    db.transaction().execute((tx) => work(tx, recorderOf(deps, actor)));
  return {
    apps,
    open: (clientId) => list.openOfApp(clientId),
    register: (input, actor, guard) => change(actor, (tx, record) => apps.register(tx, input, record, guard)),
    rotateSecret: (clientId, asked, actor, guard) =>
      change(actor, (tx, record) => apps.rotateSecret(tx, clientId, asked, record, guard)),
    remove: (clientId, actor, guard) =>
      change(actor, (tx, record) => apps.remove(tx, clientId, record, guard)),
  };
}

export function createKeyDependencies(
  config: Config,
  { db }: Db,
  deps: AdminDependencies,
): KeyOperationsDependencies {
  const keys = new SigningKeys(db, deps.sealer);
  const { tokens, session, sign_in } = config;
  const { propagation, rsa_bits: rsaBits } = config.keys;
  // An ID token is shown as a hint until its session ends, so its key is kept as long.
  const keep = Math.max(tokens.id, tokens.access, session.absolute) + sign_in.interaction_life;
  return {
    list: () => keys.list(),
    rotate: (actor) => keys.rotate({ propagation, keep, rsaBits }, recorderOf(deps, actor)),
  };
}
