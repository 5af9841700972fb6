import { expect, test } from '@jest/globals';
import { sharedPortal } from './shared.ts';

/** Settings of this file alone: nobody else's portal is meant. */
const settings = { 'operator.name': 'Killed Portal' };

test('a portal one of whose processes has ended, or whose clock was moved, is handed to nobody', async () => {
  const ended = await sharedPortal({ settings });
  ended.processes[0]?.kill('SIGKILL');
  await ended.stop();
  const moved = await sharedPortal({ settings });
  expect(moved.ports).not.toEqual(ended.ports);
  await moved.advance(1);
  await moved.stop();
  const last = await sharedPortal({ settings });
  expect(last.ports).not.toEqual(moved.ports);
  await last.stop();
});
