import type { VNode } from 'preact';
import { AccountNavigation } from '../../src/account/pages/navigation.tsx';
import { AccountSecondFactorPage } from '../../src/account/pages/second-factor.tsx';
import { EnrolSecondFactorPage } from '../../src/factors/pages/enrol-second-factor.tsx';
import { RecoveryCodesPage } from '../../src/factors/pages/recovery-codes.tsx';
import { SecondFactorPage } from '../../src/factors/pages/second-factor.tsx';
import { inGroups, keyUri } from '../../src/factors/totp.ts';
import type { PageProps } from '../../src/html/page.ts';
import { SignedInAs } from '../../src/html/signed-in-as.tsx';

const secret = 'TKACV5RVRDFGQMXGLF3RFLETMWOROFZ2';

/** The key's address in the picture of the enrolment states. */
export const pictured = keyUri({ secret, issuer: 'Northwind Health Plan', label: 'dr.rivera' });

const person = { userName: 'Ana Rivera' };
const key = { uri: pictured, secret: inGroups(secret) };
const codes = Array.from({ length: 10 }, (_, i) => `${i}K7V-2QXM-HT9${i}-5WPD`);
const day = (n: number) => new Date(Date.UTC(2026, 2, n, 14, 5));

const phones = [
  { id: 'a1', name: 'Front desk phone', createdAt: day(1), lastUsedAt: day(9) },
  { id: 'a2', name: `Dr. ${'Wolfeschlegelsteinhausen'.repeat(2)}`, createdAt: day(4), lastUsedAt: null },
];
const seen = { createdAt: day(4), expiresAt: day(31), lastUsedAt: day(9) };
const devices = [
  { id: 'd1', name: 'Chrome on Windows', address: '203.0.113.7', ...seen },
  { id: 'd2', name: '', address: null, ...seen },
];

/** Every page about second factors, in every state. */
export function factorStates(site: PageProps & { csrf: string }): Record<string, () => VNode> {
  const step = { ...site, ...person, action: '/sign-in/x', switchUserAction: '/sign-in/x' };
  const asked = { ...step, at: 'sign-in', user: person.userName } as const;
  const app = { ...asked, with: 'app', otherHref: '?with=recovery' } as const;
  const recovery = { ...asked, with: 'recovery', otherHref: '?with=app' } as const;
  const enrol = { ...step, ...key };
  const shown = { ...step, codes, userId: 'dr.rivera' };
  const own = {
    ...site,
    authenticators: phones,
    mayAdd: true,
    codesLeft: 8,
    fewCodes: 4,
    devices,
    sessions: 3,
    action: '/account/second-factor',
    zone: 'America/New_York',
    navigation: <AccountNavigation here="/account/second-factor" t={site.t} />,
    account: (
      <SignedInAs
        {...person}
        userId="dr.rivera"
        csrf={site.csrf}
        t={site.t}
        signOutId="sign-out"
        signOutAction="/sign-out"
        switchUserAction="/switch-user"
      />
    ),
  };
  return {
    'second-factor': () => <SecondFactorPage {...app} rememberDays={30} />,
    'second-factor-wrong': () => <SecondFactorPage {...app} rememberDays={1} error="wrong" />,
    'second-factor-wrong-again': () => <SecondFactorPage {...app} error="wrong-again" />,
    'second-factor-short': () => <SecondFactorPage {...app} error="too-short" />,
    'second-factor-missing': () => <SecondFactorPage {...app} error="missing" />,
    'recovery-code': () => <SecondFactorPage {...recovery} rememberDays={30} />,
    'recovery-code-wrong': () => <SecondFactorPage {...recovery} error="wrong" />,
    'recovery-code-short': () => <SecondFactorPage {...recovery} error="too-short" />,
    'recovery-code-missing': () => <SecondFactorPage {...recovery} error="missing" />,
    enrol: () => <EnrolSecondFactorPage {...enrol} reason="role" />,
    'enrol-app': () => <EnrolSecondFactorPage {...enrol} reason="app" appName="Claims" error="wrong" />,
    'enrol-short': () => <EnrolSecondFactorPage {...enrol} reason="role" error="too-short" />,
    'enrol-missing': () => <EnrolSecondFactorPage {...enrol} reason="role" error="missing" />,
    'enrol-chosen': () => (
      <EnrolSecondFactorPage
        {...enrol}
        switchUserAction={undefined}
        name={'x'.repeat(65)}
        reason="chosen"
        error="name-too-long"
        cancelHref="/account/second-factor"
      />
    ),
    'enrol-unnamed': () => (
      <EnrolSecondFactorPage {...enrol} name="" reason="chosen" error="name-missing" cancelHref="/account" />
    ),
    'recovery-codes': () => <RecoveryCodesPage {...shown} />,
    'recovery-codes-unsaved': () => <RecoveryCodesPage {...shown} error="unsaved" />,
    'account-second-factor': () => <AccountSecondFactorPage {...own} />,
    'account-second-factor-forgotten': () => (
      <AccountSecondFactorPage {...own} devices={[]} done="forgotten" />
    ),
    'account-second-factor-kept': () => <AccountSecondFactorPage {...own} codesLeft={10} done="kept" />,
    'account-second-factor-none': () => (
      <AccountSecondFactorPage {...own} authenticators={[]} codesLeft={0} devices={[]} done="removed" />
    ),
    'account-second-factor-low': () => (
      <AccountSecondFactorPage
        {...own}
        codesLeft={1}
        devices={devices.slice(0, 1)}
        asked={{ choice: 'regenerate' }}
        done="enrolled"
      />
    ),
    'account-second-factor-rename': () => (
      <AccountSecondFactorPage {...own} asked={{ choice: 'rename', id: 'a1' }} done="renamed" />
    ),
    'account-second-factor-misnamed': () => (
      <AccountSecondFactorPage
        {...own}
        asked={{ choice: 'rename', id: 'a1' }}
        error="name-missing"
        typedName=""
      />
    ),
    'account-second-factor-toolong': () => (
      <AccountSecondFactorPage
        {...own}
        mayAdd={false}
        asked={{ choice: 'rename', id: 'a2' }}
        error="name-too-long"
        typedName={'x'.repeat(65)}
      />
    ),
    'account-second-factor-remove': () => (
      <AccountSecondFactorPage
        {...own}
        authenticators={phones.slice(0, 1)}
        asked={{ choice: 'remove', id: 'a1' }}
        done="forgotten"
      />
    ),
  };
}
