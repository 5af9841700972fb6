import { hostname, userInfo } from 'node:os';
import { Accounts } from '../accounts/accounts.ts';
import { Activations } from '../accounts/activations.ts';
import { Directory } from '../accounts/directory.ts';
import { Practices } from '../accounts/practices.ts';
import type { openStores } from '../app/capabilities.ts';
import type { Contacts } from '../app/contacts.ts';
import type { HelpDesk } from '../app/help-desk.ts';
import { AppRegistry } from '../apps/registry.ts';
import { AccessReport } from '../audit/access/report.ts';
import { AuditExport } from '../audit/export.ts';
import { AuditReader } from '../audit/reader.ts';
import { Sealing } from '../audit/sealing.ts';
import { AuditSearch, type AuditVisitor } from '../audit/search.ts';
import { AuditTrail } from '../audit/trail.ts';
import type { AuditEvent } from '../audit-events.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Origin } from '../http/origin.ts';
import { Reseal } from '../keys/reseal.ts';
import { SealKeyStore } from '../keys/seal-keys.ts';
import { Sealer } from '../keys/sealer.ts';
import { SigningKeys } from '../keys/signing-keys.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import { LockStore } from '../lockout/lock-store.ts';
import { Streaks } from '../lockout/streaks.ts';
import { createLog } from '../log.ts';
import { ACTORS } from '../names.ts';
import type { NoticeQueue } from '../notices/notice-queue.ts';
import { NoticeStore } from '../notices/notice-store.ts';
import type { Notices } from '../notices/notices.ts';
import type { LogoutNotices } from '../oidc/logout-notices.ts';
import { type Database, openDatabase, type Transaction } from '../postgres/database.ts';
import { migrate, tablesState } from '../postgres/migrate.ts';
import { LogoutNoticeList } from '../sessions/logout-notice-list.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { Failure } from './failure.ts';
import { commandConfig } from './settings.ts';

/** Who does what a command does, in the audit log. */
export const ACTOR = ACTORS.command;

/** s that a query may take: no page waits for it, and a report looks through a whole log. */
const QUERY = 60;
/** s that Redis may take to be there. */
const PATIENCE = 5;

export type Tools = Awaited<ReturnType<typeof openTools>>;

/** The parts that commands work with. PostgreSQL is connected to at first use, Redis when asked for. */
export async function openTools() {
  const config = commandConfig();
  const log = silent();
  const db = openDatabase({ ...config.database, query_timeout: QUERY }, log);
  const sealer = new Sealer(config.secrets.master_key);
  const trail = new AuditTrail();
  const sealKeys = new SealKeyStore(db, sealer);
  const signer = () => sealKeys.signer();
  const noticeStore = new NoticeStore(db, sealer);
  const accounts = new Accounts(db);
  const service = new LazyService({ config, trail, sealer, accounts });
  const close = async () => {
    await service.close();
    await db.destroy();
  };
  try {
    await prepareTables();
  } catch (error) {
    await close();
    throw error;
  }
  const record = (tx: Transaction, event: AuditEvent) =>
    trail.append(tx, { actor: ACTOR, ...event }, origin());
  return {
    config,
    db,
    accounts,
    activations: new Activations(db, config.accounts.activation_life),
    directory: new Directory(db, config.recovery.default_country),
    practices: new Practices(db),
    apps: new AppRegistry(db, sealer),
    keys: new SigningKeys(db, sealer),
    audit: new AuditReader(db),
    auditSearch: new AuditSearch(db, trail),
    accessReport: new AccessReport(db, trail),
    auditExport: new AuditExport({ db, signer, issuer: config.issuer }),
    sealKeys,
    reseal: new Reseal({
      db,
      sealer,
      actor: ACTOR,
      record,
    }),
    masterKeyId: sealer.keyId,
    sealing: new Sealing(db, signer),
    sessionList: new SessionList(db),
    logoutNoticeList: new LogoutNoticeList(db),
    logoutNotices: () => openLogoutNotices(config, db, trail),
    locks: new LockStore({
      db,
      repeatWithin: config.lockout.repeat_within,
      append: (tx, event, from) => trail.append(tx, event, from),
    }),
    streaks: new Streaks({
      db,
      limit: config.lockout.failures_in_a_row,
      append: (tx, event, from) => trail.append(tx, event, from),
    }),
    noticeStore,
    noticeQueue: () => openNoticeQueue(config, db, noticeStore),
    /** With Redis away too: much of ending is PostgreSQL's. */
    sessions: () => service.sessions(),
    /** @throws AppError `store-away` when Redis is */
    contacts: () => service.contacts(),
    /** @throws AppError `store-away` when Redis is */
    limiter: () => service.limiter(),
    /** @throws AppError `store-away` when Redis is */
    helpDesk: () => service.helpDesk(),
    record,
    /** Who runs a command, as use cases take it. */
    actor: { name: ACTOR, origin: origin(), record },
    close,
  };

  /** New tables are made, since the first account is created before the service runs; older ones are only changed by `migrate`. */
  async function prepareTables(): Promise<void> {
    const state = await tablesState(db);
    if (state === 'none') await migrate(db, config.database.url, log);
    if (state === 'older') {
      throw new Failure('The database tables are from an older version. Run `vestibule migrate` first');
    }
  }
}

/** Adds tries of notices, which the service makes. */
async function openNoticeQueue(config: Config, db: Database, store: NoticeStore): Promise<NoticeQueue> {
  // Only now, as with the sessions.
  const { JobQueue } = await import('../jobs/queue.ts');
  const { NoticeQueue } = await import('../notices/notice-queue.ts');
  const jobs = new JobQueue(db, createLog({ level: 'silent' }));
  return new NoticeQueue({ store, jobs, settings: config.notices });
}

/** Adds tries of logout notices, which the service makes. */
async function openLogoutNotices(config: Config, db: Database, trail: AuditTrail): Promise<LogoutNotices> {
  // Only now, as with the sessions.
  const { createLogoutNotices } = await import('../app/logout-notices.ts');
  const { JobQueue } = await import('../jobs/queue.ts');
  const { CurrentProvider } = await import('../oidc/current-provider.ts');
  const log = silent();
  return createLogoutNotices(config, log, db, {
    trail,
    jobs: new JobQueue(db, log),
    provider: new CurrentProvider(),
  });
}

/** Where a command came from: the person and the machine, as the system knows them. */
export function origin(): Origin {
  return { userAgent: `vestibule command, ${systemUser()} on ${hostname()}` };
}

/** Who reads the audit log by a command. */
export function visitor(): AuditVisitor {
  return { actor: ACTOR, origin: origin() };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user often has no name.
    return `user ${String(process.getuid?.())}`;
  }
}

interface ServiceDependencies {
  readonly config: Config;
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly accounts: Accounts;
}

/**
 * What needs Redis: ending sessions (with the queue of notices), unlocking, changes of addresses and resets of second factors. Loaded only when asked for: the
 * whole service behind it would make each command start three times as slowly.
 */
class LazyService {
  readonly #deps: ServiceDependencies;
  #opened: ReturnType<typeof openStores> | undefined;
  #notices: Notices | undefined;

  constructor(deps: ServiceDependencies) {
    this.#deps = deps;
  }

  async sessions(): Promise<Sessions> {
    await this.#stores().catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    });
    return (await this.#signedIn()).sessions;
  }

  async limiter(): Promise<AttemptLimiter> {
    const { config, trail } = this.#deps;
    const { lockRecorder } = await import('../use-cases/tell-of-lock.ts');
    const { createLockout } = await import('../app/capabilities.ts');
    const { jobs } = await this.#signedIn();
    const [stores, recorder] = [await this.#stores(), lockRecorder(trail, jobs)];
    return createLockout(config, stores, trail, recorder, async () => undefined).limiter;
  }

  async helpDesk(): Promise<HelpDesk> {
    const { config, trail, sealer, accounts } = this.#deps;
    const { createHelpDesk } = await import('../app/help-desk.ts');
    const { RememberedDevices } = await import('../factors/remembered-devices.ts');
    const stores = await this.#stores();
    const { sessions } = await this.#signedIn();
    const notices = await this.#mailing();
    const devices = new RememberedDevices(stores.db, { life: config.second_factor.remember_device });
    const siblings = { accounts, devices, sessions, trail, sealer, notices };
    return createHelpDesk(config, silent(), stores, { ...siblings, limiter: await this.limiter() });
  }

  async contacts(): Promise<Contacts> {
    const { config, sealer, accounts } = this.#deps;
    const { createContacts } = await import('../app/contacts.ts');
    const notices = await this.#mailing();
    return createContacts(config, await this.#stores(), { accounts, sealer, notices });
  }

  async #mailing(): Promise<Notices> {
    const { config, trail, sealer } = this.#deps;
    const { createNotices } = await import('../app/notices.ts');
    const { brandOf } = await import('../html/brand.ts');
    const { jobs } = await this.#signedIn();
    const mailing = { sealer, jobs, trail, brand: brandOf(config.operator) };
    this.#notices ??= createNotices(config, silent(), await this.#stores(), mailing).notices;
    return this.#notices;
  }

  async #signedIn() {
    const { config, trail } = this.#deps;
    const { createSessions } = await import('../app/capabilities.ts');
    const { CurrentProvider } = await import('../oidc/current-provider.ts');
    return createSessions(config, silent(), await this.#open(), trail, new CurrentProvider());
  }

  async close(): Promise<void> {
    this.#notices?.close();
    const stores = this.#opened;
    if (!stores) return;
    stores.redis.close();
    await Promise.all([stores.db, stores.jobsDb, stores.searchDb].map((db) => db.destroy()));
  }

  /** @throws AppError `store-away` when Redis is */
  async #stores(): Promise<ReturnType<typeof openStores>> {
    const stores = await this.#open();
    await stores.redis.ready(PATIENCE);
    return stores;
  }

  async #open(): Promise<ReturnType<typeof openStores>> {
    const { openStores } = await import('../app/capabilities.ts');
    this.#opened ??= openStores(this.#deps.config, silent());
    return this.#opened;
  }
}

function silent() {
  return createLog({ level: 'silent' });
}
