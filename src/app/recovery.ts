import { foldUserId } from '../accounts/user-id.ts';
import type { Config } from '../config.ts';
import { FactorChallenge } from '../factors/challenge.ts';
import type { Origin } from '../http/origin.ts';
import type { Router } from '../http/router.ts';
import { deriveKey } from '../keys/derive.ts';
import type { Sealer } from '../keys/sealer.ts';
import { freshSignIn } from '../launcher/routes.ts';
import type { Log } from '../log.ts';
import { storeMoment } from '../moments.ts';
import { keptDefault } from '../postgres/kept-defaults.ts';
import { CodeStep } from '../recovery/code.ts';
import { Limits } from '../recovery/limits.ts';
import { Messages } from '../recovery/messages.ts';
import { NewPasswordStep } from '../recovery/new-password.ts';
import { RecoveryRequests } from '../recovery/recovery-request.ts';
import { RequestStep } from '../recovery/request.ts';
import { Resets, resetCookie } from '../recovery/resets.ts';
import { RecoverPassword } from '../recovery/routes.ts';
import { FactorStep } from '../recovery/second-factor.ts';
import { RecoverUserId } from '../recovery/user-id.ts';
import { ResetPassword } from '../use-cases/reset-password.ts';
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
  const { trail, attemptPages, sealer: seals, resetLinks: links, notices } = deps;
  const { issuer, recovery: settings } = config;
  const append = trail.appender(db);
  const secret = deriveKey(config.secrets.cookie_keys, 'codes of resets');
  const resets = new Resets({ redis, keys, seals, settings, secret });
  const cookie = resetCookie(issuer.startsWith('https:'));
  const free = settings.requests_per_address;
  const most = Math.max(free, config.strangers.most_requests);
  const fold = foldUserId;
  const messages = new Messages({
    ...deps,
    db: stores.jobsDb,
    seals,
    resets,
    links,
    log,
    issuer,
    settings,
    refusesUnproved: async () =>
      (settings.unproved ?? (await keptDefault(db, 'recovery.unproved'))) !== 'allow',
  });
  const requests = new RecoveryRequests({
    ...deps,
    resets,
    cookie,
    fold,
    issuer,
    session: deps.cookie,
    signIn: freshSignIn(issuer),
  });
  const asking = {
    attemptPages,
    messages,
    limits: new Limits({ redis, keys, settings }),
    allowance: { what: 'recovery', free, most, window: 3600 },
    channels: notices.channels,
    tooMany: (origin: Origin) =>
      append({ event: 'recovery.failed', outcome: 'failure', reason: 'too-many-requests' }, origin),
  };
  const request = new RequestStep({
    ...asking,
    resets,
    cookie,
    fold,
    device: deps.device,
    moment: () => storeMoment(db),
  });
  const resetPassword = new ResetPassword({ ...deps, contacts: deps.contactChanges, log });
  const challenge = new FactorChallenge({ ...deps, append, recorder: (origin) => trail.recorder(origin) });
  const { code_life: codeLife, default_country: country } = settings;
  const surfaces = [
    new RecoverPassword({
      requests,
      resets,
      links,
      cookie,
      attemptPages,
      request,
      code: new CodeStep({ ...asking, resets, request, fold, append, codeLife }),
      secondFactor: new FactorStep({ challenge, resets, fold }),
      newPassword: new NewPasswordStep({ newPassword: deps.newPassword, resetPassword }),
    }),
    new RecoverUserId({ ...asking, requests, country }),
  ];
  return {
    mount(router: Router): void {
      for (const surface of surfaces) surface.mount(router);
    },
    /** Begins to send what is asked for. */
    async work(): Promise<void> {
      await messages.work();
      await resetPassword.work();
    },
  };
}
