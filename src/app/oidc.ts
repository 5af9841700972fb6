import { ACCOUNT_PAGES, accountMetadata } from '../account/access.ts';
import { CONSOLE, consoleMetadata } from '../admin/access.ts';
import { previewMetadata, triedApp } from '../admin/app-preview.ts';
import { isProgram } from '../apps/metadata.ts';
import type { AppRegistry } from '../apps/registry.ts';
import type { Config } from '../config.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { BrowserSeal } from '../keys/browser-seal.ts';
import { deriveKey } from '../keys/derive.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import { LAUNCHER, launcherMetadata } from '../launcher/routes.ts';
import type { Log } from '../log.ts';
import { ActivityEndpoint } from '../oidc/activity-endpoint.ts';
import { claimsByScope, scopes } from '../oidc/claims.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import { Demands } from '../oidc/demands.ts';
import { formPostMode } from '../oidc/form-post.ts';
import { Grants } from '../oidc/grants.ts';
import { InteractionCookies } from '../oidc/interaction-cookies.ts';
import { OidcInteractions } from '../oidc/interactions.ts';
import { Logout } from '../oidc/logout.ts';
import { LostSignIns } from '../oidc/lost-sign-ins.ts';
import { createPolicy } from '../oidc/policy.ts';
import { clientMetadata, createProvider } from '../oidc/provider.ts';
import { Records, requestHooks } from '../oidc/records.ts';
import { ResumeGuard } from '../oidc/resume-guard.ts';
import { StalePageRecovery } from '../oidc/stale-page-recovery.ts';
import { TokenDemands } from '../oidc/token-demands.ts';
import { Recent } from '../postgres/recent.ts';
import { createAdapter } from '../sessions/adapter.ts';
import { SignInIdentity } from '../sessions/sign-in-identity.ts';
import type { Lockout, People, SignedIn, Stores } from './capabilities.ts';

export type Oidc = ReturnType<typeof createOidc>;

export function createOidc(
  config: Config,
  log: Log,
  { db, redis, keys }: Stores,
  { accounts, apps, consents, trail, page }: People,
  {
    egress,
    sessions,
    presence,
    artifacts,
    durable,
    cookie,
    csrf,
    allowances,
    clientSecrets,
  }: SignedIn & Lockout,
  provider: CurrentProvider,
) {
  const secret = (purpose: string) => deriveKey(config.secrets.cookie_keys, purpose);
  const identity = new SignInIdentity(redis, keys, secret('session identity'));
  const { interaction_life: memory, restart_horizon: horizon } = config.sign_in;
  const stalePages = new StalePageRecovery({ provider, redis, keys, memory, issuer: config.issuer });
  const secure = config.issuer.startsWith('https:');
  const seal = (purpose: string) => new BrowserSeal(config.secrets.cookie_keys, purpose);
  const open = new InteractionCookies(seal('open sign-ins'), secure);
  const lost = new LostSignIns({ provider, stalePages, seal: seal('requests'), horizon, secure });
  const browserOf = (ctx: Context) => csrf.browserId(ctx);
  const interactions = new OidcInteractions({ provider, stalePages, open, lost, browserOf });
  const resumeGuard = new ResumeGuard({ provider, sessions, cookie, identity, browserOf, stalePages, open });
  const records = new Records({
    sessions,
    append: (event, origin) => trail.append(db, event, origin),
    finish: (interaction, clientId) => stalePages.finish(interaction, clientId),
  });
  const demands = new Demands({
    rolesOf: (sub) => accounts.everyRole(sub),
    factorRequired: async (sub) => (await accounts.find(sub))?.secondFactorRequired === true,
    factorRoles: config.second_factor.roles,
    append: (event, ctx) => trail.append(db, event, originOf(ctx)),
  });
  const roles = new Recent((sub) => accounts.everyRole(sub));
  const tokenDemands = new TokenDemands({
    rolesOf: (sub) => roles.get(sub),
    factorRoles: config.second_factor.roles,
  });
  const policy = createPolicy(records, demands);
  const claims = Object.values(claimsByScope).flat();
  const grants = new Grants({
    redis,
    keys,
    scopes,
    claims,
    asksForPerson: policy.asksForPerson,
    secret: secret('sid'),
    life: config.session.absolute,
    consented: (account, clientId) => consents.of(account, clientId),
  });
  const hooks = requestHooks(records);
  const clients = { find: (clientId: string) => findClient(clientId, apps, config.issuer) };
  const adapter = createAdapter({ sessions, artifacts, durable, clients, hooks });
  const build = (jwks: Awaited<ReturnType<SigningKeys['jwks']>>) =>
    createProvider({
      config,
      jwks,
      adapter,
      people: accounts,
      tokenDemands,
      policy: policy.prompts,
      loadGrant: (ctx) => grants.load(ctx),
      fetch: egress.fetchFor(),
      sessionCookie: cookie.name,
      began: (ctx, interaction) => interactions.begin(ctx, interaction, ctx.oidc.client),
      replayed: (ctx) => records.replayed(ctx),
      activity: new ActivityEndpoint({ presence, sessions }),
      internals: {
        formPost: formPostMode(page),
        judgeSecret: (ctx, clientId, right) => {
          return clientSecrets.judge(clientId, right, originOf(ctx));
        },
        admitPush: (ctx) => allowances.admitPush(ctx, config.strangers.pushed_requests),
        once: (id, seconds) => artifacts.once('ReplayDetection', id, seconds),
        sessionIdentity: (ctx) => resumeGuard.identityOf(ctx),
        overtaken: (ctx) => resumeGuard.overtaken(ctx),
      },
    });
  return {
    build,
    demands,
    resumeGuard,
    stalePages,
    interactions,
    logout: new Logout({ provider, sessions, cookie, csrf, page, log }),
  };
}

/** The launcher is a client like any other, but for its registration, which nobody can change. */
async function findClient(clientId: string, apps: AppRegistry, issuer: string) {
  if (clientId === LAUNCHER) return launcherMetadata(issuer);
  if (clientId === ACCOUNT_PAGES) return accountMetadata(issuer);
  if (clientId === CONSOLE) return consoleMetadata(issuer);
  const tried = triedApp(clientId);
  const app = await apps.find(tried ?? clientId);
  if (!app || tried === undefined) return app && { ...clientMetadata(app, issuer) };
  return isProgram(app.metadata) ? undefined : previewMetadata(clientMetadata(app, issuer), tried, issuer);
}
