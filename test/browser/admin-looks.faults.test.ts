import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Console, faults, unfold } from '../support/console.ts';
import type { Somebody } from '../support/enrolled.ts';

let desk: Console;
let operator: Somebody;
beforeAll(async () => {
  desk = await Console.open();
  operator = await desk.team.member('operator');
});
afterAll(() => desk?.close());

test('pages of real sessions, people and apps are sound with all that folds open', async () => {
  const { sub, uid } = await desk.caught();
  const practice = await desk.practice('Riverside Pediatrics', sub);
  const view = { scheme: 'dark', width: 320, javaScript: true } as const;
  const { context, page, complaints } = await desk.enter(operator, '/admin', view);
  const wrong: Record<string, string[]> = {};
  const places = [
    ...['/admin', '/admin?hours=168', '/admin/sessions?state=all', `/admin/sessions/${uid}`, '/admin/keys'],
    ...[`/admin/accounts/${sub}`, '/admin/audit', '/admin/apps/claims', `/admin/practices/${practice}`],
    ...['/admin/logout-notices', '/admin/keys/rotate', '/admin/apps/claims/rotate-secret'],
  ];
  for (const place of places) {
    await desk.go(page, place);
    await unfold(page);
    const found = await faults(page);
    if (found.length > 0) wrong[place] = found;
  }
  expect({ wrong, complaints }).toEqual({ wrong: {}, complaints: [] });
  await context.close();
});
