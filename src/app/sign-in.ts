import { unprovedContact } from '../accounts/contact.ts';
import type { Config } from '../config.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { ReadersMoment } from '../moments.ts';
import { AAL1, AAL2 } from '../oidc/claims.ts';
import { SessionList } from '../sessions/session-list.ts';
import { completedLogin } from '../sign-in/completion.ts';
import { ContactStep } from '../sign-in/contact.ts';
import { EnrolmentStep } from '../sign-in/enrolment.ts';
import { NewPasswordStep } from '../sign-in/new-password.ts';
import { OnSession } from '../sign-in/on-session.ts';
import { PasswordStep } from '../sign-in/password.ts';
import { ProgressStore } from '../sign-in/progress.ts';
import { RememberedUserId } from '../sign-in/remembered.ts';
import { SignIn } from '../sign-in/routes.ts';
import { SecondFactorStep } from '../sign-in/second-factor.ts';
import { Visits } from '../sign-in/visit.ts';
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
  const visits = new Visits({
    interactions,
    progress,
    cookie,
    csrf,
    page,
    accounts,
    isOver: (session) => sessions.isOver(session),
    factors: {
      isEnrolled: (sub) => authenticators.isEnrolled(sub),
      isRoleBound: (sub) => demands.roleWantsFactor(sub),
      isRemembered: async (sub, ctx) => {
        const browser = device.browser(ctx);
        return browser !== undefined && devices.isRemembered(sub, browser);
      },
      hasCodesToShow: async (owner, sub) => (await enrolments.codesToShow(owner, sub)) !== undefined,
    },
    lockedUntil: (ctx, subject) => attemptPages.lockedUntil(ctx, { subject, secret: 'password' }),
    unproved: (account) => unprovedContact(account, notices.channels),
    fresh: config.second_factor.fresh,
  });
  const tellOfDevice = new TellOfDevice({
    sessions: new SessionList(db),
    redis,
    keys,
    tell: async (sub, device) => {
      const words = (moment: ReadersMoment) =>
        ({ kind: 'new-device', values: { ...moment, device } }) as const;
      await db.transaction().execute((tx) => alarms.tell(tx, sub, words));
    },
  });
  return new SignIn({
    interactions,
    visits,
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
      attemptPages,
      progress,
      browserOf,
      authenticators,
      recoveryCodes,
      recorder,
      append,
      rememberDevice: async (ctx, { sub, subject }) => {
        device.keep(ctx, subject);
        await devices.remember(sub, String(device.browser(ctx)), originOf(ctx), recorder(ctx));
      },
      deviceLife: config.second_factor.remember_device,
    }),
    enrolment: new EnrolmentStep({ enrolments, progress, browserOf, recorder }),
    newPassword: new NewPasswordStep({
      newPassword: deps.newPassword,
      progress,
      change: (ctx, sub, hash) =>
        sessions.changing(async (tx, end) => {
          await devices.forgetAllWithin(tx, sub, recorder(ctx));
          const why = { reason: 'forced-change' } as const;
          const moment = await accounts.setPassword(tx, sub, hash, why, recorder(ctx));
          await end(sub, { reason: 'password-changed', by: sub, origin: originOf(ctx) });
          return moment;
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
    onSession: new OnSession({
      interactions,
      cookie,
      accounts,
      consents,
      endSession: (uid, end) => sessions.end(uid, end),
    }),
    complete: (visit) => completedLogin(visit, { one: AAL1, two: AAL2 }),
    finished: async ({ ctx, person, isPublic, session }) => {
      if (!person) return;
      const goesOn = session?.login.accountId === person.sub;
      const isNews = !goesOn && device.knows(ctx, person.subject) === undefined;
      if (config.notices.new_device && isNews) {
        const { address } = ctx.state;
        await tellOfDevice.of(person.sub, { userAgent: ctx.get('user-agent'), address });
      }
      // From now on a stranger's failures do not lock this person out in this browser.
      if (!isPublic) device.keep(ctx, person.subject);
    },
  });
}
