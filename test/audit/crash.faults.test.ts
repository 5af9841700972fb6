import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Dice } from './attacks.ts';
import { MASTER_KEY, SealedLog } from './sealed-log.ts';

let log: SealedLog;
beforeEach(async () => {
  log = await SealedLog.open();
});
afterEach(() => log.close());

const SCRIPT = fileURLToPath(new URL('sealing-process.ts', import.meta.url));
const KILLS = process.env.LONG ? 50 : 6;

test('processes killed while they seal leave no gap, no row behind and a log that verifies', async () => {
  const dice = new Dice(11);
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = spawn(process.execPath, [SCRIPT, log.url, MASTER_KEY], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    // After so many seals, in the midst of another.
    for (let dots = 3 + dice.roll(8); dots > 0; ) {
      const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
      dots -= chunk.length;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await log.seal();
  const rows = await log.db.selectFrom('audit_events').select('position').orderBy('position').execute();
  expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.length).toBeGreaterThan(KILLS);
  expect(await log.verify()).toMatchObject({ rows: rows.length, unsealed: 0 });
}, 240_000);
