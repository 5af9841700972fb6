import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { foldUserId } from '../../src/accounts/user-id.ts';
import { People, type Somebody } from '../support/enrolled.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { failure, json, run } from './operator.ts';

let portal: Portal;
let people: People;
/** Whose sub is somebody else's user ID, as it could be chosen before that was refused. */
let victim: Somebody;
let namesake: Somebody;
beforeAll(async () => {
  portal = await sharedPortal();
  people = await People.of(portal);
  [victim, namesake] = [await people.plain(), await people.plain()];
  const mine = portal.db.updateTable('accounts').where('sub', '=', namesake.sub);
  await mine.set({ user_id: victim.sub, user_id_folded: foldUserId(victim.sub) }).execute();
});
afterAll(async () => {
  await people?.close();
  await portal.stop();
});

const vestibule = (...words: string[]) => json(portal.environment, ...words);

test('a command acts on the account whose sub it is given, also where somebody has it as user ID', async () => {
  const shown = (...words: string[]) => vestibule('accounts', 'show', ...words);
  expect(await shown(victim.sub)).toMatchObject({ sub: victim.sub });
  expect(await shown('--sub', victim.sub)).toMatchObject({ sub: victim.sub });
  expect(await shown('--user-id', victim.sub)).toMatchObject({ sub: namesake.sub });
  expect(await shown('--user-id', victim.userId)).toMatchObject({ sub: victim.sub });
  expect(await vestibule('accounts', 'disable', victim.sub)).toMatchObject({ sub: victim.sub });
  expect(await shown('--sub', namesake.sub)).toMatchObject({ status: 'active' });
  await vestibule('accounts', 'enable', '--sub', victim.sub);
  const practice = await vestibule(
    'practices',
    'create',
    '--name',
    'Named',
    '--tax-id',
    String(randomInt(1e8, 1e9)),
  );
  const member = ['practices', 'add-member', String(practice.id), '--role', 'staff'];
  expect(await vestibule(...member, victim.sub)).toMatchObject({ account: victim.sub });
  expect(await vestibule(...member, '--user-id', victim.sub)).toMatchObject({ account: namesake.sub });
  const ended = await vestibule('sessions', 'end', '--sub', victim.sub, '--dry-run');
  expect(ended).toMatchObject({ sessions_ended: 0 });
});

test('a command that names nobody, or more than one, does nothing and says so', async () => {
  const told = (...words: string[]) => failure(portal.environment, words, 1);
  expect(await told('accounts', 'show', '--sub', victim.userId)).toMatch(/There is no account somebody\./);
  expect(await told('accounts', 'show', victim.sub, '--user-id', victim.sub)).toMatch(
    /more than one account/,
  );
  expect(await told('audit', 'list', '--actor', 'nobody')).toMatch(/There is no account nobody/);
  const { code, stderr } = await run(portal.environment, ['accounts', 'disable']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/say whose account/)]);
});

test('no account is made with a user ID that could be a sub or stands for something else', async () => {
  for (const userId of [victim.sub, 'cli', 'Service', 'app:siem', '__proto__']) {
    const words = ['accounts', 'create', '--given-name', 'A', '--family-name', 'B', '--user-id', userId];
    const { code, stderr } = await run(portal.environment, words);
    expect([userId, code, stderr]).toEqual([userId, 2, expect.stringMatching(/reserved/)]);
  }
});
