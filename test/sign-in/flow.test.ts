import { expect, test } from '@jest/globals';
import {
  type Asked,
  type Known,
  nextStep as next,
  type Proved,
  type SigningIn,
} from '../../src/sign-in/flow.ts';

const asked: Asked = {
  prompt: 'login',
  finished: false,
  wantsAnyone: false,
  wantsFactorOnly: false,
  factor: 'none',
  accountId: undefined,
};
const nobody: Known = {
  signedIn: undefined,
  sessionIsFresh: false,
  sessionHasFactor: false,
  proved: undefined,
  person: undefined,
};
const plain: SigningIn = {
  sub: 'a',
  userId: 'ann.roe',
  name: 'Ann Roe',
  locale: null,
  subject: 'ann.roe',
  enrolled: false,
  mustEnrol: false,
  deviceIsRemembered: false,
  codesToShow: false,
  unproved: undefined,
};
const enrolled: SigningIn = { ...plain, enrolled: true };
const byPassword: Proved = {
  account: 'a',
  password: true,
  factor: false,
  mustChange: false,
  contactAsked: false,
};
const byBoth: Proved = { ...byPassword, factor: true };

const nextStep = (of: Asked, known: Known) => next(of, known).step;
const after = (proved: Proved, person: SigningIn, more: Partial<Asked> = {}, known: Partial<Known> = {}) =>
  nextStep({ ...asked, ...more }, { ...nobody, ...known, proved, person });

test('whoever is not signed in gives a password, whatever else was asked', () => {
  for (const prompt of ['login', 'access', 'continue', 'consent', 'of-a-later-version']) {
    expect(nextStep({ ...asked, prompt, accountId: 'a' }, nobody)).toBe('password');
    const other = { ...nobody, signedIn: 'somebody-else' };
    expect(nextStep({ ...asked, prompt, accountId: 'a' }, other)).toBe('password');
  }
});

test('what is asked of a session is asked on that session', () => {
  const on = (prompt: string) => nextStep({ ...asked, prompt, accountId: 'a' }, { ...nobody, signedIn: 'a' });
  expect(on('access')).toBe('access-denied');
  expect(on('continue')).toBe('continue');
  expect(on('consent')).toBe('consent');
  expect(on('login')).toBe('password');
});

test('whoever never proved the address on file is asked last, once, and only after a password', () => {
  const unproved: SigningIn = { ...plain, unproved: { channel: 'email', to: 'ann@lakeside.example' } };
  expect(after(byPassword, unproved)).toBe('contact');
  expect(after({ ...byPassword, contactAsked: true }, unproved)).toBe('finish');
  expect(after({ ...byPassword, mustChange: true }, unproved)).toBe('new-password');
  expect(after(byPassword, { ...unproved, enrolled: true })).toBe('second-factor');
  const steppedUp = { ...byBoth, password: false };
  const onSession = { wantsFactorOnly: true, accountId: 'a' };
  expect(after(steppedUp, unproved, onSession, { signedIn: 'a' })).toBe('finish');
});

test('a page that wanted anyone is done once another tab has signed in', () => {
  expect(nextStep({ ...asked, wantsAnyone: true }, { ...nobody, signedIn: 'a' })).toBe('done');
  expect(nextStep({ ...asked, wantsAnyone: true }, nobody)).toBe('password');
});

test('what is finished asks nothing more', () => {
  for (const prompt of ['login', 'continue']) {
    const over = { ...asked, prompt, finished: true };
    expect(nextStep({ ...over, accountId: 'a' }, { ...nobody, signedIn: 'a' })).toBe('done');
    expect(nextStep(over, nobody)).toBe('done');
  }
});

test('a password alone is enough for whoever has no factor and needs none', () => {
  expect(after(byPassword, plain)).toBe('finish');
});

test('whoever has a factor is asked for it, unless the device stands for it or the session has proved one', () => {
  expect(after(byPassword, enrolled)).toBe('second-factor');
  expect(after(byBoth, enrolled)).toBe('finish');
  expect(after(byPassword, { ...enrolled, deviceIsRemembered: true })).toBe('finish');
  expect(after(byPassword, enrolled, {}, { sessionHasFactor: true })).toBe('finish');
});

test('a role or an app that wants a factor has it set up on the way', () => {
  expect(after(byPassword, { ...plain, mustEnrol: true })).toBe('enrol-second-factor');
  expect(after(byPassword, plain, { factor: 'remembered' })).toBe('enrol-second-factor');
  expect(after(byPassword, plain, { factor: 'proved' })).toBe('enrol-second-factor');
});

test('an app that wants a code is given one in this sign-in, whatever the device or the session did before', () => {
  const remembered = { ...enrolled, deviceIsRemembered: true };
  expect(after(byPassword, remembered, { factor: 'remembered' })).toBe('finish');
  expect(after(byPassword, remembered, { factor: 'proved' })).toBe('second-factor');
  expect(after(byPassword, enrolled, { factor: 'remembered' }, { sessionHasFactor: true })).toBe(
    'second-factor',
  );
  expect(after(byPassword, enrolled, { factor: 'proved' }, { sessionHasFactor: true })).toBe('second-factor');
});

test('a step-up asks the session for a factor alone; setting one up needs a fresh password', () => {
  const stepUp: Asked = { ...asked, wantsFactorOnly: true, factor: 'proved', accountId: 'a' };
  const on = (known: Partial<Known>) => nextStep(stepUp, { ...nobody, signedIn: 'a', ...known });
  expect(on({ person: enrolled })).toBe('second-factor');
  expect(on({ person: plain })).toBe('password');
  expect(on({ person: plain, sessionIsFresh: true })).toBe('enrol-second-factor');
  expect(on({ person: plain, proved: byPassword })).toBe('enrol-second-factor');
  expect(on({ person: enrolled, proved: { ...byBoth, password: false } })).toBe('finish');
  expect(on({ person: undefined })).toBe('password');
  expect(on({ person: enrolled, signedIn: 'somebody-else' })).toBe('password');
});

test('new recovery codes are shown before anything is opened, and a stolen password is replaced last', () => {
  expect(after(byBoth, { ...enrolled, codesToShow: true })).toBe('recovery-codes');
  expect(after({ ...byPassword, mustChange: true }, enrolled)).toBe('second-factor');
  expect(after({ ...byBoth, mustChange: true }, enrolled)).toBe('new-password');
});
