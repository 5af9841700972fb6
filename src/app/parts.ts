import { Accounts } from '../accounts/accounts.ts';
import { Practices } from '../accounts/practices.ts';
import { Consents } from '../apps/consents.ts';
import { AppRegistry } from '../apps/registry.ts';
import { AuditTrail } from '../audit/trail.ts';
import type { Config } from '../config.ts';
import { brandOf } from '../html/brand.ts';
import { pageIn } from '../html/choices.ts';
import { Csrf } from '../http/csrf.ts';
import { Egress } from '../http/egress.ts';
import { JobQueue } from '../jobs/queue.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { Log } from '../log.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import { LogoutNotices } from '../oidc/logout-notices.ts';
import { PasswordHasher } from '../passwords/hasher.ts';
import { openDatabase } from '../postgres/database.ts';
import { RedisKeys } from '../redis/keys.ts';
import { RedisStore } from '../redis/store.ts';
import { ArtifactStore } from '../sessions/artifact-store.ts';
import { SessionCookie } from '../sessions/cookie.ts';
import { DurableStore } from '../sessions/durable-store.ts';
import { Ledger, type Origin } from '../sessions/ledger.ts';
import { SessionStore } from '../sessions/session-store.ts';
import { Sessions } from '../sessions/sessions.ts';

export type Stores = ReturnType<typeof openStores>;

export function openStores(config: Config, log: Log) {
  return {
    db: openDatabase(config.database, log),
    // A pool of their own: a burst of notices must not take the connections that sign-ins need.
    jobsDb: openDatabase({ ...config.database, pool_size: 4 }, log),
    redis: new RedisStore(config.redis, log),
    keys: new RedisKeys(config.redis.prefix),
  };
}

export type People = ReturnType<typeof createPeople>;

export function createPeople(config: Config, log: Log, db: Stores['db'], sealer: Sealer) {
  const brand = brandOf(config.operator);
  const trail = new AuditTrail();
  return {
    accounts: new Accounts(db),
    practices: new Practices(db),
    apps: new AppRegistry(db, sealer),
    hasher: new PasswordHasher(config.password, (err) => log.error({ err }, 'a password worker died')),
    trail,
    brand,
    consents: new Consents<Origin>({ db, append: (tx, event, origin) => trail.append(tx, event, origin) }),
    page: pageIn(brand),
  };
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
  const logoutNotices = new LogoutNotices({
    db: jobsDb,
    jobs,
    provider,
    post: (url, request) => egress.post(url, request),
    settings: config.logout_notices,
  });
  const store = new SessionStore(redis, keys, config.session);
  const ledger = new Ledger(db, config.session);
  const sessions = new Sessions({ store, ledger, redis, keys, db, trail, notices: logoutNotices, log });
  return {
    egress,
    jobs,
    logoutNotices,
    sessions,
    artifacts: new ArtifactStore(redis, keys),
    durable: new DurableStore(db),
    cookie: new SessionCookie(sessions, secure),
    csrf: new Csrf({ keys: config.secrets.cookie_keys, secure, origin: config.issuer }),
  };
}
