import { Access } from '../account/access.ts';
import { AccountActivity } from '../account/activity.ts';
import { AccountApps } from '../account/apps.ts';
import { Attempts } from '../account/attempts.ts';
import { AccountContact } from '../account/contact.ts';
import { createFrame } from '../account/frame.tsx';
import { NotMe } from '../account/not-me.ts';
import { AccountPassword } from '../account/password.ts';
import { AccountPractice } from '../account/practice.ts';
import { Profile } from '../account/profile.ts';
import { AccountSecondFactor } from '../account/second-factor.ts';
import { SessionEndAnswers } from '../account/session-end.ts';
import { AccountSessions } from '../account/sessions.ts';
import { UndoContact } from '../account/undo.ts';
import { Directory } from '../accounts/directory.ts';
import { AuditReader } from '../audit/reader.ts';
import type { Config } from '../config.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { AAL2 } from '../oidc/claims.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { TellOfChange } from '../use-cases/tell-of-change.ts';
import type { Factors, Lockout, People, SignedIn, Stores } from './capabilities.ts';
import { createContactDependencies } from './contact.ts';
import type { Contacts } from './contacts.ts';
import { createDelegation } from './delegation.ts';
import type { Mailing } from './notices.ts';

export type AccountDependencies = People &
  SignedIn &
  Factors &
  Lockout &
  Mailing &
  Contacts & { alarms: TellOfChange };

type Pages = { mount(router: Parameters<Profile['mount']>[0]): void }[];

/** The pages of a person's own account, in the order of its menu. */
export function createAccount(
  config: Config,
  { db, redis }: Stores,
  deps: AccountDependencies,
  active: (ctx: Context, uid: string) => Promise<void>,
): Pages {
  const { accounts, apps, consents, trail, sessions, stepUp, cookie, csrf, page, hasher } = deps;
  const { appAccess, authenticators, enrolments, recoveryCodes, devices, limiter, device, alarms } = deps;
  const recorder = (ctx: Context) => alarms.recorder(originOf(ctx));
  const list = new SessionList(db);
  const frame = createFrame(page, csrf);
  const secure = config.issuer.startsWith('https:');
  const openSessions = async (sub: string) => (await list.openOfAccount(sub)).sessions;
  const clearSession = (ctx: Context) => cookie.clear(ctx);
  const append = trail.appender(db);
  const now = async () => new Date((await redis.time()) * 1000);
  const attempts = new Attempts({ limiter, device, page, now });
  const access = new Access({
    issuer: config.issuer,
    cookie,
    accounts,
    active,
    withFactor: AAL2,
    fresh: config.second_factor.fresh,
    isEnrolled: (sub) => authenticators.isEnrolled(sub),
    left: (uid) => sessions.left(uid),
  });
  const directory = new Directory(db, config.recovery.default_country);
  const appNames = async () => {
    const names = new Map((await apps.list()).map(({ clientId, name }) => [clientId, name]));
    return (clientId: string) =>
      names.get(clientId) ?? (clientId.startsWith('vestibule-') ? config.operator.name : clientId);
  };
  const contact = createContactDependencies(config, deps);
  return [
    new Profile({ access, frame, db, accounts, directory, recorder, secure }),
    new AccountPassword({
      access,
      attempts,
      frame,
      page,
      hasher,
      newPassword: deps.newPassword,
      append,
      openSessions,
      clearSession,
      change: (ctx, sub, change) =>
        sessions.changing(async (tx, end) => {
          const moment = await accounts.replacePassword(tx, sub, change, recorder(ctx));
          if (!moment) return false;
          // Whoever had the old password may have had a browser remembered, too.
          await devices.forgetAllWithin(tx, sub, recorder(ctx));
          await end(sub, { reason: 'password-changed', by: sub, origin: originOf(ctx) });
          return true;
        }),
    }),
    new AccountSecondFactor({
      access,
      csrf,
      frame,
      page,
      authenticators,
      enrolments,
      recoveryCodes,
      devices,
      recorder,
      openSessions,
      factorProved: async (ctx, session) => {
        try {
          const id = await stepUp.raise(session, { acr: AAL2, amr: ['pwd', 'otp', 'mfa'] });
          if (id !== undefined) cookie.give(ctx, id);
        } catch (err) {
          // The factor is enrolled already; an error page would say otherwise.
          ctx.state.log.warn({ err }, 'a session could not be raised by its new factor');
        }
      },
      removeAuthenticator: (ctx, sub, id) =>
        sessions.changing(async (tx, end) => {
          if (!(await authenticators.remove(sub, id, recorder(ctx), tx))) return false;
          await accounts.revokeSessions(tx, sub);
          await end(sub, { reason: 'factor-removed', by: sub, origin: originOf(ctx) });
          return true;
        }),
    }),
    new AccountContact({ ...contact, access, attempts, frame, append }),
    new AccountSessions({ access, frame, list, sessions, appNames }),
    new SessionEndAnswers({ cookie, sessions, presence: deps.presence, accounts }),
    new AccountApps({
      access,
      frame,
      appNames,
      consents: (sub) => consents.list(sub),
      offline: (sub) => appAccess.offlineOf(sub),
      withdraw: (ctx, account, clientId) =>
        appAccess.withdraw({ account, clientId }, (withdraw) =>
          consents.takeBack({ account, clientId }, withdraw, originOf(ctx)),
        ),
    }),
    new AccountPractice({ access, frame, ...createDelegation({ db }, deps, deps.invite) }),
    new AccountActivity({ access, frame, reader: new AuditReader(db), appNames }),
    new NotMe({
      access,
      frame,
      clearSession,
      openOf: (sub) => list.openOfAccount(sub),
      secure: (ctx, sub) =>
        sessions.changing(async (tx, end) => {
          await accounts.lockPassword(tx, sub, recorder(ctx));
          await devices.forgetAllWithin(tx, sub, recorder(ctx));
          const words = (moment: { at: string }) =>
            ({ kind: 'account-compromised', values: moment }) as const;
          await alarms.tell(tx, sub, words, { everywhere: true });
          await end(sub, { reason: 'not-me', by: sub, origin: originOf(ctx) });
        }),
    }),
    new UndoContact({ ...contact, csrf, page, secure, clearSession }),
  ];
}
