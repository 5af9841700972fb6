import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import { CROWD, DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import { type Answer, formAction, formPost, send } from '../support/visitor.ts';
import { openPage, typed } from './holdings.ts';

/** What a password costs in production. */
const HASH = { memory: 19456, time: 2, parallelism: 1 };
const PEOPLE = 30;

let portal: Portal;

beforeAll(async () => {
  portal = await startPortal({
    settings: {
      ...CROWD,
      'password.pool.workers': '1',
      'password.pool.queue': '1',
      'password.hash.memory': String(HASH.memory),
      'password.hash.time': String(HASH.time),
    },
  });
  // The harness seeds cheap hashes, and a password is verified at the cost of its hash.
  const hasher = new PasswordHasher({ hash: HASH, pool: { workers: 1, queue: 1 } });
  const password_hash = await hasher.hash(DEMO_PASSWORD);
  await hasher.close();
  await portal.db.updateTable('accounts').set({ password_hash }).execute();
});

afterAll(() => portal?.stop());

test('more passwords than can be checked: some are let in, the rest told to come again, health goes on', async () => {
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => openPage(portal)));
  const waiting = new Set(people);
  const answers: Answer[] = [];
  const healthy: boolean[] = [];
  while (waiting.size > 0) {
    const asked = [...waiting].map(async (person) => {
      const { visitor, page } = person;
      const answer = await visitor.request(formAction(page), formPost(page, typed('dr.rivera')));
      if (answer.status === 303) waiting.delete(person);
      answers.push(answer);
    });
    healthy.push(await isHealthy());
    await Promise.all(asked);
  }
  const refused = answers.filter(({ status }) => status !== 303);
  expect(answers.length - refused.length).toBe(PEOPLE);
  expect(refused.length).toBeGreaterThan(PEOPLE / 2);
  for (const { status, headers, body } of refused) {
    expect([status, headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^[1-9]\d?$/)]);
    expect(body).toContain('id="error-code">busy<');
  }
  expect(healthy).not.toContain(false);
});

async function isHealthy(): Promise<boolean> {
  const [live, jwks] = await Promise.all([
    fetch(`http://127.0.0.1:${portal.operationsPorts[0]}/live`),
    send(portal, '/oidc/jwks'),
  ]);
  return live.status === 200 && jwks.status === 200;
}
