import { expect, test } from '@jest/globals';
import { nextStep } from '../../src/sign-in/flow.ts';

const progress = { prompt: 'login', finished: false, wantsAnyone: false, accountId: undefined };

test('whoever is not signed in gives a password, whatever else was asked', () => {
  for (const prompt of ['login', 'access', 'continue', 'consent', 'of-a-later-version']) {
    expect(nextStep({ ...progress, prompt, accountId: 'a' }, undefined)).toBe('password');
    expect(nextStep({ ...progress, prompt, accountId: 'a' }, 'somebody-else')).toBe('password');
  }
});

test('what is asked of a session is asked on that session', () => {
  const asked = (prompt: string) => nextStep({ ...progress, prompt, accountId: 'a' }, 'a');
  expect(asked('access')).toBe('access-denied');
  expect(asked('continue')).toBe('continue');
  expect(asked('consent')).toBe('consent');
  expect(asked('login')).toBe('password');
});

test('a page that wanted anyone is done once another tab has signed in', () => {
  expect(nextStep({ ...progress, wantsAnyone: true }, 'a')).toBe('done');
  expect(nextStep({ ...progress, wantsAnyone: true }, undefined)).toBe('password');
});

test('what is finished asks nothing more', () => {
  for (const prompt of ['login', 'continue']) {
    expect(nextStep({ ...progress, prompt, finished: true, accountId: 'a' }, 'a')).toBe('done');
    expect(nextStep({ ...progress, prompt, finished: true }, undefined)).toBe('done');
  }
});
