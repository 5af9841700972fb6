import { foldUserId } from '../accounts/user-id.ts';
import type { Config } from '../config.ts';
import type { Context } from '../http/context.ts';
import { type Origin, originOf } from '../http/origin.ts';
import type { Router } from '../http/router.ts';
import { deriveKey } from '../keys/derive.ts';
import type { Sealer } from '../keys/sealer.ts';
import { freshSignIn } from '../launcher/routes.ts';
import type { Log } from '../log.ts';
import { storeMoment } from '../moments.ts';
import { keptDefault } from '../postgres/kept-defaults.ts';
import { Change } from '../recovery/change.ts';
import { CodeStep } from '../recovery/code.ts';
import { resetCookie } from '../recovery/cookie.ts';
import { Limits } from '../recovery/limits.ts';
import { Messages } from '../recovery/messages.ts';
import { ResetPasswordStep } from '../recovery/new-password.ts';
import { RequestStep } from '../recovery/request.ts';
import { Requests } from '../recovery/requests.ts';
import { Resets } from '../recovery/resets.ts';
import { RecoverPassword } from '../recovery/routes.ts';
import { FactorStep } from '../recovery/second-factor.ts';
import { Unlocks } from '../recovery/unlocks.ts';
import { RecoverUserId } from '../recovery/user-id.ts';
import { Visits } from '../recovery/visit.ts';
import type { Factors, Lockout, People, SignedIn, Stores } from './capabilities.ts';
import type { Contacts } from './contacts.ts';
import type { Mailing } from './notices.ts';

export type RecoveryDependencies = People &
  SignedIn &
  Lockout &
  Factors &
  Mailing &
  Contacts & { sealer: Sealer };

export type Recovery = ReturnType<typeof createRecovery>;

/** Forgotten passwords and user IDs. */
export function createRecovery(config: Config, log: Log, stores: Stores, deps: RecoveryDependencies) {
  const { db, redis, keys } = stores;
  const { accounts, apps, trail, page, sealer: seals } = deps;
  const { sessions, csrf, jobs, attemptPages, device, limiter, notices } = deps;
  const { authenticators, recoveryCodes, devices, contactChanges, resetLinks: links, cookie: session } = deps;
  const { issuer, recovery: settings } = config;
  const append = trail.appender(db);
  const recorder = (ctx: Context) => trail.recorder(originOf(ctx));
  const resets = new Resets({
    redis,
    keys,
    seals,
    settings,
    secret: deriveKey(config.secrets.cookie_keys[0] as string, 'codes of resets'),
  });
  const cookie = resetCookie(issuer.startsWith('https:'));
  const requests = new Requests({ db, jobs, seals, log });
  const limits = new Limits({ redis, keys, settings });
  const free = settings.requests_per_address;
  const most = Math.max(free, config.strangers.most_requests);
  const allowance = { what: 'recovery', free, most, window: 3600 };
  const fold = foldUserId;
  const { channels } = notices;
  const tooMany = (origin: Origin) =>
    append({ event: 'recovery.failed', outcome: 'failure', reason: 'too-many-requests' }, origin);
  const visits = new Visits({
    resets,
    cookie,
    csrf,
    page,
    accounts,
    fold,
    signIn: freshSignIn(issuer),
    appOf: (clientId) => apps.find(clientId),
    issuer: config.issuer,
    isSignedIn: async (ctx) => (await session.session(ctx)) !== undefined,
    isEnrolled: (sub) => authenticators.isEnrolled(sub),
    barred: (ctx, subject) => attemptPages.barred(ctx, { subject, secret: 'sent-code' }),
  });
  const request = new RequestStep({
    attemptPages,
    limits,
    resets,
    requests,
    cookie,
    fold,
    device,
    channels,
    tooMany,
    allowance,
    moment: () => storeMoment(db),
  });
  const unlocks = new Unlocks({ jobs, limiter, log });
  const change = new Change({
    accounts,
    sessions,
    unlocks,
    limiter,
    notices,
    fold,
    devices,
    contacts: contactChanges,
    append: (tx, event, origin) => trail.append(tx, event, origin),
    recorder,
  });
  const surfaces = [
    new RecoverPassword({
      visits,
      resets,
      links,
      cookie,
      attemptPages,
      request,
      code: new CodeStep({
        attemptPages,
        resets,
        request,
        fold,
        append,
        channels,
        codeLife: settings.code_life,
      }),
      secondFactor: new FactorStep({
        attemptPages,
        resets,
        authenticators,
        recoveryCodes,
        recorder,
        append,
        fold,
      }),
      password: new ResetPasswordStep({
        newPassword: deps.newPassword,
        change: (ctx, reset, hash, app) => change.make(ctx, reset, hash, app),
      }),
    }),
    new RecoverUserId({
      visits,
      attemptPages,
      limits,
      requests,
      channels,
      tooMany,
      allowance,
      country: settings.default_country,
    }),
  ];
  const messages = new Messages({
    accounts,
    notices,
    resets,
    links,
    issuer,
    settings,
    db: stores.jobsDb,
    append: (tx, event, origin) => trail.append(tx, event, origin),
    refusesUnproved: async () =>
      (settings.unproved ?? (await keptDefault(db, 'recovery.unproved'))) !== 'allow',
  });
  return {
    mount(router: Router): void {
      for (const surface of surfaces) surface.mount(router);
    },
    /** Begins to send what is asked for. */
    async work(): Promise<void> {
      await requests.work((asked) => messages.answer(asked));
      await unlocks.work();
    },
  };
}
