import type { VNode } from 'preact';
import { AccessReportPage } from '../../src/admin/pages/access-report.tsx';
import { AccountPage } from '../../src/admin/pages/account.tsx';
import { AccountsPage } from '../../src/admin/pages/accounts.tsx';
import { AppPage } from '../../src/admin/pages/app.tsx';
import { AppsPage } from '../../src/admin/pages/apps.tsx';
import { AuditPage } from '../../src/admin/pages/audit.tsx';
import { ConfirmPage } from '../../src/admin/pages/confirm.tsx';
import { HelpDesk } from '../../src/admin/pages/help-desk.tsx';
import { KeysPage } from '../../src/admin/pages/keys.tsx';
import { LogoutNoticesPage } from '../../src/admin/pages/logout-notices.tsx';
import { OverviewPage } from '../../src/admin/pages/overview.tsx';
import { PracticePage } from '../../src/admin/pages/practice.tsx';
import { PracticesPage } from '../../src/admin/pages/practices.tsx';
import { RegisterAppPage } from '../../src/admin/pages/register-app.tsx';
import { SessionPage } from '../../src/admin/pages/session.tsx';
import { SessionsPage } from '../../src/admin/pages/sessions.tsx';
import { TriedAppPage } from '../../src/admin/pages/tried-app.tsx';
import type { PageProps } from '../../src/html/page.ts';
import { SignedInAs } from '../../src/html/signed-in-as.tsx';

const day = (n: number, hour = 14) => new Date(Date.UTC(2026, 2, n, hour, 5));
const long = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(2);

const who = { account: 'sub-1', user_id: 'dr.rivera', address: '198.51.100.23', place: 'Columbus, US' };
const how = {
  acr: 'http://idmanagement.gov/ns/assurance/aal/2',
  amr: ['pwd', 'otp', 'mfa'],
  device: 'Chrome on Windows',
  user_agent: `Mozilla/5.0 ${'(Windows NT 10.0) '.repeat(6)}`,
};
const open = { ended_at: null, end_reason: null, ended_by: null, ended_by_user_id: null, end_note: null };
const session = {
  uid: 'uid-1',
  ...who,
  ...how,
  ...open,
  started_at: day(4),
  last_seen_at: day(4, 15),
  last_seen_by: 'activity',
  last_seen_app: 'claims',
  practices: [{ id: 'p1', name: 'Lakeside Family Medicine', role: 'clinician' }],
};
const ended = {
  ...session,
  uid: 'uid-2',
  user_id: null,
  account: long,
  address: null,
  device: '',
  amr: ['pwd'],
  ended_at: day(5),
  end_reason: 'revoked',
  ended_by: 'app:siem',
  end_note: long,
  practices: [],
};
const sessions = [
  { ...session, apps: ['claims', 'eligibility'] },
  { ...ended, apps: [] },
];
const notice = {
  id: 'n1',
  outcome: 'dead',
  attempts: 9,
  last_error: 'the app answered 500',
  at: day(5),
} as const;
const entered = { first_entered_at: day(4), last_entered_at: day(4, 15) };
const details = {
  ...ended,
  idle_expires_at: null,
  absolute_expires_at: day(5),
  apps: [
    { client_id: 'claims', name: 'Claims', ...entered, notice },
    { client_id: long, name: null, ...entered, notice: null },
  ],
};
const person = {
  sub: 'sub-1',
  user_id: 'dr.rivera',
  name: 'Ana Rivera',
  status: 'active' as const,
  email: 'ana@lakeside.example',
  email_verified: true,
  phone_number: '+12025550143',
  phone_number_verified: false,
  password: 'set' as const,
  roles: ['operator'],
  factors: 1,
  second_factor_required: true,
  open_sessions: 2,
  offline_grants: 1,
  locks: [{ secret: 'password', device: false, began_at: day(4), ends_at: day(4, 15) }],
  failures: [
    { secret: 'totp', device: false, in_a_row: 100, last_at: day(4), shut_at: day(4) },
    { secret: 'password', device: true, in_a_row: 3, last_at: day(4), shut_at: null },
  ],
  practices: [
    { practice: 'p1', name: long, role: 'clinician', status: 'ended', valid_from: day(1), valid_to: day(3) },
  ],
};
const listed = {
  sub: 'sub-1',
  user_id: 'dr.rivera',
  given_name: 'Ana',
  family_name: 'Rivera',
  email: 'ana@lakeside.example',
  email_verified: false,
  status: 'active' as const,
  created_at: day(1),
};
const row = {
  id: 'row-1',
  position: 12,
  at: day(4),
  event: 'sign-in.failed',
  outcome: 'failure' as const,
  reason: 'wrong-password',
  account: 'sub-1',
  actor: null,
  app: 'claims',
  session: 'uid-1',
  address: '203.0.113.7',
  user_agent: 'curl',
  request: 'r-1',
  before: null,
  after: { a: long },
};
const app = {
  client_id: 'claims',
  name: 'Claims',
  description: 'Send claims',
  first_party: true,
  start_uri: 'https://claims.example/login',
  client_secret: 'set' as const,
  previous_secret_until: null,
  registration: { client_id: 'claims', redirect_uris: [`https://claims.example/${long}`] },
};
const practice = { id: 'p1', name: 'Lakeside Family Medicine', tax_id: '412345678', npis: ['1245319599'] };
const member = {
  id: 'm1',
  account: 'sub-1',
  user_id: 'dr.rivera',
  given_name: 'Ana',
  family_name: long,
  role: 'clinician',
  status: 'active',
  valid_from: day(1),
  valid_to: null,
  granted_by: 'cli',
};
const key = { kid: long, alg: 'ES256', state: 'signing' as const, active_from: day(1), retired_at: null };
const hours = Array.from({ length: 24 }, (_, index) => index);
const overview = {
  unproved_contacts: 41,
  from: day(3),
  to: day(4),
  step: 'hour' as const,
  timeline: hours.map((hour) => ({
    at: day(4, hour),
    sign_ins: hour * 37,
    failures: hour % 5,
    locks: hour % 2,
  })),
  sessions: {
    open: 6118,
    over_time: hours.map((hour) => ({ at: day(4, hour), open: 6000 + hour * 5, started: 9, ended: 4 })),
  },
  unusual: {
    spraying: [{ address: '203.0.113.7', failures: 412, accounts: 212, unknown: 9, last_at: day(4) }],
    locks: [
      { account: null, user_id: null, secret: 'password', device: false, began_at: day(4), ends_at: day(5) },
    ],
    shut: [
      {
        account: 'sub-1',
        user_id: 'dr.rivera',
        secret: 'totp',
        device: false,
        failures: 100,
        shut_at: day(4),
      },
    ],
    logout_notices: { pending: 3, dead: 2 },
    sms: { sent: 950, limit: 1000 },
  },
};
const quiet = {
  ...overview,
  unusual: {
    spraying: [],
    locks: [],
    shut: [],
    logout_notices: { pending: 0, dead: 0 },
    sms: { sent: 0, limit: 1000 },
  },
};

/** Every page of the console, in every state. */
export function adminStates(site: PageProps & { csrf: string }): Record<string, () => VNode> {
  const { csrf, t } = site;
  const ways = { csrf, signOutAction: '/sign-out', switchUserAction: '/switch-user' };
  const props = {
    ...site,
    zone: 'America/New_York',
    roles: ['operator'] as const,
    account: <SignedInAs userName="Jordan Lee" userId="op.lee" {...ways} signOutId="sign-out" t={t} />,
  };
  const ends = { first: '/admin/sessions', next: '/admin/sessions?cursor=x' };
  const none = { first: undefined, next: undefined };
  const wrong = { message: t('admin.not-understood'), field: 'from' };
  const may = { unlock: true, endSessions: true, operate: true, read: true };
  const desk = (state: string | undefined) => (
    <HelpDesk
      {...props}
      sub="sub-1"
      running={state ? { state, startedBy: 'help.desk', dueAt: day(6) } : undefined}
      may={{ verify: true, approve: true, stop: true }}
    />
  );
  const list = { ...props, filter: { account: 'dr.rivera', state: 'all' }, nameOf: (id: string) => id };
  const asked = { app: 'claims', at: '2026-03-03 14:00' };
  const access = { ...props, filter: {}, apps: ['claims', long], exports: [['JSON', '/j']] as const };
  const report = {
    app: 'claims',
    at: '2026-03-03T14:00:00.000000Z',
    demands: { roles: ['biller', 'clinician'] },
    more: true,
    people: [
      {
        account: 'sub-1',
        user_id: 'dr.rivera',
        name: 'Elena Rivera',
        could: true,
        did: true,
        roles: ['operator'],
        practices: [{ practice: 'p1', name: 'Lakeside Family Medicine', role: 'clinician' }],
      },
      { account: long, user_id: null, name: long, could: false, did: true, roles: [], practices: [] },
    ],
  };
  const audit = {
    ...props,
    filter: {},
    events: ['sign-in.failed'],
    exports: [
      ['JSON', '/j'],
      ['CSV', '/c'],
      ['OCSF', '/o'],
    ] as const,
  };
  return {
    'admin-overview': () => <OverviewPage {...props} facts={overview} hours={24} />,
    'admin-overview-quiet': () => <OverviewPage {...props} facts={quiet} hours={168} />,
    'admin-sessions': () => (
      <SessionsPage
        {...list}
        {...ends}
        rows={sessions}
        endThese="/admin/sessions/end?account=x"
        done={t('admin-sessions.done', { count: 3 })}
      />
    ),
    'admin-sessions-none': () => <SessionsPage {...list} {...none} rows={[]} error={wrong} />,
    'admin-session': () => <SessionPage {...props} session={details} done={t('admin-session.replayed')} />,
    'admin-session-open': () => <SessionPage {...props} session={{ ...details, ...session, apps: [] }} />,
    'admin-sessions-end': () => (
      <ConfirmPage
        {...props}
        name="admin-sessions-end"
        here="/admin/sessions"
        action="/x"
        back="/y"
        withNote
        heading={t('admin-sessions.end-all-heading')}
        what={t('admin-sessions.end-all-what', { count: 3, offline: 1 })}
        submit={t('admin-sessions.end-all')}
        choice={{ name: 'leaked', label: t('admin-app.leaked') }}
      />
    ),
    'admin-logout-notices': () => (
      <LogoutNoticesPage
        {...props}
        {...ends}
        filter={{}}
        rows={[
          {
            ...notice,
            session: 'uid-1',
            account: 'sub-1',
            user_id: null,
            client_id: 'claims',
            created_at: day(4),
          },
        ]}
      />
    ),
    'admin-accounts': () => (
      <AccountsPage
        {...props}
        {...ends}
        filter={{}}
        rows={[listed, { ...listed, sub: long, user_id: null, status: 'disabled', email: null }]}
      />
    ),
    'admin-account': () => <AccountPage {...props} person={person} may={may} helpDesk={desk('held')} />,
    'admin-account-code': () => (
      <AccountPage
        {...props}
        person={person}
        may={may}
        helpDesk={desk('code-sent')}
        done={t('admin-desk.code-sent')}
      />
    ),
    'admin-account-support': () => (
      <AccountPage
        {...props}
        roles={['support']}
        person={{ ...person, status: 'invited', locks: [], failures: [], practices: [], user_id: null }}
        may={{ unlock: false, endSessions: false, operate: false, read: false }}
        helpDesk={desk(undefined)}
        error={{ message: t('admin-refused.no-factor'), field: 'help-desk' }}
      />
    ),
    'admin-audit': () => <AuditPage {...audit} {...ends} rows={[row, { ...row, id: long, account: null }]} />,
    'admin-audit-none': () => <AuditPage {...audit} {...none} rows={[]} error={wrong} />,
    'admin-access': () => <AccessReportPage {...access} report={report} filter={asked} />,
    'admin-access-unknown': () => (
      <AccessReportPage
        {...access}
        filter={{ app: 'x' }}
        error={{ message: t('admin-access.no-app'), field: 'app' }}
      />
    ),
    'admin-apps': () => <AppsPage {...props} apps={[app, { ...app, client_id: long, first_party: false }]} />,
    'admin-app': () => (
      <AppPage
        {...props}
        app={{ ...app, open_sessions: 3, offline_grants: 1, previous_secret_until: new Date(0) }}
        secret="q3Jx0pVvT5bXk2m9cU8aYdLrEwGzNsHf"
      />
    ),
    'admin-register-app': () => <RegisterAppPage {...props} form={{}} mistakes={[]} action="/x" />,
    'admin-register-app-wrong': () => (
      <RegisterAppPage
        {...props}
        form={{ redirect_uris: 'http://x' }}
        mistakes={[
          { field: 'redirect_uris', detail: 'is http on a host that is not this machine: use https' },
        ]}
        action="/x"
        changed="claims"
      />
    ),
    'admin-app-tried': () => (
      <TriedAppPage {...props} clientId="claims" claims={{ sub: long, amr: ['pwd'] }} refused={undefined} />
    ),
    'admin-practices': () => (
      <PracticesPage {...props} {...ends} filter={{}} rows={[{ ...practice, created_at: day(1) }]} />
    ),
    'admin-practice': () => <PracticePage {...props} {...ends} practice={practice} rows={[member]} />,
    'admin-practice-none': () => (
      <PracticePage
        {...props}
        {...none}
        practice={practice}
        rows={[]}
        error={{ message: 'account names no account', field: 'account' }}
      />
    ),
    'admin-keys': () => <KeysPage {...props} keys={[key]} done={t('admin-keys.rotated')} />,
  };
}
