import type { Config } from '../config.ts';
import { FactorChallenge } from '../factors/challenge.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { AAL1, AAL2 } from '../oidc/claims.ts';
import { SessionList } from '../sessions/session-list.ts';
import { ContactStep } from '../sign-in/contact.ts';
import { EnrolmentStep } from '../sign-in/enrolment.ts';
import { NewPasswordStep } from '../sign-in/new-password.ts';
import { OnSession } from '../sign-in/on-session.ts';
import { PasswordStep, RememberedUserId } from '../sign-in/password.ts';
import { ProgressStore } from '../sign-in/progress.ts';
import { SignIn } from '../sign-in/routes.ts';
import { SecondFactorStep } from '../sign-in/second-factor.ts';
import { SignInRequests } from '../sign-in/sign-in-request.ts';
import { ReplaceForcedPassword } from '../use-cases/replace-forced-password.ts';
import type { TellOfChange } from '../use-cases/tell-of-change.ts';
import { TellOfDevice } from '../use-cases/tell-of-device.ts';
import type { Factors, Lockout, People, SignedIn, Stores } from './capabilities.ts';
import type { Contacts } from './contacts.ts';
import type { Mailing } from './notices.ts';
import type { Oidc } from './oidc.ts';

export type SignInDependencies = People &
  SignedIn &
  Oidc &
  Lockout &
  Factors &
  Contacts &
  Mailing & { alarms: TellOfChange };

/** The interaction, step by step. */
export function createSignIn(config: Config, { db, redis, keys }: Stores, deps: SignInDependencies): SignIn {
  const { accounts, consents, trail, hasher, passwordPolicy: policy, page } = deps;
  const { interactions, cookie, csrf, sessions, demands } = deps;
  const { attemptPages, device, authenticators, recoveryCodes, devices, enrolments, alarms, notices } = deps;
  const progress = new ProgressStore(redis, keys, config.sign_in.interaction_life);
  const browserOf = (ctx: Context) => csrf.browserId(ctx);
  const recorder = (ctx: Context) => alarms.recorder(originOf(ctx));
  const append = trail.appender(db);
  const requests = new SignInRequests({
    interactions,
    progress,
    cookie,
    csrf,
    page,
    accounts,
    sessions,
    notices,
    authenticators,
    enrolments,
    devices,
    device,
    demands,
    attemptPages,
    fresh: config.second_factor.fresh,
  });
  const tellOfDevice = new TellOfDevice({ db, redis, keys, alarms, sessions: new SessionList(db) });
  return new SignIn({
    interactions,
    requests,
    progress,
    attemptPages,
    password: new PasswordStep({
      accounts,
      hasher,
      policy,
      attemptPages,
      progress,
      browserOf,
      append,
      remembered: new RememberedUserId(config.issuer.startsWith('https:')),
      settings: { ...config.sign_in, per_account: config.session.per_account },
      endReason: async (ctx) => (config.session.per_account ? cookie.endReason(ctx) : undefined),
    }),
    secondFactor: new SecondFactorStep({
      challenge: new FactorChallenge({
        attemptPages,
        authenticators,
        recoveryCodes,
        append,
        recorder: (origin) => alarms.recorder(origin),
      }),
      progress,
      browserOf,
      device,
      devices,
      recorder,
      deviceLife: config.second_factor.remember_device,
    }),
    enrolment: new EnrolmentStep({ enrolments, progress, browserOf, recorder }),
    newPassword: new NewPasswordStep({
      newPassword: deps.newPassword,
      progress,
      replacePassword: new ReplaceForcedPassword({
        accounts,
        devices,
        sessions,
        recorder: (origin) => alarms.recorder(origin),
      }),
    }),
    contact: new ContactStep({
      attemptPages,
      progress,
      append,
      codes: deps.contactCodes,
      codeLife: config.accounts.contact_code_life,
      proveContact: deps.proveContact,
      recorder,
    }),
    onSession: new OnSession({ interactions, cookie, accounts, consents, sessions }),
    levels: { one: AAL1, two: AAL2 },
    device,
    tellOfDevice: config.notices.new_device ? tellOfDevice : undefined,
  });
}
