import type { VNode } from 'preact';
import { AccountActivityPage } from '../../src/account/pages/activity.tsx';
import { AccountAppsPage } from '../../src/account/pages/apps.tsx';
import { AccountContactCodePage, AccountContactPage } from '../../src/account/pages/contact.tsx';
import { MessagePage } from '../../src/account/pages/message.tsx';
import { AccountNavigation } from '../../src/account/pages/navigation.tsx';
import { NotMePage } from '../../src/account/pages/not-me.tsx';
import { AccountPasswordPage } from '../../src/account/pages/password.tsx';
import {
  PracticeChoicePage,
  PracticeInvitationPage,
  type PracticeMember,
  PracticeMemberPage,
  PracticeMembersPage,
} from '../../src/account/pages/practice.tsx';
import { ProfilePage } from '../../src/account/pages/profile.tsx';
import { AccountSessionsPage } from '../../src/account/pages/sessions.tsx';
import { UndoPage } from '../../src/account/pages/undo.tsx';
import type { PageProps } from '../../src/html/page.ts';
import { SignedInAs } from '../../src/html/signed-in-as.tsx';
import { PasswordChangedPage } from '../../src/passwords/pages/new-password.tsx';

const day = (n: number) => new Date(Date.UTC(2026, 2, n, 14, 5));
const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2);
const zones = Intl.supportedValuesOf('timeZone');
const workplaces = [
  { practice: 'p1', name: 'Lakeside Family Medicine', role: 'clinician', since: day(1) },
  { practice: 'p2', name: long, role: 'practice-administrator', since: day(2) },
] as const;
const seen = { startedAt: day(4), lastSeenAt: day(9) };
const sessions = [
  {
    uid: 's1',
    device: 'Chrome on Windows',
    address: '203.0.113.7',
    place: 'São Paulo, BR',
    apps: ['Claims', 'Eligibility'],
    isThis: true,
  },
  { uid: 's2', device: '', address: null, place: null, apps: [], isThis: false },
  {
    uid: 's3',
    device: 'Safari on iPhone',
    address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
    place: null,
    apps: [long],
    isThis: false,
  },
].map((session) => ({ ...session, ...seen }));
const apps = [
  {
    clientId: 'care-finder',
    name: 'Care Finder',
    consent: { scopes: ['openid', 'profile', 'practice', 'offline_access'], givenAt: day(3) },
    offline: { count: 1, since: day(4) },
  },
  { clientId: 'mobile', name: long, consent: null, offline: { count: 2, since: day(5) } },
];
const row = { reason: null, app: null, device: 'Chrome on Windows', address: '203.0.113.7', changed: [] };
const happenings = [
  { ...row, id: '1', event: 'session.ended', reason: 'idle', device: null, address: null, byOthers: false },
  { ...row, id: '2', event: 'account.changed', changed: ['email', 'phone_number'], byOthers: false },
  { ...row, id: '3', event: 'lock.lifted', device: null, address: null, byOthers: true },
  { ...row, id: '4', event: 'app.entered', app: long, byOthers: false },
  { ...row, id: '5', event: 'sign-in.failed', device: '', byOthers: false },
].map((each, index) => ({ ...each, at: day(9 - index) }));

const members = [
  { id: 'm1', name: 'Ana Rivera', userId: 'dr.rivera', role: 'practice-administrator', isOwn: true },
  { id: 'm2', name: long, userId: 'm.chen', role: 'biller', status: 'suspended' },
  { id: 'm3', name: 'Kim Roe', userId: null, role: 'staff', accountStatus: 'invited' },
  { id: 'm4', name: 'Lee Poe', userId: 'lee', role: 'clinician', accountStatus: 'disabled' },
].map((each) => ({ accountStatus: 'active', status: 'active', isOwn: false, since: day(3), ...each })) as [
  PracticeMember,
  PracticeMember,
  PracticeMember,
  PracticeMember,
];

/** Every page of the account, in every state. */
export function accountStates(site: PageProps & { csrf: string }): Record<string, () => VNode> {
  const who = { userName: 'Ana Rivera', userId: 'dr.rivera' };
  const { csrf, t } = site;
  const ways = { csrf, signOutAction: '/sign-out', switchUserAction: '/switch-user' };
  const at = (action: string) => ({
    ...site,
    action,
    zone: 'America/New_York',
    navigation: <AccountNavigation here={action} t={t} />,
    account: <SignedInAs {...who} {...ways} signOutId="sign-out" t={t} />,
  });
  const profile = { ...at('/account'), ...who, workplaces, zones, locale: 'en' };
  const reach = { email: 'ana.rivera@lakeside.example', phoneNumber: '+12025550143' };
  const contact = { ...at('/account/contact'), ...reach };
  const code = { ...at('/account/contact'), to: `${'long.'.repeat(12)}name@clinic.example`, minutes: 10 };
  const waiting = { ...code, wait: 42 };
  const own = { ...at('/account/sessions'), sessions, others: 2 };
  const access = { ...at('/account/apps'), apps };
  const practice = { ...at('/account/practice'), practice: { id: 'p1', name: 'Lakeside Family Medicine' } };
  const people = { ...practice, members, several: false };
  const invitation = {
    ...practice,
    role: 'biller' as const,
    typed: { givenName: 'Kim', familyName: 'Roe', email: 'kim.roe@lakeside.example' },
  };
  const ending = (how: string) => ({
    left: 1,
    who: 'dr.rivera',
    csrf,
    signOutAction: '/sign-out',
    action: `/account/session?${how}`,
  });
  const rules = { minimum: 12, composition: [] } as const;
  const password = { ...at('/account/password'), rules, userId: 'dr.rivera', sessions: 3 };
  return {
    'account-practice': () => <PracticeMembersPage {...people} />,
    'account-practice-several': () => <PracticeMembersPage {...people} several next="n" done="ended" />,
    'account-practice-own': () => <PracticeMembersPage {...people} error="own" />,
    'account-practice-member': () => <PracticeMemberPage {...practice} member={members[1]} />,
    'account-practice-waiting': () => <PracticeMemberPage {...practice} member={members[2]} />,
    'account-practice-invitation': () => <PracticeInvitationPage {...invitation} />,
    'account-practice-invitation-wrong': () => <PracticeInvitationPage {...invitation} error="email" />,
    'account-practice-choice': () => (
      <PracticeChoicePage
        {...practice}
        practices={workplaces.map(({ practice: id, name }) => ({ id, name }))}
      />
    ),
    'account-practice-none': () => <PracticeChoicePage {...practice} practices={[]} />,
    account: () => <ProfilePage {...profile} {...reach} />,
    'account-bare': () => (
      <ProfilePage
        {...profile}
        email={null}
        phoneNumber={null}
        workplaces={[]}
        locale=""
        zone={null}
        done="saved"
      />
    ),
    'session-end-soon': () => <ProfilePage {...profile} {...reach} ending={ending('soon')} />,
    'session-end-last': () => <AccountContactPage {...contact} ending={ending('last')} />,
    'session-end-over': () => <AccountSessionsPage {...own} ending={ending('over')} />,
    'account-password': () => <AccountPasswordPage {...password} />,
    'account-password-missing': () => <AccountPasswordPage {...password} error="current-missing" />,
    'account-password-wrong': () => <AccountPasswordPage {...password} error="current-wrong" />,
    'account-password-short': () => <AccountPasswordPage {...password} fault={{ kind: 'too-short' }} />,
    'account-password-changed': () => <PasswordChangedPage {...site} signIn="/" />,
    'account-sessions': () => <AccountSessionsPage {...own} />,
    'account-sessions-one': () => (
      <AccountSessionsPage {...own} sessions={sessions.slice(0, 1)} others={0} done="ended" />
    ),
    'account-sessions-end': () => <AccountSessionsPage {...own} asked="s2" />,
    'account-sessions-end-this': () => <AccountSessionsPage {...own} asked="s1" />,
    'account-sessions-end-others': () => <AccountSessionsPage {...own} asked="others" />,
    'account-apps': () => <AccountAppsPage {...access} />,
    'account-apps-none': () => <AccountAppsPage {...access} apps={[]} done="withdrawn" />,
    'account-apps-withdraw': () => <AccountAppsPage {...access} asked="care-finder" />,
    'account-activity': () => <AccountActivityPage {...at('/account/activity')} happenings={happenings} />,
    'account-activity-none': () => <AccountActivityPage {...at('/account/activity')} happenings={[]} />,
    'account-not-me': () => <NotMePage {...at('/account/not-me')} sessions={3} offline={1} />,
    'account-not-me-one': () => <NotMePage {...at('/account/not-me')} sessions={1} offline={0} />,
    'account-contact-bare': () => (
      <AccountContactPage {...contact} email={null} phoneNumber={null} done="email" />
    ),
    'account-contact-long': () => (
      <AccountContactPage {...contact} email={`${'long.'.repeat(12)}name@clinic.example`} />
    ),
    'account-contact': () => <AccountContactPage {...contact} />,
    'account-contact-changed': () => <AccountContactPage {...contact} done="sms" />,
    ...Object.fromEntries(
      (
        ['missing', 'email', 'phone', 'country', 'same', 'no-email', 'no-sms', 'many', 'expired'] as const
      ).map((error) => [
        `account-contact-${error}`,
        () => <AccountContactPage {...contact} typed="x" error={error} />,
      ]),
    ),
    'account-contact-code': () => <AccountContactCodePage {...waiting} />,
    'account-contact-code-resent': () => <AccountContactCodePage {...waiting} resent />,
    'account-contact-code-waited': () => <AccountContactCodePage {...code} to="+12025550143" wait={0} />,
    ...Object.fromEntries(
      (['missing', 'too-short', 'wrong', 'wait', 'many'] as const).map((error) => [
        `account-contact-code-${error}`,
        () => <AccountContactCodePage {...waiting} error={error} />,
      ]),
    ),
    'undo-email': () => <UndoPage {...site} channel="email" restores action="/account/undo" />,
    'undo-phone': () => <UndoPage {...site} channel="sms" restores={false} action="/account/undo" />,
    undone: () => (
      <MessagePage
        {...site}
        name="undone-contact"
        heading={t('undone.heading')}
        lead={t('undone.lead')}
        way={{ href: '/recover/password', label: t('undone.reset') }}
        support
      />
    ),
    'undo-dead': () => (
      <MessagePage
        {...site}
        name="undo-dead"
        heading={t('link-dead.heading')}
        lead={t('undo-dead.lead')}
        way={{ href: '/recover/password', label: t('undone.reset') }}
        support
      />
    ),
  };
}
