import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { type Answer, Visitor } from '../support/visitor.ts';
import {
  addReached,
  ask,
  askByMail,
  codeIn,
  nextMail,
  type Reachable,
  startReachable,
  stepOf,
} from './recovering.ts';

// Beyond the limit nothing is sent, and nobody is told: then the newest message must go on working.

let reachable: Reachable;
beforeAll(async () => {
  reachable = await startReachable({ settings: { 'recovery.requests_per_account': '2' } });
});
afterAll(() => reachable?.stop());

async function resend(visitor: Visitor, page: Answer): Promise<void> {
  await until(async () => {
    const resent = await visitor.submit(page, { choice: 'resend' });
    return resent.body.includes('another code is on its way');
  });
}

/** Two messages, which are all that there are for this person within the hour. */
async function twice() {
  const person = await addReached(reachable);
  const { visitor, page } = await askByMail(reachable, person);
  await resend(visitor, page);
  const newest = codeIn((await nextMail(reachable, person.email, 1)).text);
  return { person, visitor, page, newest };
}

test('another code that cannot be sent leaves that of the newest message good', async () => {
  const { visitor, page, newest } = await twice();
  await resend(visitor, page);
  expect(stepOf(await visitor.submit(page, { code: newest }))).toBe('password');
});

test('asking anew when nothing can be sent leaves the code of the newest message good', async () => {
  const { person, visitor, newest } = await twice();
  const page = await ask(visitor, person.userId);
  expect(stepOf(page)).toBe('code');
  expect(stepOf(await visitor.submit(page, { code: newest }))).toBe('password');
});

test('somebody else, who asks for the same person, gets a reset that no code is right for', async () => {
  const { person, newest } = await twice();
  const stranger = new Visitor(reachable.portal);
  const page = await ask(stranger, person.userId);
  expect(stepOf(await stranger.submit(page, { code: newest }))).toBe('code');
});

test('reloading the page that says a code is on its way has nothing sent again', async () => {
  const { visitor, page } = await askByMail(reachable, await addReached(reachable));
  await until(async () => {
    const answer = await visitor.request('/recover/password', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ csrf: csrfOf(page), choice: 'resend' }).toString(),
    });
    return answer.headers.get('location') === '/recover/password?done=resent';
  });
});

function csrfOf({ body }: Answer): string {
  return String(/name="csrf" value="([^"]*)"/.exec(body)?.[1]);
}
