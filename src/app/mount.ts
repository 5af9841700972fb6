import Router from '@koa/router';
import Koa from 'koa';
import { Activations } from '../accounts/activations.ts';
import type { Config } from '../config.ts';
import { keepChoices } from '../html/choices.ts';
import { serveStatic } from '../html/static.ts';
import type { State } from '../http/context.ts';
import { handleErrors } from '../http/errors.ts';
import { securityHeaders } from '../http/headers.ts';
import { underIssuer } from '../http/issuer.ts';
import { requestLog } from '../http/request-log.ts';
import { freshSignIn, Launcher } from '../launcher/routes.ts';
import type { Log } from '../log.ts';
import { noteActivity } from '../oidc/activity.ts';
import { AAL1 } from '../oidc/claims.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import { renderError } from '../oidc/error-page.ts';
import { answerFailures } from '../oidc/protocol-errors.ts';
import { mountOidc } from '../oidc/routes.ts';
import type { Operations } from '../operations/operations.ts';
import { Activation } from '../recovery/activate.ts';
import type { Origin } from '../sessions/ledger.ts';
import { PasswordStep, type SignInFailed } from '../sign-in/password.ts';
import { RememberedUserId } from '../sign-in/remembered.ts';
import { SignIn, type SignInParts } from '../sign-in/routes.ts';
import type { Mailing } from './notices.ts';
import type { Oidc } from './oidc.ts';
import type { People, SignedIn, Stores } from './parts.ts';

type Mounted = People & SignedIn & Mailing & Oidc & { provider: CurrentProvider; operations: Operations };

/** The life of a request, in order. */
export function mount(config: Config, log: Log, db: Stores['db'], parts: Mounted): Koa<State> {
  const { accounts, apps, consents, hasher, trail, brand, page } = parts;
  const { cookie, csrf, sessions, provider, interactions, restarts, operations } = parts;
  const secure = config.issuer.startsWith('https:');
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
  koa.use(securityHeaders({ secure }));
  koa.use(handleErrors({ renderErrorPage: renderError(apps, (uid) => restarts.appOf(uid), page) }));
  koa.use(serveStatic(brand.files));
  koa.use(keepChoices({ secure }));
  koa.use(noteActivity(counts, touch));
  koa.use(answerFailures);

  const router = new Router();
  mountOidc(router, parts);
  const append = (event: SignInFailed, origin: Origin) => trail.append(db, event, origin);
  const password = new PasswordStep({ accounts, hasher, append });
  const endSession: SignInParts['endSession'] = (uid, end) => sessions.end(uid, end);
  new SignIn({
    ...{ interactions, password, accounts, consents, cookie, csrf, page, endSession },
    remembered: new RememberedUserId(secure),
    settings: config.sign_in,
    acr: AAL1,
  }).mount(router);
  new Activation({
    ...{ hasher, csrf, page, secure, minimumLength: config.password.minimum_length },
    activations: new Activations(db, config.accounts.activation_life),
    append: (tx, change, origin) => trail.append(tx, change, origin),
    signIn: freshSignIn(config.issuer),
  }).mount(router);
  parts.smsStatus?.mount(router);
  parts.outbox?.mount(router, page);
  const active = counts.includes('launcher') ? touch : async () => {};
  new Launcher({ issuer: config.issuer, accounts, apps, cookie, csrf, page, active }).mount(router);
  koa.use(router.routes());
  koa.use((ctx, next) => provider.handle(ctx, next));
  return koa;
}
