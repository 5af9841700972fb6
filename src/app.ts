/** The only wiring: builds every part and mounts every surface. `app/` has the list in its three stretches. */

import { createAudit } from './app/audit.ts';
import {
  createFactors,
  createLockout,
  createPeople,
  createSessions,
  type Lockout,
  openStores,
  type SignedIn,
} from './app/capabilities.ts';
import { createContacts } from './app/contacts.ts';
import { createHelpDesk } from './app/help-desk.ts';
import { explainer, mount } from './app/mount.ts';
import { createNotices, type Mailing } from './app/notices.ts';
import { createOidc } from './app/oidc.ts';
import { createOperations, refuseForgetful } from './app/operations.ts';
import { createRecovery } from './app/recovery.ts';
import type { Config } from './config.ts';
import type { Context } from './http/context.ts';
import { KeyWatch } from './keys/key-watch.ts';
import { Sealer } from './keys/sealer.ts';
import { SigningKeys } from './keys/signing-keys.ts';
import type { Log } from './log.ts';
import { CurrentProvider } from './oidc/current-provider.ts';
import { migrate } from './postgres/migrate.ts';
import { Sweeper } from './sweeper.ts';
import type { ResetFactor } from './use-cases/reset-factor.ts';
import { TellOfChange } from './use-cases/tell-of-change.ts';
import { lockRecorder, TellOfLock } from './use-cases/tell-of-lock.ts';

/** Seconds between sweeps of ended and expired sessions, and of locks that are over. */
const SWEEP = 10;
/** Seconds between looks for sessions that are to be ended with many others. */
const MARKED = 1;
/** Seconds between looks at the clocks and the stores without a request for health. */
const LOOK = 5;
/** Seconds that a store may take to be there at start. */
const PATIENCE = 10;

export type Application = Awaited<ReturnType<typeof createApp>>;

/**
 * Vestibule on its stores: migrated, with keys, ready to serve. Nothing listens yet.
 * @throws AppError `store-away` when a store cannot be reached; Error when Redis may forget what it is told
 */
export async function createApp(config: Config, log: Log) {
  const stores = openStores(config, log);
  await migrate(stores.db, config.database.url, log);
  await stores.redis.ready(PATIENCE);
  await refuseForgetful(config, log, stores.redis);
  const sealer = new Sealer(config.secrets.master_key);
  const signingKeys = new SigningKeys(stores.db, sealer);
  await signingKeys.ensure(config.keys.rsa_bits);
  const people = createPeople(config, log, stores.db, sealer);
  const provider = new CurrentProvider();
  const signedIn = createSessions(config, log, stores, people.trail, provider);
  const mailing = createNotices(config, log, stores, { sealer, ...people, ...signedIn });
  const alarms = new TellOfChange({ ...people, ...mailing });
  const lockAlarms = new TellOfLock({ db: stores.jobsDb, jobs: signedIn.jobs, alarms });
  const sessionOf = async (ctx: Context) => (await signedIn.cookie.session(ctx))?.uid;
  const recorder = lockRecorder(people.trail, signedIn.jobs);
  const lockout = createLockout(config, stores, people.trail, recorder, sessionOf);
  const oidc = createOidc(config, log, stores, people, { ...signedIn, ...lockout }, provider);
  const keyWatch = new KeyWatch(signingKeys, (jwks) => provider.swap(oidc.build(jwks)), log);
  await keyWatch.load();
  const operations = createOperations(config, log, stores);
  operations.metrics.count(
    'vestibule_password_verifications_total',
    'Passwords that reached the verifier, right or wrong, of accounts that exist or not',
    () => people.hasher.verified,
  );
  const factors = createFactors(config, stores, people, sealer);
  const contacts = createContacts(config, stores, { ...people, ...mailing, sealer });
  const recovery = createRecovery(config, log, stores, {
    ...people,
    ...signedIn,
    ...lockout,
    ...factors,
    ...mailing,
    ...contacts,
    sealer,
  });
  const helpDesk = createHelpDesk(config, log, stores, {
    ...people,
    ...signedIn,
    ...lockout,
    ...factors,
    ...mailing,
    sealer,
  });
  const koa = mount(config, log, stores, {
    ...people,
    ...signedIn,
    ...lockout,
    ...factors,
    ...mailing,
    ...contacts,
    ...oidc,
    provider,
    operations,
    recovery,
    alarms,
    sealer,
    helpDesk,
  });
  const audit = createAudit(config, log, stores, { ...people, ...signedIn, ...operations, sealer });
  const sweeper = new Sweeper(() => sweep(signedIn, lockout, mailing, helpDesk.resetFactor), SWEEP, log);
  await operations.look();
  const looks = new Sweeper(() => operations.look(), LOOK, log, 'the look at the stores');
  const marked = new Sweeper(() => signedIn.sessions.settleMarked(), MARKED, log);
  return {
    ...people,
    db: stores.db,
    sessions: signedIn.sessions,
    logoutNotices: signedIn.logoutNotices,
    notices: mailing.notices,
    operations,
    handler: koa.callback(),
    /** Answers a request that could not be read. */
    explain: explainer(people.brand, config.issuer),
    async startJobs(): Promise<void> {
      await signedIn.jobs.start();
      await signedIn.logoutNotices.work();
      await signedIn.appAccess.work();
      await mailing.notices.work();
      await recovery.work();
      await lockAlarms.work();
      sweeper.start();
      audit.start();
      marked.start();
      keyWatch.start();
      looks.start();
    },
    /** After the last request: jobs under way finish, then the stores are let go. */
    async close(): Promise<void> {
      await Promise.all([sweeper, marked, audit, keyWatch, looks].map((each) => each.stop()));
      await signedIn.jobs.stop(Math.max(1, config.drain.grace));
      mailing.notices.close();
      await people.hasher.close();
      stores.redis.close();
      await Promise.all([stores.db, stores.jobsDb, stores.searchDb].map((db) => db.destroy()));
    },
  };
}

async function sweep(
  { sessions, durable }: SignedIn,
  { locks, streaks }: Lockout,
  { notices }: Mailing,
  resetFactor: ResetFactor,
): Promise<void> {
  // First, and needing PostgreSQL alone: the sweep of sessions stops where Redis is away.
  await locks.sweep();
  await streaks.sweep();
  await resetFactor.sweep();
  await sessions.sweep();
  await durable.removeExpired();
  await notices.sweep();
}
