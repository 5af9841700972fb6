import { expect, test } from '@jest/globals';
import { nextStep } from '../../src/sign-in/flow.ts';

test('whoever is not signed in gives a password, whatever else was asked', () => {
  for (const prompt of ['login', 'continue', 'consent', 'of-a-later-version']) {
    expect(nextStep({ prompt, finished: false, sessionHolds: false })).toBe('password');
  }
});

test('a native app on a session that holds needs one press of a button', () => {
  expect(nextStep({ prompt: 'continue', finished: false, sessionHolds: true })).toBe('continue');
  expect(nextStep({ prompt: 'login', finished: false, sessionHolds: true })).toBe('password');
});

test('what is finished asks nothing more', () => {
  for (const sessionHolds of [true, false]) {
    expect(nextStep({ prompt: 'login', finished: true, sessionHolds })).toBe('done');
    expect(nextStep({ prompt: 'continue', finished: true, sessionHolds })).toBe('done');
  }
});
