/** The only wiring: builds every part and mounts every surface, top to bottom. */
import Router from '@koa/router';
import Koa from 'koa';
import compose from 'koa-compose';
import { Accounts } from './accounts/accounts.ts';
import { Practices } from './accounts/practices.ts';
import { AppRegistry } from './apps/registry.ts';
import { AuditTrail } from './audit/trail.ts';
import type { Config } from './config.ts';
import { brandOf } from './html/brand.ts';
import { translator } from './html/messages.ts';
import type { PageProps } from './html/page.ts';
import { serveStatic } from './html/static.ts';
import type { Context, State } from './http/context.ts';
import { Csrf } from './http/csrf.ts';
import { Egress } from './http/egress.ts';
import { handleErrors } from './http/errors.ts';
import { securityHeaders } from './http/headers.ts';
import { underIssuer } from './http/issuer.ts';
import { requestLog } from './http/request-log.ts';
import { JobQueue } from './jobs/queue.ts';
import { deriveKey } from './keys/derive.ts';
import { Sealer } from './keys/sealer.ts';
import { SigningKeys } from './keys/signing-keys.ts';
import { LAUNCHER, Launcher, launcherMetadata } from './launcher/routes.ts';
import type { Log } from './log.ts';
import { isVisible, noteActivity } from './oidc/activity.ts';
import { AAL1, claimsByScope, scopes } from './oidc/claims.ts';
import { renderError } from './oidc/error-page.ts';
import { formPostMode } from './oidc/form-post.ts';
import { FirstPartyGrants } from './oidc/grants.ts';
import { Interactions } from './oidc/interactions.ts';
import { noteWrite, type VestibuleProvider } from './oidc/internals.ts';
import { Logout } from './oidc/logout.ts';
import { LogoutNotices } from './oidc/logout-notices.ts';
import { createPolicy } from './oidc/policy.ts';
import { answerFailures, watchErrors } from './oidc/protocol-errors.ts';
import { clientMetadata, createProvider, currentRequest } from './oidc/provider.ts';
import { Records } from './oidc/records.ts';
import { Resume } from './oidc/resume.ts';
import { mountOidc } from './oidc/routes.ts';
import { Operations } from './operations/operations.ts';
import { PasswordHasher } from './passwords/hasher.ts';
import { openDatabase } from './postgres/database.ts';
import { migrate } from './postgres/migrate.ts';
import { RedisKeys } from './redis/keys.ts';
import { RedisStore } from './redis/store.ts';
import { createAdapter } from './sessions/adapter.ts';
import { ArtifactStore } from './sessions/artifact-store.ts';
import { SessionCookie } from './sessions/cookie.ts';
import { DurableStore } from './sessions/durable-store.ts';
import { Ledger } from './sessions/ledger.ts';
import { SessionStore } from './sessions/session-store.ts';
import { Sessions } from './sessions/sessions.ts';
import { SignInIdentity } from './sessions/sign-in-identity.ts';
import { Sweeper } from './sessions/sweeper.ts';
import { PasswordStep } from './sign-in/password.ts';
import { SignIn } from './sign-in/routes.ts';

/** Seconds between sweeps of ended and expired sessions. */
const SWEEP = 10;
/** Seconds that a store may take to be there at start. */
const PATIENCE = 10;

export type Application = Awaited<ReturnType<typeof createApp>>;

/**
 * Vestibule on its stores: migrated, with keys, ready to serve. Nothing listens yet.
 * @throws AppError `store-away` when a store cannot be reached
 */
export async function createApp(config: Config, log: Log) {
  const stores = openStores(config, log);
  await migrate(stores.db, config.database.url, log);
  await stores.redis.ready(PATIENCE);
  const sealer = new Sealer(config.secrets.master_key);
  const signingKeys = new SigningKeys(stores.db, sealer);
  await signingKeys.ensure();
  const people = createPeople(config, log, stores.db, sealer);
  const protocol = createProtocol(config, log, stores, people, await signingKeys.jwks());
  const operations = createOperations(config, log, stores);
  const koa = mount(config, log, stores.db, people, protocol, operations);
  const sweeper = new Sweeper(() => protocol.sessions.sweep(), SWEEP, log);
  return {
    ...people,
    db: stores.db,
    sessions: protocol.sessions,
    operations,
    handler: koa.callback(),
    async startJobs(): Promise<void> {
      await protocol.jobs.start();
      await protocol.notices.work();
      sweeper.start();
    },
    /** After the last request: jobs under way finish, then the stores are let go. */
    async close(): Promise<void> {
      await sweeper.stop();
      await protocol.jobs.stop(Math.max(1, config.drain.grace));
      await people.hasher.close();
      stores.redis.close();
      await Promise.all([stores.db.destroy(), stores.jobsDb.destroy()]);
    },
  };
}

type Stores = ReturnType<typeof openStores>;

function openStores(config: Config, log: Log) {
  return {
    db: openDatabase(config.database, log),
    // A pool of their own: a burst of notices must not take the connections that sign-ins need.
    jobsDb: openDatabase({ ...config.database, pool_size: 4 }, log),
    redis: new RedisStore(config.redis, log),
    keys: new RedisKeys(config.redis.prefix),
  };
}

type People = ReturnType<typeof createPeople>;

function createPeople(config: Config, log: Log, db: Stores['db'], sealer: Sealer) {
  return {
    accounts: new Accounts(db),
    practices: new Practices(db),
    apps: new AppRegistry(db, sealer),
    hasher: new PasswordHasher(config.password, (err) => log.error({ err }, 'a password worker died')),
    trail: new AuditTrail(),
  };
}

type Protocol = ReturnType<typeof createProtocol>;

function createProtocol(
  config: Config,
  log: Log,
  { db, jobsDb, redis, keys }: Stores,
  { accounts, apps, trail }: People,
  jwks: Awaited<ReturnType<SigningKeys['jwks']>>,
) {
  const secure = config.issuer.startsWith('https:');
  const secret = (purpose: string) => deriveKey(config.secrets.cookie_keys[0] as string, purpose);
  const current = { provider: undefined as unknown as VestibuleProvider };
  const provider = () => current.provider;
  const page = createPage(config);
  const egress = new Egress(config.egress);
  const fetchForApp = egress.fetchFor();
  const jobs = new JobQueue(jobsDb, log);
  const notices = new LogoutNotices({
    db: jobsDb,
    jobs,
    provider,
    post: (url, request) => egress.post(url, request),
    settings: config.logout_notices,
  });
  const store = new SessionStore(redis, keys, config.session);
  const ledger = new Ledger(db, config.session);
  const sessions = new Sessions({ store, ledger, redis, keys, db, trail, notices, log });
  const artifacts = new ArtifactStore(redis, keys);
  const records = new Records({ sessions, append: (event, origin) => trail.append(db, event, origin) });
  const csrf = new Csrf({ keys: config.secrets.cookie_keys, secure, origin: config.issuer });
  const cookie = new SessionCookie(sessions, secure);
  const resume = new Resume({
    provider,
    sessions,
    cookie,
    identity: new SignInIdentity(redis, keys, secret('session identity')),
    browserOf: (ctx) => csrf.browserId(ctx),
    redis,
    keys,
    life: config.sign_in.interaction_life,
  });
  const policy = createPolicy(records);
  const grants = new FirstPartyGrants({
    redis,
    keys,
    secret: secret('sid'),
    life: config.session.absolute,
    scopes,
    claims: Object.values(claimsByScope).flat(),
    asksForPerson: policy.asksForPerson,
  });
  current.provider = createProvider({
    config,
    jwks,
    adapter: createAdapter({
      sessions,
      artifacts,
      durable: new DurableStore(db),
      clients: {
        async find(clientId) {
          if (clientId === LAUNCHER) return launcherMetadata(config.issuer);
          const app = await apps.find(clientId);
          return app && { ...clientMetadata(app) };
        },
      },
      hooks: {
        active: () => isVisible(config.session.activity),
        wrote: noteWrite,
        async replayed(model, payload) {
          const ctx = currentRequest();
          if (ctx) await records.lost(ctx, model, payload);
        },
      },
    }),
    people: accounts,
    policy: policy.prompts,
    loadGrant: (ctx) => grants.load(ctx),
    fetch: (input, init) => fetchForApp(input instanceof Request ? input.url : input, init),
    sessionCookie: cookie.name,
    replayed: (ctx) => records.replayed(ctx),
    internals: {
      formPost: formPostMode(page),
      once: (id, seconds) => artifacts.once('ReplayDetection', id, seconds),
      sessionIdentity: (ctx) => resume.identityOf(ctx),
    },
  });
  watchErrors(current.provider);
  const logout = new Logout({ provider, sessions, cookie, csrf, page, log });
  return { provider, page, jobs, notices, sessions, csrf, cookie, resume, logout };
}

function createPage(config: Config): (ctx: Context) => PageProps {
  const brand = brandOf(config.operator);
  return () => ({ brand, t: translator('en') });
}

function createOperations(config: Config, log: Log, { db, redis }: Stores): Operations {
  return new Operations({
    config: config.operations,
    log,
    checks: [
      {
        name: 'postgresql',
        check: async () => void (await db.selectFrom('apps').select('client_id').limit(1).execute()),
      },
      { name: 'redis', check: async () => void (await redis.command('PING')) },
      { name: 'clock', check: () => checkClock(redis) },
    ],
  });
}

/** Tokens carry this replica's time, locks and lives the store's: far apart, tokens would be refused. */
async function checkClock(redis: RedisStore): Promise<void> {
  const skew = Math.abs((await redis.time()) - Date.now() / 1000);
  if (skew > 5)
    throw new Error(`this clock and the store's are ${skew.toFixed(1)} s apart; keep both on NTP`);
}

/** The life of a request, in order. */
function mount(
  config: Config,
  log: Log,
  db: Stores['db'],
  { accounts, apps, hasher, trail }: People,
  protocol: Protocol,
  operations: Operations,
): Koa<State> {
  const { page, cookie, csrf, sessions, provider } = protocol;
  const koa = new Koa<State>({ proxy: true, keys: [...config.secrets.cookie_keys] });
  koa.on('error', (err) => log.warn({ err }, 'an answer could not be sent'));
  const router = new Router();
  mountOidc(router, { ...protocol, apps });
  new SignIn({
    interactions: new Interactions(provider),
    password: new PasswordStep({
      accounts,
      hasher,
      append: (event, origin) => trail.append(db, event, origin),
    }),
    accounts,
    cookie,
    csrf,
    page,
    acr: AAL1,
  }).mount(router);
  const active = config.session.activity.includes('launcher')
    ? (uid: string) => sessions.touch(uid)
    : async () => {};
  new Launcher({ issuer: config.issuer, accounts, apps, cookie, csrf, page, active }).mount(router);
  koa.use(underIssuer(config.issuer));
  koa.use(
    requestLog({
      log,
      trustedProxies: config.trusted_proxies,
      observe: (answered) => operations.metrics.observe(answered),
    }),
  );
  koa.use(securityHeaders({ secure: config.issuer.startsWith('https:') }));
  koa.use(handleErrors({ renderErrorPage: renderError(apps, page) }));
  koa.use(serveStatic(brandOf(config.operator).styles));
  koa.use(noteActivity(config.session.activity, (uid) => sessions.touch(uid)));
  koa.use(answerFailures);
  koa.use(router.routes());
  koa.use((ctx, next) => compose(provider().middleware)(ctx as never, next));
  return koa;
}
