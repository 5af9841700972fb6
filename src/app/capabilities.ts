import { Accounts } from '../accounts/accounts.ts';
import { Delegation } from '../accounts/delegation.ts';
import { Practices } from '../accounts/practices.ts';
import { foldUserId } from '../accounts/user-id.ts';
import { Consents } from '../apps/consents.ts';
import { AppRegistry } from '../apps/registry.ts';
import { AuditTrail } from '../audit/trail.ts';
import type { Config } from '../config.ts';
import { Authenticators } from '../factors/authenticators.ts';
import { Enrolments } from '../factors/enrolments.ts';
import { RecoveryCodes } from '../factors/recovery-codes.ts';
import { RememberedDevices } from '../factors/remembered-devices.ts';
import { brandOf } from '../html/brand.ts';
import { pageIn } from '../html/choices.ts';
import { Csrf } from '../http/csrf.ts';
import { Egress } from '../http/egress.ts';
import { JobQueue } from '../jobs/queue.ts';
import { deriveKey } from '../keys/derive.ts';
import type { Sealer } from '../keys/sealer.ts';
import { Allowances, type AllowancesDependencies } from '../lockout/allowances.ts';
import { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import { AttemptPages } from '../lockout/attempt-pages.ts';
import { ClientSecrets } from '../lockout/client-secrets.ts';
import { DeviceCookie } from '../lockout/device-cookie.ts';
import { LockStore, type LockStoreDependencies } from '../lockout/lock-store.ts';
import { SecurityCheck } from '../lockout/security-check.ts';
import { Streaks, type StreaksDependencies } from '../lockout/streaks.ts';
import type { Log } from '../log.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import { BreachedList } from '../passwords/breached.ts';
import { PasswordHasher } from '../passwords/hasher.ts';
import { NewPassword } from '../passwords/new-password.ts';
import { PasswordPolicy } from '../passwords/policy.ts';
import { openDatabase } from '../postgres/database.ts';
import { RedisKeys } from '../redis/keys.ts';
import { RedisStore } from '../redis/store.ts';
import { AppAccess } from '../sessions/app-access.ts';
import { ArtifactStore } from '../sessions/artifact-store.ts';
import { SessionCookie } from '../sessions/cookie.ts';
import { DurableStore } from '../sessions/durable-store.ts';
import { Ledger } from '../sessions/ledger.ts';
import { Presence } from '../sessions/presence.ts';
import { SessionStore } from '../sessions/session-store.ts';
import { Sessions } from '../sessions/sessions.ts';
import { StepUp } from '../sessions/step-up.ts';
import { createLogoutNotices } from './logout-notices.ts';

export type Stores = ReturnType<typeof openStores>;

/** s that a search by a security team may take. */
const SEARCH = 15;

export function openStores(config: Config, log: Log) {
  return {
    db: openDatabase(config.database, log),
    // A pool of their own: a burst of notices must not take the connections that sign-ins need.
    jobsDb: openDatabase({ ...config.database, pool_size: 4 }, log),
    // Of their own too, and with time: a security team's search must not take a sign-in's connection, nor fail
    // because it looks through millions of rows.
    searchDb: openDatabase({ ...config.database, pool_size: 3, query_timeout: SEARCH }, log),
    redis: new RedisStore(config.redis, log),
    keys: new RedisKeys(config.redis.prefix),
  };
}

export type People = ReturnType<typeof createPeople>;

export function createPeople(config: Config, log: Log, db: Stores['db'], sealer: Sealer) {
  const brand = brandOf(config.operator);
  const trail = new AuditTrail();
  const accounts = new Accounts(db);
  const practices = new Practices(db);
  const delegation = new Delegation({ db, accounts, practices });
  const hasher = new PasswordHasher(config.password, (err) => log.error({ err }, 'a password worker died'));
  const passwordPolicy = createPasswordPolicy(config, log);
  return {
    accounts,
    practices,
    delegation,
    apps: new AppRegistry(db, sealer),
    hasher,
    passwordPolicy,
    newPassword: new NewPassword({ policy: passwordPolicy, hasher, accounts }),
    trail,
    brand,
    consents: new Consents({ db, trail }),
    page: pageIn(brand),
  };
}

function createPasswordPolicy({ password, operator }: Config, log: Log): PasswordPolicy {
  const { minimum_length: minimum, composition, breached_list: path } = password;
  const unread = (reason: string) =>
    log.warn({ setting: 'password.breached_list', reason }, 'the list of breached passwords was not asked');
  return new PasswordPolicy({
    rules: { minimum, composition },
    products: [operator.name, 'Vestibule'],
    breached: path === undefined ? undefined : new BreachedList(path, unread),
  });
}

export type SignedIn = ReturnType<typeof createSessions>;

export function createSessions(
  config: Config,
  log: Log,
  { db, jobsDb, redis, keys }: Stores,
  trail: AuditTrail,
  provider: CurrentProvider,
) {
  const secure = config.issuer.startsWith('https:');
  const egress = new Egress(config.egress);
  const jobs = new JobQueue(jobsDb, log);
  const logoutNotices = createLogoutNotices(config, log, jobsDb, { trail, jobs, provider, egress });
  const artifacts = new ArtifactStore(redis, keys);
  const store = new SessionStore(redis, keys, config.session);
  const ledger = new Ledger(db, config.session);
  const sessions = new Sessions({
    store,
    ledger,
    redis,
    keys,
    db,
    trail,
    notices: logoutNotices,
    log,
    perAccount: config.session.per_account,
  });
  return {
    egress,
    jobs,
    logoutNotices,
    sessions,
    presence: new Presence({ store, ledger, sessions, log }),
    stepUp: new StepUp({ redis, store, ledger }),
    artifacts,
    appAccess: new AppAccess({ db, artifacts, jobs, log }),
    durable: new DurableStore(db),
    cookie: new SessionCookie(sessions, secure),
    csrf: new Csrf({ keys: config.secrets.cookie_keys, secure, origin: config.issuer }),
  };
}

export type Lockout = ReturnType<typeof createLockout>;

/** What keeps people from guessing secrets. */
export function createLockout(
  config: Config,
  { db, redis, keys }: Stores,
  trail: AuditTrail,
  appendLock: LockStoreDependencies['append'] & StreaksDependencies['append'],
  sessionOf: AllowancesDependencies['sessionOf'],
) {
  const settings = config.lockout;
  const locks = new LockStore({
    db,
    repeatWithin: settings.repeat_within,
    append: appendLock,
  });
  const streaks = new Streaks({ db, limit: settings.failures_in_a_row, append: appendLock });
  const limiter = new AttemptLimiter({
    redis,
    keys,
    lockStore: locks,
    streaks,
    settings,
    secret: deriveKey(config.secrets.cookie_keys, 'passwords that failed'),
    append: (event, origin) => trail.append(db, event, origin),
  });
  const device = new DeviceCookie({
    keys: config.secrets.cookie_keys,
    secure: config.issuer.startsWith('https:'),
  });
  const securityCheck = new SecurityCheck(
    redis,
    keys,
    config.secrets.cookie_keys.map((key) => deriveKey(key, 'security check')),
  );
  const now = async () => new Date((await redis.time()) * 1000);
  const allowances = new Allowances({ redis, keys, device, sessionOf });
  const attemptPages = new AttemptPages({
    limiter,
    device,
    securityCheck,
    allowances,
    fold: foldUserId,
    now,
    settings,
  });
  const clientSecrets = new ClientSecrets({
    redis,
    keys,
    most: config.strangers.wrong_secrets,
    append: (event, origin) => trail.append(db, event, origin),
  });
  return { locks, streaks, limiter, device, attemptPages, allowances, clientSecrets };
}

export type Factors = ReturnType<typeof createFactors>;

/** Second factors, and the devices that stand for them. */
export function createFactors(
  config: Config,
  { db, redis, keys }: Stores,
  { hasher }: People,
  sealer: Sealer,
) {
  const recoveryCodes = new RecoveryCodes(db, hasher);
  const devices = new RememberedDevices(db, { life: config.second_factor.remember_device });
  const authenticators = new Authenticators({ db, seals: sealer, devices, recoveryCodes });
  const settings = { issuerName: config.operator.name, life: config.sign_in.interaction_life };
  return {
    authenticators,
    recoveryCodes,
    devices,
    enrolments: new Enrolments({ db, redis, keys, seals: sealer, authenticators, recoveryCodes, settings }),
  };
}
