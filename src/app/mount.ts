import Koa from 'koa';
import { ACCOUNT_PAGES, SESSION_END } from '../account/access.ts';
import { Activations } from '../accounts/activations.ts';
import { CONSOLE } from '../admin/access.ts';
import type { Config } from '../config.ts';
import type { Brand } from '../html/brand.ts';
import { keepChoices } from '../html/choices.ts';
import { PlainErrorPage } from '../html/plain-error-page.tsx';
import { htmlOf } from '../html/render.ts';
import { serveStatic } from '../html/static.ts';
import type { Context, State } from '../http/context.ts';
import { handleErrors, type PublicError } from '../http/errors.ts';
import { headersOf, securityHeaders } from '../http/headers.ts';
import { underIssuer } from '../http/issuer.ts';
import type { Explanation } from '../http/listener.ts';
import { isNavigation } from '../http/navigation.ts';
import { redirect } from '../http/redirect.ts';
import { requestLog } from '../http/request-log.ts';
import { Router } from '../http/router.ts';
import type { Sealer } from '../keys/sealer.ts';
import { freshSignIn, LAUNCHER, Launcher } from '../launcher/routes.ts';
import type { Allowance } from '../lockout/allowances.ts';
import type { Log } from '../log.ts';
import { noteActivity } from '../oidc/activity.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import { renderError } from '../oidc/error-page.ts';
import { answerFailures } from '../oidc/protocol-errors.ts';
import { mountOidc } from '../oidc/routes.ts';
import type { Operations } from '../operations/operations.ts';
import { Activation } from '../recovery/activate.ts';
import { StopReset } from '../recovery/stop-reset.ts';
import { ActivateAccount } from '../use-cases/activate-account.ts';
import { type AccountDependencies, createAccount } from './account.ts';
import { createAdmin } from './admin.ts';
import type { Stores } from './capabilities.ts';
import type { HelpDesk } from './help-desk.ts';
import type { Mailing } from './notices.ts';
import type { Recovery } from './recovery.ts';
import { createSignIn, type SignInDependencies } from './sign-in.ts';

type Mounted = SignInDependencies &
  AccountDependencies &
  Mailing & {
    sealer: Sealer;
    provider: CurrentProvider;
    operations: Operations;
    recovery: Recovery;
    helpDesk: HelpDesk;
  };

/** The life of a request, in order. */
export function mount(config: Config, log: Log, stores: Stores, deps: Mounted): Koa<State> {
  const { accounts, apps, trail, brand, page } = deps;
  const { cookie, csrf, sessions, presence, provider, stalePages, operations } = deps;
  const secure = config.issuer.startsWith('https:');
  const counts = config.session.activity;
  const seenIn = (app: string) => async (ctx: Context, uid: string) => {
    if (counts.includes('launcher') && isNavigation(ctx)) await presence.note(uid, { by: 'launcher', app });
  };
  const koa = new Koa<State>({ proxy: true, keys: [...config.secrets.cookie_keys] });
  koa.on('error', (err) => log.warn({ err }, 'an answer could not be sent'));
  koa.use(underIssuer(config.issuer));
  koa.use(
    requestLog({
      log,
      trustedProxies: config.trusted_proxies,
      placeHeader: config.session.place_header,
      observe: (answered) => operations.metrics.observe(answered),
    }),
  );
  koa.use(securityHeaders({ secure }));
  koa.use(
    handleErrors({
      renderErrorPage: renderError(apps, stalePages, config.issuer, page),
      // The demo logs warnings alone, and its newcomer looks there for what the page refers to.
      refusedPages: config.demo ? 'warn' : 'info',
    }),
  );
  koa.use(serveStatic(brand.files));
  koa.use(keepChoices({ secure }));
  koa.use(noteActivity(counts, (uid, use) => presence.note(uid, use)));
  koa.use(answerFailures);

  const router = new Router(csrf);
  // Where password managers send people (W3C, A Well-Known URL for Changing Passwords).
  router.page('/.well-known/change-password', (ctx) => redirect(ctx, '/account/password'));
  mountOidc(router, deps);
  createSignIn(config, stores, deps).mount(router);
  const activations = new Activations(stores.db, config.accounts.activation_life);
  new Activation({
    csrf,
    page,
    secure,
    newPassword: deps.newPassword,
    attemptPages: deps.attemptPages,
    allowance: activationAllowance(config),
    activations,
    activateAccount: new ActivateAccount({ activations, limiter: deps.limiter, trail }),
    signIn: freshSignIn(config.issuer),
  }).mount(router);
  deps.recovery.mount(router);
  new StopReset({
    csrf,
    page,
    secure,
    resets: deps.helpDesk.resets,
    signIn: freshSignIn(config.issuer),
  }).mount(router);
  deps.smsStatus?.mount(router);
  deps.outbox?.mount(router, page);
  for (const page of createAccount(config, stores, deps, seenIn(ACCOUNT_PAGES))) page.mount(router);
  createAdmin(config, stores, deps, seenIn(CONSOLE)).mount(router);
  new Launcher({
    issuer: config.issuer,
    accounts,
    apps,
    cookie,
    csrf,
    page,
    active: seenIn(LAUNCHER),
    sessionEnd: SESSION_END,
    sessions,
  }).mount(router);
  router.mount(koa);
  koa.use((ctx, next) => provider.handle(ctx, next));
  return koa;
}

/** Of one link: people correct themselves some times. */
function activationAllowance({ strangers: { most_requests: most } }: Config): Allowance {
  return { what: 'activation', free: Math.ceil(most / 10), most: Math.ceil(most / 2), window: 3600 };
}

/** Answers a request that Node could not read, which no part of the app gets to see. */
export function explainer(brand: Brand, issuer: string): (error: PublicError) => Explanation {
  const headers = {
    ...headersOf(issuer.startsWith('https:')),
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
  };
  return ({ code, errorId }) => ({ headers, body: htmlOf(PlainErrorPage({ code, errorId, brand })) });
}
