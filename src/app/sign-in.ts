import type { Config } from '../config.ts';
import { FactorChallenge } from '../factors/challenge.ts';
import type { Context } from '../http/context.ts';
import { type Origin, originOf } from '../http/origin.ts';
import { AAL1, AAL2 } from '../oidc/step-up.ts';
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
  const { csrf, alarms, cookie } = deps;
  const progress = new ProgressStore(redis, keys, config.sign_in.interaction_life);
  const common = {
    ...deps,
    progress,
    browserOf: (ctx: Context) => csrf.browserId(ctx),
    recorder: (ctx: Context) => alarms.recorder(originOf(ctx)),
    append: deps.trail.appender(db),
  };
  const ofOrigin = { recorder: (origin: Origin) => alarms.recorder(origin) };
  return new SignIn({
    ...common,
    requests: new SignInRequests({ ...common, fresh: config.second_factor.fresh }),
    password: new PasswordStep({
      ...common,
      policy: deps.passwordPolicy,
      remembered: new RememberedUserId(config.issuer.startsWith('https:')),
      settings: { ...config.sign_in, per_account: config.session.per_account },
      endReason: async (ctx) => (config.session.per_account ? cookie.endReason(ctx) : undefined),
    }),
    secondFactor: new SecondFactorStep({
      ...common,
      challenge: new FactorChallenge({ ...common, ...ofOrigin }),
      deviceLife: config.second_factor.remember_device,
    }),
    enrolment: new EnrolmentStep(common),
    newPassword: new NewPasswordStep({
      ...common,
      replacePassword: new ReplaceForcedPassword({ ...common, ...ofOrigin }),
    }),
    contact: new ContactStep({
      ...common,
      codes: deps.contactCodes,
      codeLife: config.accounts.contact_code_life,
    }),
    onSession: new OnSession(deps),
    levels: { one: AAL1, two: AAL2 },
    tellOfDevice: config.notices.new_device
      ? new TellOfDevice({ db, redis, keys, alarms, sessions: new SessionList(db) })
      : undefined,
  });
}
