import { Access } from '../account/access.ts';
import { AccountActivity } from '../account/activity.ts';
import { appNamesOf } from '../account/app-names.ts';
import { AccountApps } from '../account/apps.ts';
import { AccountContact } from '../account/contact.ts';
import { NotMe } from '../account/not-me.ts';
import { createPageProps } from '../account/page-props.tsx';
import { AccountPassword } from '../account/password.ts';
import { AccountPractice } from '../account/practice.ts';
import { Profile } from '../account/profile.ts';
import { AccountSecondFactor } from '../account/second-factor.ts';
import { SessionEndAnswers } from '../account/session-end.ts';
import { AccountSessions } from '../account/sessions.ts';
import { UndoContact } from '../account/undo.ts';
import { Directory } from '../accounts/directory.ts';
import { foldUserId } from '../accounts/user-id.ts';
import { AuditReader } from '../audit/reader.ts';
import type { Config } from '../config.ts';
import type { Context } from '../http/context.ts';
import { type Origin, originOf } from '../http/origin.ts';
import { SessionAttempts } from '../lockout/session-attempts.ts';
import { AAL2 } from '../oidc/step-up.ts';
import { SessionList } from '../sessions/session-list.ts';
import { ChangePassword } from '../use-cases/change-password.ts';
import { InviteMember } from '../use-cases/invite-member.ts';
import { RemoveFactor } from '../use-cases/remove-factor.ts';
import { SecureAccount } from '../use-cases/secure-account.ts';
import type { TellOfChange } from '../use-cases/tell-of-change.ts';
import { UndoContactChange } from '../use-cases/undo-contact-change.ts';
import { WithdrawApp } from '../use-cases/withdraw-app.ts';
import type { Factors, Lockout, People, SignedIn, Stores } from './capabilities.ts';
import type { Contacts } from './contacts.ts';
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
  const { accounts, apps, trail, sessions, cookie, csrf, page, authenticators, alarms } = deps;
  const list = new SessionList(db);
  const access = new Access({
    issuer: config.issuer,
    cookie,
    accounts,
    authenticators,
    sessions,
    active,
    withFactor: AAL2,
    fresh: config.second_factor.fresh,
  });
  const recorder = (origin: Origin) => alarms.recorder(origin);
  const directory = new Directory(db, config.recovery.default_country);
  const shared = {
    ...deps,
    db,
    access,
    list,
    propsOf: createPageProps(page, csrf),
    appNames: appNamesOf(apps, config.operator.name),
    secure: config.issuer.startsWith('https:'),
    append: trail.appender(db),
    recorder: (ctx: Context) => recorder(originOf(ctx)),
    withFactor: AAL2,
    attempts: new SessionAttempts({
      ...deps,
      fold: foldUserId,
      now: async () => new Date((await redis.time()) * 1000),
    }),
  };
  return [
    new Profile({ ...shared, directory }),
    new AccountPassword({ ...shared, changePassword: new ChangePassword({ ...deps, recorder }) }),
    new AccountSecondFactor({
      ...shared,
      removeFactor: new RemoveFactor({ accounts, authenticators, sessions, recorder }),
    }),
    new AccountContact({
      ...shared,
      codes: deps.contactCodes,
      rules: { country: config.recovery.default_country, countries: config.notices.sms.countries },
      codeLife: config.accounts.contact_code_life,
    }),
    new AccountSessions(shared),
    new SessionEndAnswers(deps),
    new AccountApps({ ...shared, withdrawApp: new WithdrawApp(deps) }),
    new AccountPractice({ ...shared, inviteMember: new InviteMember({ ...deps, db }) }),
    new AccountActivity({ ...shared, reader: new AuditReader(db) }),
    new NotMe({ ...shared, secureAccount: new SecureAccount(deps) }),
    new UndoContact({
      ...shared,
      changes: deps.contactChanges,
      undoContactChange: new UndoContactChange({ ...deps, changes: deps.contactChanges }),
    }),
  ];
}
