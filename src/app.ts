/** The only wiring: builds every part and mounts every surface, top to bottom. */
import Router from '@koa/router';
import Koa from 'koa';
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
import { noteActivity } from './oidc/activity.ts';
import { AAL1, claimsByScope, scopes } from './oidc/claims.ts';
import { CurrentProvider } from './oidc/current-provider.ts';
import { renderError } from './oidc/error-page.ts';
import { formPostMode } from './oidc/form-post.ts';
import { FirstPartyGrants } from './oidc/grants.ts';
import { Interactions } from './oidc/interactions.ts';
import { Logout } from './oidc/logout.ts';
import { LogoutNotices } from './oidc/logout-notices.ts';
import { createPolicy } from './oidc/policy.ts';
import { answerFailures } from './oidc/protocol-errors.ts';
import { clientMetadata, createProvider } from './oidc/provider.ts';
import { Records } from './oidc/records.ts';
import { requestHooks } from './oidc/request-hooks.ts';
import { Resume } from './oidc/resume.ts';
import { mountOidc } from './oidc/routes.ts';
import { checkClock } from './operations/clock.ts';
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
import { Ledger, type Origin } from './sessions/ledger.ts';
import { SessionStore } from './sessions/session-store.ts';
import { Sessions } from './sessions/sessions.ts';
import { SignInIdentity } from './sessions/sign-in-identity.ts';
import { Sweeper } from './sessions/sweeper.ts';
import { PasswordStep, type SignInFailed } from './sign-in/password.ts';
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
  const provider = new CurrentProvider();
  const signedIn = createSessions(config, log, stores, people.trail, provider);
  const oidc = createOidc(config, log, stores, people, signedIn, provider);
  provider.swap(oidc.build(await signingKeys.jwks()));
  const operations = createOperations(config, log, stores);
  const koa = mount(config, log, stores.db, { ...people, ...signedIn, ...oidc, provider, operations });
  const sweeper = new Sweeper(() => sweep(signedIn), SWEEP, log);
  return {
    ...people,
    db: stores.db,
    sessions: signedIn.sessions,
    operations,
    handler: koa.callback(),
    async startJobs(): Promise<void> {
      await signedIn.jobs.start();
      await signedIn.notices.work();
      sweeper.start();
    },
    /** After the last request: jobs under way finish, then the stores are let go. */
    async close(): Promise<void> {
      await sweeper.stop();
      await signedIn.jobs.stop(Math.max(1, config.drain.grace));
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
  const brand = brandOf(config.operator);
  return {
    accounts: new Accounts(db),
    practices: new Practices(db),
    apps: new AppRegistry(db, sealer),
    hasher: new PasswordHasher(config.password, (err) => log.error({ err }, 'a password worker died')),
    trail: new AuditTrail(),
    brand,
    page: (): PageProps => ({ brand, t: translator('en') }),
  };
}

type SignedIn = ReturnType<typeof createSessions>;

function createSessions(
  config: Config,
  log: Log,
  { db, jobsDb, redis, keys }: Stores,
  trail: AuditTrail,
  provider: CurrentProvider,
) {
  const secure = config.issuer.startsWith('https:');
  const egress = new Egress(config.egress);
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
  return {
    egress,
    jobs,
    notices,
    sessions,
    artifacts: new ArtifactStore(redis, keys),
    durable: new DurableStore(db),
    cookie: new SessionCookie(sessions, secure),
    csrf: new Csrf({ keys: config.secrets.cookie_keys, secure, origin: config.issuer }),
  };
}

async function sweep({ sessions, durable }: SignedIn): Promise<void> {
  await sessions.sweep();
  await durable.removeExpired();
}

type Oidc = ReturnType<typeof createOidc>;

function createOidc(
  config: Config,
  log: Log,
  { db, redis, keys }: Stores,
  { accounts, apps, trail, page }: People,
  { egress, sessions, artifacts, durable, cookie, csrf }: SignedIn,
  provider: CurrentProvider,
) {
  const secret = (purpose: string) => deriveKey(config.secrets.cookie_keys[0] as string, purpose);
  const identity = new SignInIdentity(redis, keys, secret('session identity'));
  const life = config.sign_in.interaction_life;
  const browserOf = (ctx: Context) => csrf.browserId(ctx);
  const resume = new Resume({ provider, sessions, cookie, identity, browserOf, redis, keys, life });
  const records = new Records({ sessions, append: (event, origin) => trail.append(db, event, origin) });
  const policy = createPolicy(records);
  const claims = Object.values(claimsByScope).flat();
  const grants = new FirstPartyGrants({
    ...{ redis, keys, scopes, claims, asksForPerson: policy.asksForPerson },
    secret: secret('sid'),
    life: config.session.absolute,
  });
  const hooks = requestHooks(records, config.session.activity);
  const clients = { find: (clientId: string) => findClient(clientId, apps, config.issuer) };
  const adapter = createAdapter({ sessions, artifacts, durable, clients, hooks });
  const build = (jwks: Awaited<ReturnType<SigningKeys['jwks']>>) =>
    createProvider({
      ...{ config, jwks, adapter, people: accounts, policy: policy.prompts },
      loadGrant: (ctx) => grants.load(ctx),
      fetch: egress.fetchFor(),
      sessionCookie: cookie.name,
      replayed: (ctx) => records.replayed(ctx),
      internals: {
        formPost: formPostMode(page),
        once: (id, seconds) => artifacts.once('ReplayDetection', id, seconds),
        sessionIdentity: (ctx) => resume.identityOf(ctx),
      },
    });
  return { build, resume, logout: new Logout({ provider, sessions, cookie, csrf, page, log }) };
}

/** The launcher is a client like any other, but for its registration, which nobody can change. */
async function findClient(clientId: string, apps: AppRegistry, issuer: string) {
  if (clientId === LAUNCHER) return launcherMetadata(issuer);
  const app = await apps.find(clientId);
  return app && { ...clientMetadata(app) };
}

function createOperations(config: Config, log: Log, { db, redis }: Stores): Operations {
  const readApps = db.selectFrom('apps').select('client_id').limit(1);
  return new Operations({
    config: config.operations,
    log,
    checks: [
      { name: 'postgresql', check: async () => void (await readApps.execute()) },
      { name: 'redis', check: async () => void (await redis.command('PING')) },
      { name: 'clock', check: async () => checkClock(await redis.time()) },
    ],
  });
}

type Mounted = People & SignedIn & Oidc & { provider: CurrentProvider; operations: Operations };

/** The life of a request, in order. */
function mount(config: Config, log: Log, db: Stores['db'], parts: Mounted): Koa<State> {
  const { accounts, apps, hasher, trail, brand, page, cookie, csrf, sessions, provider, operations } = parts;
  const counts = config.session.activity;
  const touch = (uid: string) => sessions.touch(uid);
  const koa = new Koa<State>({ proxy: true, keys: [...config.secrets.cookie_keys] });
  koa.on('error', (err) => log.warn({ err }, 'an answer could not be sent'));
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
  koa.use(serveStatic(brand.styles));
  koa.use(noteActivity(counts, touch));
  koa.use(answerFailures);

  const router = new Router();
  mountOidc(router, parts);
  const append = (event: SignInFailed, origin: Origin) => trail.append(db, event, origin);
  const password = new PasswordStep({ accounts, hasher, append });
  const interactions = new Interactions(provider);
  new SignIn({ interactions, password, accounts, cookie, csrf, page, acr: AAL1 }).mount(router);
  const active = counts.includes('launcher') ? touch : async () => {};
  new Launcher({ issuer: config.issuer, accounts, apps, cookie, csrf, page, active }).mount(router);
  koa.use(router.routes());
  koa.use((ctx, next) => provider.handle(ctx, next));
  return koa;
}
