/**
 * The protocol: oidc-provider, configured. This folder owns its prompts and policy, claims, grants, the
 * resume and end-session endpoints, and the notices that tell apps of an ended session.
 */
import type { Adapter, Client, ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { ADMIN_SCOPES } from '../apps/admin-scopes.ts';
import type { App } from '../apps/app.ts';
import { wayIn } from '../apps/way-in.ts';
import { clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { ActivityEndpoint } from './activity-endpoint.ts';
import { isBrowserAppAt } from './app-addresses.ts';
import { claimsByScope, createFindAccount, issuedBefore, type People, scopes } from './claims.ts';
import { CLOCK_SKEW, refuseLongLife } from './client-assertion.ts';
import { serveEndpoint } from './endpoint.ts';
import type { OpenInteraction } from './interaction-cookies.ts';
import { type InternalsOptions, VestibuleProvider } from './internals.ts';
import type { createPolicy } from './policy.ts';
import { refusalFacts, watchErrors } from './protocol-errors.ts';
import type { StartedRequest } from './stale-page-recovery.ts';
import { AAL1, AAL2, type SessionLimits } from './step-up.ts';
import type { TokenDemands } from './token-demands.ts';

export interface ProviderDependencies {
  readonly config: Config;
  readonly adapter: (model: string) => Adapter;
  readonly jwks: NonNullable<Configuration['jwks']>;
  readonly people: People;
  readonly tokenDemands: Pick<TokenDemands, 'holds'>;
  readonly policy: ReturnType<typeof createPolicy>['prompts'];
  readonly loadGrant: NonNullable<Configuration['loadExistingGrant']>;
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  readonly sessionCookie: string;
  /** Takes each interaction that begins; the address of its page. */
  readonly began: (ctx: KoaContextWithOIDC, interaction: OpenInteraction & StartedRequest) => string;
  /** Says that a family of tokens was revoked because one of them came twice. */
  readonly replayed: (ctx: KoaContextWithOIDC) => Promise<void>;
  readonly activity: Pick<ActivityEndpoint, 'answer'>;
  readonly internals: InternalsOptions;
}

export const routes = {
  authorization: '/oidc/authorize',
  token: '/oidc/token',
  userinfo: '/oidc/userinfo',
  jwks: '/oidc/jwks',
  end_session: '/oidc/logout',
  introspection: '/oidc/introspect',
  revocation: '/oidc/revoke',
  pushed_authorization_request: '/oidc/par',
} as const;

export function createProvider(deps: ProviderDependencies): VestibuleProvider {
  const { config } = deps;
  const provider = new VestibuleProvider(
    config.issuer,
    {
      adapter: deps.adapter,
      jwks: deps.jwks,
      routes,
      ...protocol,
      scopes: [...scopes, ...ADMIN_SCOPES],
      claims: Object.fromEntries(
        Object.entries(claimsByScope).map(([scope, claims]) => [scope, [...claims]]),
      ),
      findAccount: createFindAccount(deps.people, deps.tokenDemands),
      loadExistingGrant: deps.loadGrant,
      interactions: {
        policy: deps.policy,
        url: deps.began,
      },
      features: features(deps),
      cookies: cookies(config, deps.sessionCookie),
      ttl: lives(config),
      renderError: raise,
      clientBasedCORS: (_ctx, origin, client) => isBrowserAppAt(origin, client),
      discovery: { activity_endpoint: `${config.issuer}${ACTIVITY}` },
      revokeGrantPolicy: async (ctx) => {
        // Awaited before the family dies, so that a replay never goes unrecorded.
        if (ctx.oidc.route === 'token') await deps.replayed(ctx);
        return !(ctx.oidc.route === 'revocation' && ctx.oidc.entities.AccessToken);
      },
      fetch: (input, init) => deps.fetch(input instanceof Request ? input.url : String(input), init),
    },
    deps.internals,
  );
  provider.use(
    serveEndpoint(provider, {
      path: ACTIVITY,
      failed: 'activity.error',
      params: ['sid'],
      answer: (ctx) => deps.activity.answer(ctx),
    }),
  );
  watchErrors(provider);
  return provider;
}

/** Where apps say that a person is at work; told at discovery. */
const ACTIVITY = '/oidc/activity';

/** s; a program asks anew whenever it needs to, so nothing is gained by more. */
const LONGEST_PROGRAM_TOKEN = 300;

/** What does not depend on settings. */
const protocol = {
  acrValues: [AAL1, AAL2],
  responseTypes: ['code', 'none'],
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
  enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
  clientDefaults: {
    id_token_signed_response_alg: 'ES256',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  },
  extraClientMetadata: {
    properties: [
      'pkce',
      'first_party',
      'form_action_origins',
      'demands',
      'session_limits',
      'activity',
      'previous_secret',
      'way_in',
    ],
  },
  clockTolerance: CLOCK_SKEW,
  assertJwtClientAuthClaimsAndHeader: async (_ctx, claims) => refuseLongLife(claims),
  conformIdTokenClaims: false,
  allowOmittingSingleRegisteredRedirectUri: false,
  rotateRefreshToken: true,
  extraTokenClaims: async ({ oidc: { entities } }) => signInBehind(entities),
  issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
  expiresWithSession: async (_ctx, token) => !scopesOf(token).includes('offline_access'),
  pkce: {
    required: (_ctx, client) => client.pkce !== 'optional' || client.clientAuthMethod === 'none',
  },
} satisfies Configuration;

/** What introspection tells of the sign-in behind an access token, for an API's own step-up (RFC 9470 §6.2). */
function signInBehind(entities: KoaContextWithOIDC['oidc']['entities']): Record<string, unknown> {
  const token = entities.AuthorizationCode ?? entities.RefreshToken;
  return { acr: token?.acr, amr: token?.amr, auth_time: token?.authTime };
}

function features({ people, tokenDemands }: ProviderDependencies): Configuration['features'] {
  return {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    resourceIndicators: { enabled: false },
    clientCredentials: { enabled: true },
    backchannelLogout: { enabled: true },
    claimsParameter: { enabled: true },
    revocation: { enabled: true },
    introspection: {
      enabled: true,
      // Introspection does not look for the account by itself: a disabled one's tokens would stay active.
      allowedPolicy: async (ctx, client, token) => {
        if (client.clientAuthMethod === 'none' && token.clientId !== client.clientId) return false;
        // A removed app's tokens are dead everywhere else by themselves; here the library would fail on them.
        if (!(await ctx.oidc.provider.Client.find(String(token.clientId)))) return false;
        const sub = 'accountId' in token ? token.accountId : undefined;
        if (!sub) return true;
        const person = await people.find(sub);
        if (person?.status !== 'active' || issuedBefore(token, person.sessionsNotBefore)) return false;
        return tokenDemands.holds(ctx, token, person);
      },
    },
  };
}

function cookies(config: Config, sessionCookie: string): Configuration['cookies'] {
  const options = { httpOnly: true, overwrite: true, sameSite: 'lax', signed: true } as const;
  return {
    keys: [...config.secrets.cookie_keys],
    // The last two are never sent: interaction-cookies.ts and resume-guard.ts stand in their place.
    names: { session: sessionCookie, interaction: 'library_interaction', resume: 'library_resume' },
    long: options,
    short: options,
  };
}

function lives({ tokens, session, sign_in }: Config): NonNullable<Configuration['ttl']> {
  return {
    AuthorizationCode: tokens.code,
    AccessToken: (_ctx, _token, client) => Math.min(tokens.access, limitsOf(client).idle ?? Infinity),
    ClientCredentials: Math.min(tokens.access, LONGEST_PROGRAM_TOKEN),
    IdToken: tokens.id,
    Interaction: sign_in.interaction_life,
    // What decides is the store's clock (sessions/session-store.ts); the library only wants a number.
    Session: session.absolute,
    Grant: (_ctx, grant) => (grant.offline ? tokens.grant : session.absolute),
    // Never longer than its grant, without which it could not be used.
    RefreshToken: (ctx, _token, client) => {
      const most = Math.min(tokens.refresh, limitsOf(client).absolute ?? Infinity);
      return Math.max(1, Math.min(most, remaining(ctx.oidc.entities.Grant?.exp)));
    },
  };
}

/** An app's own limits, stricter than the session's: its tokens live no longer. */
function limitsOf(client: Client | undefined): SessionLimits {
  return client?.session_limits ?? {};
}

function remaining(exp: number | undefined): number {
  return exp === undefined ? Number.POSITIVE_INFINITY : exp - Math.floor(clock.now() / 1000);
}

function scopesOf(token: { scope?: string | undefined }): string[] {
  return token.scope?.split(' ') ?? [];
}

/** Errors that cannot go back to the app leave the library here, for the one error handler. */
const raise: NonNullable<Configuration['renderError']> = (ctx, out, error) => {
  if (error instanceof AppError) throw error;
  const refusal = { cause: error, facts: refusalFacts(ctx, error) };
  if (error.name === 'SessionNotFound') throw new AppError('session-expired', refusal);
  if (out.error === 'server_error') throw error;
  throw new AppError('bad-request', refusal);
};

/** What oidc-provider's client needs of a registered app. */
export function clientMetadata(app: App, issuer: string): ClientMetadata {
  // The registry has checked the metadata, word for word, before it kept it.
  return {
    // Named where the app names none: else it could ask for a program's scopes, which no grant ever has.
    scope: scopes.join(' '),
    ...structuredClone(app.metadata),
    pkce: app.pkce,
    first_party: app.firstParty,
    form_action_origins: [...app.formActionOrigins],
    demands: app.demands,
    session_limits: app.session,
    way_in: wayIn(app, issuer),
    activity: app.activity,
    ...(app.previous === undefined ? {} : { previous_secret: app.previous.secret }),
  } as unknown as ClientMetadata;
}
