import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Seal } from '../../src/audit/seal.ts';
import { Tampered } from '../../src/audit/tampered.ts';
import type { Transaction } from '../../src/postgres/database.ts';
import { ATTACKS, type Attack, Dice, type Size } from './attacks.ts';
import { SealedLog } from './sealed-log.ts';

// The short run does 250 of each kind, the long one 5,000: 500 and 10,000 in all.
const TIMES = process.env.LONG ? 5_000 : 250;
const PATIENCE = process.env.LONG ? 1_800_000 : 240_000;

let log: SealedLog;
let heads: Seal[];
let size: Size;
let exported: string;

beforeAll(async () => {
  log = await SealedLog.open();
  for (const rows of [1, 7, 2, 30, 16, 1, 3, 20]) {
    await log.writeTogether(rows);
    await log.seal();
  }
  heads = await log.heads();
  size = { rows: heads.at(-1)?.last ?? 0, seals: heads.length };
  exported = await log.export('jsonl');
});

afterAll(() => log.close());

/** What verification says of the log after an attack, which is undone. */
async function after(attack: (tx: Transaction) => Promise<unknown>, anchor = heads): Promise<unknown> {
  const undone = new Error('undone');
  let outcome: unknown;
  const attacked = log.db.transaction().execute(async (tx) => {
    // A superuser's: no trigger, no foreign key stands in the way.
    await sql`set local session_replication_role = replica`.execute(tx);
    await attack(tx);
    outcome = await log.verify(tx, anchor).catch((error: unknown) => error);
    throw undone;
  });
  await expect(attacked).rejects.toBe(undone);
  return outcome;
}

test('an untouched log passes, in the database and exported, with and without an anchor', async () => {
  const expected = { rows: 80, seals: 8, unsealed: 0, anchored: 8 };
  expect(await log.verify(log.db, heads)).toMatchObject(expected);
  expect(await log.verifyExport(exported, heads)).toMatchObject(expected);
  expect(await log.verify()).toMatchObject({ ...expected, anchored: 0 });
  expect(await log.verifyExport(exported)).toMatchObject({ ...expected, anchored: 0 });
});

test(
  `${TIMES} attacks on the database are all found`,
  async () => {
    const dice = new Dice(20_260_301);
    for (let turn = 0; turn < TIMES; turn += 1) {
      let attack: Attack = { name: 'none' };
      const outcome = await after(async (tx) => {
        attack = await dice.pick(ATTACKS)(tx, dice, size);
      });
      if (!(outcome instanceof Tampered)) throw new Error(`${attack.name}: ${JSON.stringify(outcome)}`);
      const { row, seal } = outcome.place;
      const told = `${attack.name} was told as: ${outcome.message}`;
      // A row that is gone is told as the row or, where all of a seal are, as those.
      if (attack.row !== undefined) expect(`${told} (row ${row})`).toContain(`${told} (row ${attack.row})`);
      if (attack.seal !== undefined && seal !== undefined)
        expect(`${told} (${seal})`).toBe(`${told} (${attack.seal})`);
    }
  },
  PATIENCE,
);

test(
  `${TIMES} attacks on an export are all found`,
  async () => {
    const dice = new Dice(7_041_776);
    for (let turn = 0; turn < TIMES; turn += 1) {
      const attacked = attackText(exported, dice);
      if (attacked.text === exported) continue;
      const outcome = await log.verifyExport(attacked.text, heads).catch((error: unknown) => error);
      if (!(outcome instanceof Tampered)) throw new Error(`${attacked.name}: ${JSON.stringify(outcome)}`);
    }
  },
  PATIENCE,
);

function attackText(text: string, dice: Dice): { name: string; text: string } {
  const lines = text.split('\n').slice(0, -1);
  const at = dice.roll(lines.length);
  const other = dice.roll(lines.length);
  const line = lines[at] ?? '';
  const joined = () => `${lines.join('\n')}\n`;
  const kind = dice.roll(10);
  if (kind === 0) return { name: `cut at ${at}`, text: text.slice(0, dice.roll(text.length)) };
  if (kind === 1) lines.splice(at, 1);
  if (kind === 2) lines.splice(at, 1 + dice.roll(12));
  if (kind === 3) lines.splice(other, 0, line);
  if (kind === 4) lines.splice(other, 1, ...lines.splice(at, 1, lines[other] ?? ''));
  if (kind === 5)
    lines[at] = line.replace(/"position":(\d+)/, (_, position) => `"position":${Number(position) + 1}`);
  if (kind === 6) lines[at] = line.replace(/"position":\d+/, '"position":null');
  if (kind === 7) lines[at] = line.replace(/[a-z]{4}(?=[^a-z])/, (word) => word.toUpperCase());
  if (kind === 8) lines[at] = line.replace('{', '{"event":"nothing.happened",');
  if (kind === 9) {
    const place = dice.roll(line.length);
    lines[at] = `${line.slice(0, place)}${String.fromCharCode(33 + dice.roll(90))}${line.slice(place + 1)}`;
  }
  return { name: `kind ${kind} at line ${at + 1}, ${other + 1}`, text: joined() };
}

test('an export that lacks its last lines, however many, is refused', async () => {
  const lines = exported.split('\n').slice(0, -1);
  for (let kept = 0; kept < lines.length; kept += 1) {
    const cut = lines.slice(0, kept).map((line) => `${line}\n`);
    await expect(log.verifyExport(cut.join(''))).rejects.toMatchObject({ name: 'Tampered', what: 'removed' });
  }
  await expect(log.verifyExport(exported.slice(0, -1))).rejects.toMatchObject({ name: 'Tampered' });
});

test('each tampering is named with its row', async () => {
  const told = async (statement: string) => {
    const outcome = await after((tx) => sql.raw(statement).execute(tx));
    return outcome instanceof Tampered ? `${outcome.what}: ${outcome.message}` : outcome;
  };
  expect(await told(`update audit_events set account = 'x' where position = 5`)).toBe(
    'altered: Row 5 was altered (seal 2)',
  );
  expect(await told('delete from audit_events where position = 5')).toBe(
    'removed: Row 5 was removed (seal 2)',
  );
  expect(await told('delete from audit_events where position between 2 and 8')).toBe(
    'removed: Rows 2 to 8 were removed (seal 2)',
  );
  expect(await told('delete from audit_events where position between 41 and 73')).toBe(
    'removed: Rows 41 to 56 were removed (seal 5)',
  );
  expect(await told(`update audit_events set position = 11 - position where position in (5, 6)`)).toBe(
    'reordered: Row 5 was reordered: it was row 6',
  );
  expect(
    await told(`insert into audit_events (event, outcome, position) values ('x', 'success', 5)`),
  ).toMatch('inserted: Row 5 was inserted');
  expect(await told('update audit_seals set number = 900 where number = 1')).toBe(
    'removed: Seal 1 was removed',
  );
  expect(await told('delete from audit_seals where number = 3')).toBe('removed: Seal 3 was removed');
});

test('a seal that an export does not say that it has was inserted', async () => {
  const [seal = ''] = exported.split('\n').filter((line) => line.includes('"audit-seal"'));
  const empty = await log.export('jsonl', { to: '2000-01-01' });
  expect(await log.verifyExport(empty)).toMatchObject({ seals: 0 });
  await expect(log.verifyExport(`${seal}\n${empty}`)).rejects.toMatchObject({
    name: 'Tampered',
    what: 'inserted',
    place: { seal: 1 },
  });
});

test('who takes the newest rows with their seals, or all, is found by an anchor alone', async () => {
  const cut = async (tx: Transaction) => {
    await sql`delete from audit_events where position > 10`.execute(tx);
    await sql`delete from audit_seals where number > 3`.execute(tx);
  };
  expect(await after(cut, [])).toMatchObject({ rows: 10, seals: 3 });
  expect(await after(cut)).toMatchObject({ what: 'removed', place: { seal: 4 } });
  const all = async (tx: Transaction) => {
    await sql`delete from audit_events`.execute(tx);
    await sql`delete from audit_seals`.execute(tx);
  };
  expect(await after(all)).toMatchObject({ what: 'removed', place: { seal: 1 } });
});

test('a log that was cut and then written on is found by its anchor, though every seal is signed', async () => {
  const fork = await SealedLog.open();
  for (const rows of [2, 2, 2]) {
    await fork.writeTogether(rows);
    await fork.seal();
  }
  const before = await fork.heads();
  await fork.db.transaction().execute(async (tx) => {
    await sql`set local session_replication_role = replica`.execute(tx);
    await sql`delete from audit_events where position > 2`.execute(tx);
    await sql`delete from audit_seals where number > 1`.execute(tx);
  });
  await fork.writeTogether(3);
  await fork.seal();
  const since = await fork.heads();
  expect(await fork.verify()).toMatchObject({ seals: 2 });
  await expect(fork.verify(fork.db, [...before, ...since.slice(1)])).rejects.toMatchObject({
    what: 'altered',
    place: { seal: 2 },
  });
  await fork.close();
});

test('seals of a key that is not the log’s are refused', async () => {
  const other = await SealedLog.open();
  await other.write(1);
  await other.seal();
  await expect(log.verifyExport(await other.export('jsonl'))).rejects.toThrow('no key is known with the id');
  await other.close();
});
