import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AnchorFile } from '../../src/audit/anchor-file.ts';
import { type Anchor, Anchors, FileAnchor, LogAnchor, WebhookAnchor } from '../../src/audit/anchors.ts';
import { isSigned, readSeal } from '../../src/audit/seal.ts';
import { verifyLog } from '../../src/audit/verify.ts';
import { clock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { silent } from '../postgres/settings.ts';
import { SealedLog } from './sealed-log.ts';

let log: SealedLog;
let folder: string;
beforeAll(async () => {
  log = await SealedLog.open();
  folder = await mkdtemp(join(tmpdir(), 'vestibule-anchors-'));
});
afterAll(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

async function sealMore(): Promise<void> {
  await log.writeTogether(2);
  await log.seal();
}

async function* content(path: string): AsyncGenerator<Buffer> {
  yield await readFile(path);
}

const linesIn = async (path: string) => (await readFile(path, 'utf8')).trim().split('\n');

test('a file is given each new seal once, however many replicas hand them out, and verifies the log', async () => {
  const path = join(folder, 'seals.jsonl');
  const replicas = [1, 2, 3].map(() => new Anchors(log.db, [new FileAnchor(path)], silent));
  for (let turn = 0; turn < 3; turn += 1) {
    await sealMore();
    await Promise.all(replicas.map((replica) => replica.run()));
    await Promise.all(replicas.map((replica) => replica.run()));
  }
  const seals = (await linesIn(path)).map((line) => readSeal(JSON.parse(line)));
  const heads = await log.heads();
  expect(seals).toEqual(heads.slice(-3));
  expect((await stat(path)).mode & 0o777).toBe(0o640);
  const keys = await log.publicKeys();
  expect(await verifyLog(log.db, keys, new AnchorFile(content(path)))).toMatchObject({
    anchored: heads.length,
  });
});

test('the log stream is an anchor, other lines in it and all', async () => {
  await sealMore();
  const lines: string[] = [];
  const stream = createLog({ level: 'info', stream: { write: (line) => lines.push(line) } });
  stream.info('something else');
  await new Anchors(log.db, [new LogAnchor(stream)], silent).run();
  lines.push('no JSON at all\n');
  expect(lines).toHaveLength(3);
  async function* written() {
    yield Buffer.from(lines.join(''));
  }
  const anchored = (await log.heads()).length;
  expect(await verifyLog(log.db, await log.publicKeys(), new AnchorFile(written()))).toMatchObject({
    anchored,
  });
});

test('a webhook is posted the signed seal, and again when it fails; others do not wait for it', async () => {
  await sealMore();
  const bodies: string[] = [];
  const answers = [500, 302, 204];
  const post = async (_url: string, { body }: { body: string }) => {
    bodies.push(body);
    return { status: answers.shift() ?? 500 };
  };
  const path = join(folder, 'beside.jsonl');
  const url = 'https://witness.example.org/?key=hush';
  const anchors: Anchor[] = [new WebhookAnchor(url, post), new FileAnchor(path)];
  const lines: string[] = [];
  const stream = createLog({ level: 'info', stream: { write: (line) => lines.push(line) } });
  // Each process waits longer after each failure: a new one tries at once.
  for (let turn = 0; turn < 4; turn += 1) await new Anchors(log.db, anchors, stream).run();
  expect(lines.join('')).toContain('webhook:witness.example.org');
  expect(lines.join('')).not.toContain('hush');
  expect(bodies).toHaveLength(3);
  const seal = readSeal(JSON.parse(bodies[2] ?? ''));
  expect(seal).toEqual((await log.heads()).at(-1));
  expect(seal && isSigned(seal, await log.publicKeys())).toBe(true);
  expect(await linesIn(path)).toHaveLength(1);
});

test('an anchor that fails is left alone for a while', async () => {
  await sealMore();
  let tries = 0;
  const failing: Anchor = {
    name: 'failing',
    label: 'failing',
    keep: async () => {
      tries += 1;
      throw new Error('no');
    },
  };
  const anchors = new Anchors(log.db, [failing], silent);
  for (let turn = 0; turn < 5; turn += 1) await anchors.run();
  expect(tries).toBe(1);
  clock.advance(5000);
  for (let turn = 0; turn < 5; turn += 1) await anchors.run();
  expect(tries).toBe(2);
  // Longer after each failure.
  clock.advance(5000);
  await anchors.run();
  expect(tries).toBe(2);
  clock.advance(5000);
  await anchors.run();
  expect(tries).toBe(3);
});
