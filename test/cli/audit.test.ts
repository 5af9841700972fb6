import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ProgressBar } from '../../src/cli/progress.ts';
import { until } from '../postgres/until.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { Visitor } from '../support/visitor.ts';
import { failure, json, PATIENT, run } from './operator.ts';

let portal: Portal;
let folder: string;
/** ms */
const SEAL_EVERY = 5000;
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-audit-'));
  portal = await startPortal({
    processes: 2,
    settings: {
      'audit.seal_every': `PT${SEAL_EVERY / 1000}S`,
      'audit.anchors.file': join(folder, 'anchor.jsonl'),
      'audit.anchors.log': 'true',
    },
  });
  await new Visitor(portal).signIn('claims');
});
afterAll(async () => {
  await portal?.stop();
  await rm(folder, { recursive: true });
});

const command = (...words: string[]) => run(portal.environment, ['audit', ...words]);
/** Nothing but what a program needs to run: no database is named. */
const offline = { PATH: process.env.PATH };

test(
  'the running service seals and anchors, and the log verifies against its file and its log stream',
  async () => {
    await until(async () => {
      // To the next sealing, as often as older transactions of other tests held it up.
      await portal.advance(SEAL_EVERY);
      const waiting = await portal.db
        .selectFrom('audit_events')
        .select('id')
        .where('position', 'is', null)
        .executeTakeFirst();
      const [newest, kept] = await Promise.all([
        portal.db.selectFrom('audit_seals').select('number').orderBy('number', 'desc').executeTakeFirst(),
        portal.db.selectFrom('audit_anchors').select('number').execute(),
      ]);
      return !waiting && kept.length === 2 && kept.every(({ number }) => number === newest?.number);
    });
    await writeFile(file('stream.log'), portal.logs.join('\n'));
    for (const anchor of ['anchor.jsonl', 'stream.log']) {
      const { code, stdout } = await command('verify', '--anchor', file(anchor));
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(
          /^Verified: \d+ rows under \d+ seals?\.\n(\d+ rows? not sealed yet\.\n)?The anchor has the same seals, up to [1-9]/,
        ),
      });
    }
    expect(await json(portal.environment, 'audit', 'verify')).toMatchObject({ ok: true, kept_from: null });
  },
  PATIENT,
);

test(
  'an export is verified offline with the public key, and an altered one names the row',
  async () => {
    await writeFile(file('key.pem'), (await command('key')).stdout);
    const words = ['--output', file('log.jsonl')];
    const told = await command('export', ...words);
    expect(told).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+ rows read, /) });
    expect((await stat(file('log.jsonl'))).mode & 0o777).toBe(0o600);
    expect(await failure(portal.environment, ['audit', 'export', ...words], 1)).toContain('exists');
    const verify = ['audit', 'verify', file('log.jsonl'), '--key', file('key.pem')];
    expect(await run(offline, verify)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Verified: /),
    });
    expect(await json(portal.environment, 'audit', 'verify', file('log.jsonl'))).toMatchObject({ ok: true });

    const text = await readFile(file('log.jsonl'), 'utf8');
    const altered = text.replace('"event":"sign-in.succeeded"', '"event":"sign-in.failed"');
    await writeFile(file('log.jsonl'), altered);
    const line = await failure(offline, verify, 1);
    expect(line).toMatch(/^Row \d+ was altered \(seal \d+\)$/);
    const { code, stdout } = await run(offline, [...verify, '--json']);
    expect({ code, said: JSON.parse(stdout) }).toMatchObject({
      code: 1,
      said: { ok: false, what: 'altered', message: line },
    });
  },
  PATIENT,
);

test(
  'exports go to the standard output too, of a period, and are themselves in the log',
  async () => {
    const csv = await command('export', '--format', 'csv', '--from', '2026-01-01', '--to', '2126-01-01');
    expect(csv.stdout).toMatch(/^position,id,at,event,outcome,reason,.*\r\n/);
    const ocsf = await command('export', '--format', 'ocsf');
    for (const line of ocsf.stdout.trim().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ class_uid: 3002 });
    expect(
      (await command('export', '--format', 'csv', '--to', '1999-01-01')).stdout.split('\r\n'),
    ).toHaveLength(2);
    const rows = await portal.db
      .selectFrom('audit_events')
      .select(['actor', 'after', 'user_agent'])
      .where('event', '=', 'audit.exported')
      .orderBy('at', 'desc')
      .limit(3)
      .execute();
    expect(rows.map(({ after }) => after)).toEqual([
      { format: 'csv', from: null, to: '1999-01-01T00:00:00.000Z' },
      { format: 'ocsf', from: null, to: null },
      { format: 'csv', from: '2026-01-01T00:00:00.000Z', to: '2126-01-01T00:00:00.000Z' },
    ]);
    expect(rows[0]).toMatchObject({ actor: 'cli', user_agent: expect.stringMatching(/^vestibule command/) });
  },
  PATIENT,
);

test(
  'mistakes in a call are one line each',
  async () => {
    await writeFile(file('no-key.pem'), 'nothing');
    await writeFile(file('no-export.jsonl'), 'nothing\n');
    const of = (words: string[], code: number) => failure(portal.environment, ['audit', ...words], code);
    expect(await of(['export', '--from', 'yesterday'], 2)).toContain('2026-03-03');
    expect(await of(['export', '--format', 'xml'], 2)).toContain('jsonl');
    expect(await of(['verify', file('no-export.jsonl')], 1)).toContain('Line 1');
    expect(await of(['verify', file('nowhere')], 1)).toContain('ENOENT');
    expect(await of(['verify', '--anchor', file('nowhere')], 1)).toContain('ENOENT');
    expect(await of(['verify', '--key', file('no-key.pem')], 1)).toContain('no public key');
  },
  PATIENT,
);

test('a progress bar is drawn on a terminal, and nowhere else', () => {
  const drawn: string[] = [];
  const draw = (isTTY: boolean) => {
    const bar = new ProgressBar({ isTTY, write: (text) => drawn.push(text) });
    bar.show(0.5, 1_000);
    bar.show(1, 2_000);
    bar.end();
    expect(bar.rows).toBe(2_000);
  };
  draw(false);
  expect(drawn).toEqual([]);
  draw(true);
  expect(drawn.at(-2)).toBe(`\r${'█'.repeat(30)} 100 %  2000 rows`);
  expect(drawn.at(-1)).toBe('\n');
});
