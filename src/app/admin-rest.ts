import { Directory } from '../accounts/directory.ts';
import type { Actor } from '../admin/operation.ts';
import type { AppOperationsParts } from '../admin/operations/apps.ts';
import type { KeyOperationsParts } from '../admin/operations/keys.ts';
import type { OverviewOperationsParts } from '../admin/operations/overview.ts';
import type { PracticeOperationsParts } from '../admin/operations/practices.ts';
import type { AppRecorder } from '../apps/changes.ts';
import { AuditOverview } from '../audit/overview.ts';
import type { Config } from '../config.ts';
import { SigningKeys } from '../keys/signing-keys.ts';
import type { Transaction } from '../postgres/database.ts';
import { storeMoment } from '../postgres/moment.ts';
import { LogoutNoticeList } from '../sessions/logout-notice-list.ts';
import { SessionFigures } from '../sessions/session-figures.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { AdminParts } from './admin.ts';
import { recorderOf } from './admin-accounts.ts';
import type { Stores } from './parts.ts';

type Db = Pick<Stores, 'db'>;

export function createOverviewParts(
  config: Config,
  { searchDb: db }: Pick<Stores, 'searchDb'>,
  parts: AdminParts,
): OverviewOperationsParts {
  const directory = new Directory(db, config.recovery.default_country);
  return {
    audit: new AuditOverview(db),
    figures: new SessionFigures(db),
    locks: parts.locks,
    streaks: parts.streaks,
    notices: new LogoutNoticeList(db),
    sms: parts.smsBudget,
    unproved: () => directory.unproved(),
    now: () => storeMoment(db),
    sprayed: config.lockout.sprayed_accounts,
  };
}

export function createPracticeParts(
  config: Config,
  { db, searchDb }: Pick<Stores, 'db' | 'searchDb'>,
  parts: AdminParts,
): PracticeOperationsParts {
  const { practices, accounts } = parts;
  return {
    directory: new Directory(searchDb, config.recovery.default_country),
    accounts,
    isTaken: async (taxId) => (await practices.findByTaxId(taxId)) !== undefined,
    create: (practice, actor) =>
      db.transaction().execute((tx) => practices.create(tx, practice, recorderOf(parts, actor))),
    addMember: (member, actor) =>
      db
        .transaction()
        .execute((tx) =>
          practices.addMember(tx, { ...member, grantedBy: actor.name }, recorderOf(parts, actor)),
        ),
    endMembership: async (id, actor) => {
      const change = { id, status: 'ended', changedBy: actor.name } as const;
      await db.transaction().execute((tx) => practices.setStatus(tx, change, recorderOf(parts, actor)));
    },
  };
}

export function createAppParts({ db }: Db, parts: AdminParts): AppOperationsParts {
  const { apps } = parts;
  const list = new SessionList(db);
  const change = <T>(actor: Actor, work: (tx: Transaction, record: AppRecorder) => Promise<T>) =>
    db.transaction().execute((tx) => work(tx, recorderOf(parts, actor)));
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

export function createKeyParts(config: Config, { db }: Db, parts: AdminParts): KeyOperationsParts {
  const keys = new SigningKeys(db, parts.sealer);
  const { tokens, session, sign_in } = config;
  const { propagation, rsa_bits: rsaBits } = config.keys;
  // An ID token is shown as a hint until its session ends, so its key is kept as long.
  const keep = Math.max(tokens.id, tokens.access, session.absolute) + sign_in.interaction_life;
  return {
    list: () => keys.list(),
    rotate: (actor) => keys.rotate({ propagation, keep, rsaBits }, recorderOf(parts, actor)),
  };
}
