import { expect, test } from '@jest/globals';
import { fileKind, Queue } from './jest/queue.ts';

const file = (item: string, shares: string | undefined, cost = 1, browser = false) => ({
  item,
  kind: { shares, browser },
  cost,
});

test('files share a portal where they open it with the same words, whatever apps they have there', () => {
  const kindOf = (source: string) => fileKind(source).shares;
  expect(kindOf('portal = await sharedPortal({ processes: 2 });')).toBe(
    kindOf('beforeAll(async () => {\n  team = await Team.open({\n processes: 2 });\n});'),
  );
  expect(kindOf('sharedPortal({ demands: true });')).toBe(kindOf('sharedPortal();'));
  expect(kindOf('sharedPortal({ processes: 2 });')).not.toBe(kindOf('sharedPortal();'));
  expect(kindOf('startPortal();')).toBeUndefined();
  expect(fileKind('browser = await sharedChromium();')).toEqual({ shares: 'a browser', browser: true });
});

test('a worker keeps to its portal, and takes what shares nothing before it begins one that another has', () => {
  const queue = new Queue([
    file('a1', 'a', 9),
    file('a2', 'a', 8),
    file('a3', 'a', 7),
    file('b1', 'b', 6),
    file('alone', undefined, 1),
  ]);
  const [one, other] = [queue.taker(), queue.taker()];
  expect([one.next(), other.next(), one.next(), other.next(), other.next()]).toEqual([
    'a1',
    'b1',
    'a2',
    'alone',
    'a3',
  ]);
  expect([one.next(), other.next()]).toEqual([undefined, undefined]);
});

test('one worker has the browser for as long as there is something else for the others', () => {
  const queue = new Queue([
    file('a1', 'a', 9),
    file('x1', 'x', 2, true),
    file('b1', 'b', 8),
    file('y1', 'y', 1, true),
    file('c1', 'c', 7),
  ]);
  const [one, other] = [queue.taker(), queue.taker()];
  expect([one.next(), other.next(), other.next(), one.next(), one.next()]).toEqual([
    'x1',
    'a1',
    'b1',
    'y1',
    'c1',
  ]);
});
