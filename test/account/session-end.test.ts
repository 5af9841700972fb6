import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { formPost, Visitor } from '../support/visitor.ts';
import { formWith, Household, isAlive } from './household.ts';

let household: Household;
beforeAll(async () => {
  household = await Household.open();
});
afterAll(() => household?.close());

const HERE = '/account/session';

async function told(visitor: Visitor, process = 0) {
  const answer = await visitor.request(HERE, { process, headers: { accept: 'application/json' } });
  return JSON.parse(answer.body) as { left: number; last?: boolean; who?: string };
}

test('asking what a session has left does not prolong it; saying that one stays does, however lately it was used', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account');
  await household.endIn(person.sub, 100);
  for (const process of [0, 1]) {
    expect(await told(visitor, process)).toMatchObject({ last: false, who: person.userId });
    expect((await told(visitor, process)).left).toBeLessThanOrEqual(100);
  }
  const form = formWith(page, 'data-stay');
  const forged = await visitor.request(HERE, formPost(form, { csrf: 'x' }));
  expect([forged.status, (await told(visitor)).left <= 100]).toEqual([403, true]);
  const plain = await visitor.request(HERE, formPost(form, {}));
  expect([plain.status, plain.headers.get('location')]).toEqual([303, '/']);
  expect((await told(visitor)).left).toBeGreaterThan(1700);
});

test('nobody puts off the end of the absolute life', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account');
  await household.endIn(person.sub, 100, 43_200);
  expect(await told(visitor)).toMatchObject({ last: true });
  await visitor.request(HERE, formPost(formWith(page, 'data-stay'), {}));
  expect((await told(visitor)).left).toBeLessThanOrEqual(100);
});

test('a browser without a session is told that nothing is left, and starts none', async () => {
  const visitor = new Visitor(household.portal);
  expect(await told(visitor)).toEqual({ left: 0 });
  expect(await isAlive(visitor, 0)).toBe(false);
});
