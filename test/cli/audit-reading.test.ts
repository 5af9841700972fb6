import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuditTrail } from '../../src/audit/trail.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { failure, json, run } from './operator.ts';

let portal: Portal;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vestibule-reading-'));
  portal = await sharedPortal({ demands: true });
  const trail = new AuditTrail();
  const failed = { event: 'sign-in.failed', outcome: 'failure', reason: 'unknown-user-id' } as const;
  for (let n = 0; n < 5; n += 1)
    await trail.append(portal.db, failed, { address: `203.0.113.${n}`, request: `q${n}` });
});
afterAll(async () => {
  await portal?.stop();
  rmSync(folder, { recursive: true });
});

interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}

const list = (...words: string[]) => json<Page>(portal.environment, 'audit', 'list', ...words);

test('audit list searches page by page, and says in the log that it did', async () => {
  const filters = ['--event', 'sign-in.*', '--address', '203.0.113.0/24'];
  const first = await list(...filters, '--limit', '3');
  expect(first.items.map(({ request }) => request)).toEqual(['q4', 'q3', 'q2']);
  const second = await list(...filters, '--limit', '3', '--cursor', String(first.next_cursor));
  expect(second).toMatchObject({ items: [{ request: 'q1' }, { request: 'q0' }], next_cursor: null });
  const reads = await list('--event', 'audit.read', '--limit', '2');
  expect(reads.items[0]).toMatchObject({
    actor: 'cli',
    after: { filter: { event: 'sign-in.*', address: '203.0.113.0/24' }, rows: 2 },
  });
  const { stdout } = await run(portal.environment, ['audit', 'list', '--request', 'q3']);
  expect(stdout).toMatch(/^at .*\n.*sign-in\.failed .*203\.0\.113\.3 .*q3\n$/);
  for (const words of [
    ['--event', 'no.*'],
    ['--address', 'here'],
    ['--from', 'yesterday'],
  ]) {
    expect(await failure(portal.environment, ['audit', 'list', ...words], 2)).toMatch(/^error: /);
  }
});

test('audit who tells who could, and its report is verified with the public key alone', async () => {
  const at = new Date(Date.now() + 1000).toISOString();
  const asked = ['audit', 'who', '--app', 'eligibility', '--at', at];
  const { items } = await json<Page>(portal.environment, ...asked);
  const names = items.map(({ user_id }) => user_id);
  expect(names).toContain('dr.rivera');
  expect(names).not.toContain('m.chen');

  const [file, key] = [join(folder, 'who.jsonl'), join(folder, 'key.pem')];
  await run(portal.environment, [...asked, '--format', 'jsonl', '--output', file]);
  writeFileSync(key, (await run(portal.environment, ['audit', 'key'])).stdout);
  const nowhere = { PATH: process.env.PATH };
  const verified = await run(nowhere, ['audit', 'verify-report', file, '--key', key]);
  expect(verified).toMatchObject({ code: 0, stderr: '' });
  expect(verified.stdout).toMatch(/^Verified: \d+ lines? on people, \d+ rows under \d+ seals?\.\n$/);
  writeFileSync(file, readFileSync(file, 'utf8').replace('"could":true', '"could":false'));
  expect(await failure(nowhere, ['audit', 'verify-report', file, '--key', key], 1)).toMatch(/altered/);
  expect(await failure(portal.environment, ['audit', 'who', '--app', 'nosuch', '--at', at], 1)).toMatch(
    /no app/,
  );
});

test('audit deliveries says where the log has gone', async () => {
  expect(await json<Page>(portal.environment, 'audit', 'deliveries')).toEqual({
    items: [],
    next_cursor: null,
  });
});
