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
    keys.securityCheckSpent(id),
    keys.securityCheckPass(id),
    keys.artifact('AuthorizationCode', id),
    keys.artifact('RefreshToken', id),
  ]);
  expect(new Set([...names, keys.pendingEnds()]).size).toBe(names.length + 1);
  for (const name of names) expect(name.startsWith('vestibule:')).toBe(true);
});
