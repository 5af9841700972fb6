import type { VNode } from 'preact';
import { errorCodes } from '../../src/errors.ts';
import { brandOf } from '../../src/html/brand.ts';
import { ErrorPage } from '../../src/html/error-page.tsx';
import { SwitchUser } from '../../src/html/form.tsx';
import { type Translator, translator } from '../../src/html/messages.ts';
import { LauncherPage } from '../../src/launcher/page.tsx';
import { LockedPage } from '../../src/lockout/pages/locked.tsx';
import { SecurityCheckPage } from '../../src/lockout/pages/security-check.tsx';
import type { Kept } from '../../src/notices/outbox-page.tsx';
import { OutboxPage } from '../../src/notices/outbox-page.tsx';
import { FormPostPage } from '../../src/oidc/pages/form-post.tsx';
import { SignOutPage } from '../../src/oidc/pages/sign-out.tsx';
import { SignedOutPage } from '../../src/oidc/pages/signed-out.tsx';
import { NewPasswordPage } from '../../src/passwords/pages/new-password.tsx';
import { ActivatePage } from '../../src/recovery/pages/activate.tsx';
import { ActivatedPage, LinkDeadPage } from '../../src/recovery/pages/outcomes.tsx';
import { StopResetDonePage, StopResetLatePage, StopResetPage } from '../../src/recovery/pages/stop-reset.tsx';
import { ContactPage } from '../../src/sign-in/pages/contact.tsx';
import { AccessDeniedPage, ConsentPage, ContinuePage } from '../../src/sign-in/pages/on-session.tsx';
import { SignInPage } from '../../src/sign-in/pages/sign-in.tsx';
import { accountStates } from './account-states.tsx';
import { adminStates } from './admin-states.tsx';
import { factorStates } from './factor-states.tsx';
import { recoveryStates } from './recovery-states.tsx';

const brand = brandOf({
  name: 'Northwind Health Plan',
  support: {
    text: 'Provider support 1-800-555-0100, weekdays 7–7',
    phone: '1-800-555-0100',
    url: 'https://www.northwind.example/contact',
  },
  help_url: 'https://www.northwind.example/help',
  privacy_url: 'https://www.northwind.example/privacy',
  accessibility_url: 'https://www.northwind.example/accessibility',
});

const kept: readonly Kept[] = [
  {
    channel: 'sms',
    to: '+12025550143',
    subject: '',
    at: '2026-03-02T15:04:00.000Z',
    text: 'Northwind Health Plan: 428913 is your code.\n\n@signin.example.org #428913',
  },
  {
    channel: 'email',
    to: `${'long.'.repeat(20)}name@clinic.example`,
    at: '2026-03-02T15:03:00.000Z',
    subject: 'Reset your password for Northwind Health Plan',
    text: `Reset the password:\nhttps://signin.example.org/recover/link/${'x'.repeat(43)}`,
  },
];

/** A brand with nothing but what the settings demand, and long. */
const plainBrand = brandOf({
  name: 'Southern Counties Cooperative Health Insurance of Rappahannock',
  support: { text: 'Ask your provider representative.' },
});

/** An accent that is too pale for the light scheme as it is. */
export const colouredBrand = brandOf({
  name: 'Sunrise Care',
  support: { text: 'Call us', phone: '1-800-555-0111' },
  accent: '#ff8a3d',
});

const csrf = 'token';
const claims = {
  clientId: 'claims',
  name: 'Claims',
  description: 'Send claims, see their status and payments.',
  startUri: 'http://localhost:3101/',
};
const eligibility = {
  clientId: 'eligibility',
  name: 'Eligibility',
  description: 'Check what a member’s plan covers today.',
  startUri: 'http://localhost:3102/',
};
const more = [
  {
    clientId: 'prior-authorization',
    name: 'Prior authorization',
    description: 'Ask before you treat.',
    startUri: '/pa',
  },
  { clientId: 'payments', name: 'Payments', startUri: '/payments', iconUri: '/icon.svg' },
];
const signOut = { csrf, signOutAction: '/sign-out', switchUserAction: '/switch-user' };
const person = { userName: 'Ana Rivera', userId: 'dr.rivera' };
const rules = { minimum: 12, composition: [] } as const;
const strictRules = { minimum: 14, composition: ['letters', 'numbers', 'symbols'] } as const;
const invited = { userName: 'Ana Rivera', rules, csrf };
const unproved = { csrf, action: '/p', minutes: 10 };
const newPassword = { userId: 'dr.rivera', rules, csrf, action: '/p', why: 'guessable' } as const;
const lockout = { action: '/check', csrf, window: 900 };
/** Solved by the first try: a real challenge, without a signature. */
const challenge = {
  parameters: {
    algorithm: 'PBKDF2/SHA-256',
    cost: 1,
    keyLength: 32,
    keyPrefix: '0',
    nonce: '00'.repeat(16),
    salt: '00'.repeat(16),
  },
  signature: '00'.repeat(32),
};
/** No worker knows it, so the widget fails. */
const unknown = { ...challenge, parameters: { ...challenge.parameters, algorithm: 'X' } };
const locked = {
  now: new Date('2026-03-02T15:27:10Z'),
  until: new Date('2026-03-02T15:42:00Z'),
  signIn: '/sign-in/x',
};
const ways = { forgotPassword: '/recover/password', forgotUserId: '/recover/user-id' };
const signIn = { appName: 'Claims', csrf, action: '/sign-in/x', ...ways };

/** Every page in every state, by a name that serves as its address; Spanish ones begin with `es-`. */
export const states: Readonly<Record<string, () => VNode>> = {
  ...statesIn(translator('en')),
  ...Object.fromEntries(
    Object.entries(statesIn(translator('es'))).map(([name, page]) => [`es-${name}`, page]),
  ),
};

function statesIn(t: Translator): Record<string, () => VNode> {
  const other =
    t.lang === 'en' ? ({ lang: 'es', name: 'Español' } as const) : ({ lang: 'en', name: 'English' } as const);
  const site = { brand, t, languages: [{ ...other, href: `?lang=${other.lang}` }] };
  const notice = { text: 'Claims is down until 10:00 for planned work.', dismiss: '?dismiss=x' };
  return {
    'sign-in': () => <SignInPage {...site} {...signIn} />,
    'sign-in-hinted': () => <SignInPage {...site} {...signIn} userId="dr.rivera" />,
    'sign-in-error': () => <SignInPage {...site} {...signIn} userId="dr.rivera" error="sign-in.incorrect" />,
    'sign-in-missing': () => <SignInPage {...site} {...signIn} error="sign-in.missing" />,
    'sign-in-offers': () => (
      <SignInPage {...site} {...signIn} remember="offered" offerPublic notice={notice} />
    ),
    'sign-in-remembered': () => (
      <SignInPage {...site} {...signIn} appName="" remember="on" userId="dr.rivera" />
    ),
    'access-denied': () => (
      <AccessDeniedPage
        {...site}
        {...person}
        appName="Eligibility"
        roles={['clinician', 'practice-administrator']}
        csrf={csrf}
        action="/d"
      />
    ),
    'security-check': () => (
      <SecurityCheckPage {...site} {...lockout} challenge={challenge} userId="dr.rivera" />
    ),
    'security-check-error': () => (
      <SecurityCheckPage {...site} {...lockout} challenge={challenge} error="security-check.again" />
    ),
    'security-check-failed': () => <SecurityCheckPage {...site} {...lockout} challenge={unknown} />,
    'security-check-recovery': () => (
      <SecurityCheckPage {...site} {...lockout} challenge={challenge} userId="dr.rivera" purpose="recovery" />
    ),
    locked: () => <LockedPage {...site} {...locked} kind="password" forgotPassword="/recover/password" />,
    'locked-known': () => (
      <LockedPage {...site} {...locked} kind="password" known forgotPassword="/recover/password" />
    ),
    'locked-code': () => <LockedPage {...site} {...locked} kind="code" />,
    'locked-shut': () => (
      <LockedPage
        {...site}
        {...locked}
        until={undefined}
        kind="password"
        forgotPassword="/recover/password"
      />
    ),
    'locked-shut-known': () => <LockedPage {...site} {...locked} until={undefined} kind="password" known />,
    'locked-shut-code': () => (
      <LockedPage
        {...site}
        {...locked}
        until={undefined}
        kind="code"
        instead={{ words: 'locked.use-recovery-code', href: '/sign-in/x?with=recovery' }}
      />
    ),
    'locked-hours': () => (
      <LockedPage {...site} {...locked} kind="password" until={new Date('2026-03-02T23:00:00Z')} />
    ),
    consent: () => (
      <ConsentPage
        {...site}
        appName="Care Finder"
        userName="Ana Rivera"
        scopes={['openid', 'profile', 'practice', 'offline_access']}
        csrf={csrf}
        action="/c"
      />
    ),
    'sign-in-plain': () => (
      <SignInPage t={t} brand={plainBrand} {...signIn} appName={`${'Long'.repeat(20)} app`} />
    ),
    'sign-in-coloured': () => <SignInPage t={t} brand={colouredBrand} {...signIn} error="sign-in.missing" />,
    'launcher-coloured': () => (
      <LauncherPage t={t} brand={colouredBrand} {...signOut} {...person} apps={[claims, eligibility]} />
    ),
    ...factorStates({ ...site, csrf }),
    ...recoveryStates({ ...site, csrf }),
    ...accountStates({ ...site, csrf }),
    ...adminStates({ ...site, csrf }),
    continue: () => (
      <ContinuePage {...site} appName="Northwind Mobile" userName="Ana Rivera" csrf={csrf} action="/c" />
    ),
    activate: () => <ActivatePage {...site} {...invited} userId="" />,
    'activate-taken': () => (
      <ActivatePage {...site} {...invited} userId="ana.rivera" userIdFault="activate.user-id-taken" />
    ),
    'activate-short': () => (
      <ActivatePage {...site} {...invited} userId="ana.rivera" passwordFault={{ kind: 'too-short' }} />
    ),
    'prove-contact': () => (
      <ContactPage {...site} {...unproved} channel="email" to="ana.rivera@lakeside.example" sent={false} />
    ),
    'prove-contact-code': () => (
      <ContactPage {...site} {...unproved} channel="sms" to="+12025550143" sent error="prove-contact.wrong" />
    ),
    'new-password': () => (
      <NewPasswordPage {...site} {...newPassword}>
        <SwitchUser action="/switch-user" csrf={csrf} t={t} />
      </NewPasswordPage>
    ),
    'new-password-strict': () => (
      <NewPasswordPage
        {...site}
        {...newPassword}
        rules={strictRules}
        fault={{ kind: 'composition', missing: ['numbers', 'symbols'] }}
      />
    ),
    ...Object.fromEntries(
      (['missing', 'too-short', 'too-long', 'personal', 'common', 'breached'] as const).map((kind) => [
        `new-password-${kind}`,
        () => <NewPasswordPage {...site} {...newPassword} fault={{ kind }} />,
      ]),
    ),
    activated: () => <ActivatedPage {...site} signIn="/sign-in" />,
    'link-dead': () => <LinkDeadPage {...site} signIn="/sign-in" of="activation" />,
    'stop-reset-dead': () => <LinkDeadPage {...site} signIn="/sign-in" of="stop-reset" />,
    'stop-reset': () => (
      <StopResetPage {...site} csrf={csrf} dueAt={new Date('2026-03-03T15:27:00Z')} zone="America/New_York" />
    ),
    'stop-reset-done': () => <StopResetDonePage {...site} signIn="/sign-in" />,
    'stop-reset-late': () => <StopResetLatePage {...site} signIn="/sign-in" />,
    'sign-out': () => (
      <SignOutPage {...site} action="/oidc/logout/confirm" fields={{ xsrf: 'x', logout: 'yes' }} />
    ),
    'sign-out-app': () => (
      <SignOutPage {...site} action="/oidc/logout/confirm" fields={{ xsrf: 'x' }} appName="Claims" />
    ),
    'signed-out': () => <SignedOutPage {...site} />,
    'signed-out-app': () => <SignedOutPage {...site} appName="Claims" returnUri="http://localhost:3101/" />,
    'launcher-none': () => <LauncherPage {...site} {...signOut} {...person} apps={[]} />,
    'launcher-two': () => <LauncherPage {...site} {...signOut} {...person} apps={[claims, eligibility]} />,
    'launcher-four': () => (
      <LauncherPage
        {...signOut}
        t={t}
        brand={plainBrand}
        userName="Wolfeschlegelsteinhausenbergerdorff, Maximiliana-Konstantina"
        userId={'w'.repeat(48)}
        apps={[claims, eligibility, ...more]}
      />
    ),
    'outbox-empty': () => <OutboxPage {...site} messages={[]} />,
    outbox: () => <OutboxPage {...site} messages={kept} />,
    'form-post': () => (
      <FormPostPage {...site} action="/nowhere" fields={{ code: 'abc', state: 'x' }} appName="Claims" />
    ),
    ...Object.fromEntries(
      errorCodes.map((code) => [
        `error-${code}`,
        () => <ErrorPage {...site} code={code} errorId="0198c5e2-7f14-7c3a-9d55-2f0c1b6e8a41" />,
      ]),
    ),
    'error-way-on': () => (
      <ErrorPage
        t={t}
        brand={plainBrand}
        code="session-expired"
        errorId="0198c5e2-7f14-7c3a-9d55-2f0c1b6e8a41"
        wayOn={{ href: 'http://localhost:3101/', label: 'Open Claims again' }}
      />
    ),
  };
}
