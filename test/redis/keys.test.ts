import { expect, test } from '@jest/globals';
import { RedisKeys } from '../../src/redis/keys.ts';

const keys = new RedisKeys('vestibule');

/** Redis Cluster hashes what stands between the first `{` and the first `}` after it. */
function slotTag(key: string): string | undefined {
  return /\{([^}]+)\}/.exec(key)?.[1];
}

test('what one script changes together lies in one slot', () => {
  const tags = [keys.session('uid'), keys.sessionTombstone('uid'), keys.sessionGrant('uid', 'app')].map(
    slotTag,
  );
  expect(new Set(tags)).toEqual(new Set(['uid']));
  const attempts = [
    keys.attemptsInFlight('subject', 'password'),
    keys.attemptsFailed('subject', 'password'),
    keys.lock('subject', 'totp:device'),
    keys.attemptSlots('subject'),
  ];
  expect(new Set(attempts.map(slotTag))).toEqual(new Set(['subject']));
});

test('names of different kinds and ids never meet', () => {
  const names = ['a', 'b'].flatMap((id) => [
    keys.session(id),
    keys.sessionTombstone(id),
    keys.sessionPointer(id),
    keys.sessionGrant(id, 'app'),
    keys.sessionGrant(id, 'other'),
    keys.browserSignIn(id),
    keys.finished(id),
    keys.pendingEnrolment(id),
    keys.toShow('fresh-codes', id),
    keys.securityCheckSpent(id),
    keys.securityCheckPass(id),
    keys.artifact('AuthorizationCode', id),
    keys.artifact('RefreshToken', id),
    keys.attemptsInFlight(id, 'password'),
    keys.attemptsFailed(id, 'password'),
    keys.attemptsFailed(id, 'password:device'),
    keys.lock(id, 'password'),
    keys.attemptSlots(id),
    keys.addressFailures(id),
    keys.sprayed(id),
    keys.refusals(id),
  ]);
  const single = [keys.pendingEnds(), keys.spraying()];
  expect(new Set([...names, ...single]).size).toBe(names.length + single.length);
  for (const name of names) expect(name.startsWith('vestibule:')).toBe(true);
});
