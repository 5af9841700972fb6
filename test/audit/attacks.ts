import { type Kysely, sql } from 'kysely';
import type { Transaction } from '../../src/postgres/database.ts';

/** Numbers that a seed gives again. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to `below` - 1. */
  roll(below: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.roll(values.length)] as T;
  }
}

/** What an attack was, and what it must be found as: a row, a seal, or whatever. */
export interface Attack {
  readonly name: string;
  readonly row?: number;
  readonly seal?: number;
}

export interface Size {
  readonly rows: number;
  readonly seals: number;
}

type Attacker = (tx: Transaction, dice: Dice, size: Size) => Promise<Attack>;

/** Everything that whoever has the database, and not the key, can do; triggers are off. */
export const ATTACKS: readonly Attacker[] = [
  editRow,
  editRow,
  editRow,
  deleteRow,
  deleteRows,
  insertRow,
  swapRows,
  unsealRow,
  truncateRows,
  editSeal,
  editSeal,
  deleteSeal,
  truncateSeals,
  swapSeals,
  truncateBoth,
  beheadBoth,
  insertSeal,
];

const run = (tx: Kysely<never> | Transaction, text: string) => sql.raw(text).execute(tx);

const EDITS: readonly string[] = [
  `event = event || 'x'`,
  `outcome = case outcome when 'success' then 'failure' else 'success' end`,
  `reason = coalesce(reason, '') || 'x'`,
  `account = null`,
  `account = 'sub-99'`,
  `actor = 'op.lee'`,
  `app = coalesce(app, '') || ' '`,
  `session = ''`,
  `address = '198.51.100.1'`,
  `user_agent = null`,
  `request = request || E'\\n'`,
  `at = at + interval '1 microsecond'`,
  `at = at + interval '1 month'`,
  `id = gen_random_uuid()`,
  `before = null`,
  `before = jsonb_set(before, '{count}', '-1')`,
  `before = jsonb_set(before, '{count}', '12345678901234567890.5')`,
  `after = jsonb_set(after, '{z}', '"null"')`,
  `after = after || '{"added": true}'`,
  `after = after - 'a'`,
];

async function editRow(tx: Transaction, dice: Dice, { rows }: Size): Promise<Attack> {
  const row = 1 + dice.roll(rows);
  const edit = dice.pick(EDITS);
  await run(tx, `update audit_events set ${edit} where position = ${row}`);
  return { name: `row ${row}: ${edit}`, row };
}

async function deleteRow(tx: Transaction, dice: Dice, { rows }: Size): Promise<Attack> {
  const row = 1 + dice.roll(rows);
  await run(tx, `delete from audit_events where position = ${row}`);
  return { name: `row ${row} deleted`, row };
}

async function deleteRows(tx: Transaction, dice: Dice, { rows }: Size): Promise<Attack> {
  const row = 1 + dice.roll(rows);
  const count = 1 + dice.roll(40);
  await run(tx, `delete from audit_events where position between ${row} and ${row + count}`);
  return { name: `rows ${row} to ${row + count} deleted`, row };
}

async function insertRow(tx: Transaction, dice: Dice, { rows }: Size): Promise<Attack> {
  const row = dice.pick([1 + dice.roll(rows), rows + 1, rows + 500, rows + 1_000_000_000]);
  await run(
    tx,
    `insert into audit_events (event, outcome, account, position) values ('role.granted', 'success', 'me', ${row})`,
  );
  return { name: `a row inserted at ${row}`, row };
}

async function swapRows(tx: Transaction, dice: Dice, { rows }: Size): Promise<Attack> {
  const one = 1 + dice.roll(rows);
  const other = 1 + ((one + dice.roll(rows - 1)) % rows);
  await run(
    tx,
    `update audit_events set position = case position when ${one} then ${other} else ${one} end
      where position in (${one}, ${other})`,
  );
  return { name: `rows ${one} and ${other} swapped`, row: Math.min(one, other) };
}

async function unsealRow(tx: Transaction, dice: Dice, { rows }: Size): Promise<Attack> {
  const row = 1 + dice.roll(rows);
  await run(tx, `update audit_events set position = null, event = 'x' where position = ${row}`);
  return { name: `row ${row} unsealed`, row };
}

async function truncateRows(tx: Transaction, dice: Dice, { rows }: Size): Promise<Attack> {
  const row = 1 + dice.roll(rows);
  await run(tx, `delete from audit_events where position >= ${row}`);
  return { name: `rows from ${row} on truncated`, row };
}

const SEAL_EDITS: readonly string[] = [
  'number = number + 1000000',
  'first = -first, last = last',
  'last = last + 1000000',
  `from_at = from_at - interval '1 microsecond'`,
  `to_at = to_at + interval '1 microsecond'`,
  'root = sha256(root)',
  `previous = sha256(coalesce(previous, ''))`,
  'previous = null, root = sha256(root)',
  `sealed_at = sealed_at + interval '1 microsecond'`,
  `kept_from = '2100-01-01'`,
  `key_id = 'mine'`,
  `signature = sha512(signature)`,
  `leaves = sha256(leaves) || substr(leaves, 33)`,
  'leaves = substr(leaves, 1, octet_length(leaves) - 1)',
  `leaves = ''`,
];

async function editSeal(tx: Transaction, dice: Dice, { seals }: Size): Promise<Attack> {
  const seal = 1 + dice.roll(seals);
  const edit = dice.pick(SEAL_EDITS);
  await run(tx, 'alter table audit_seals drop constraint audit_seals_first_check');
  await run(tx, `update audit_seals set ${edit} where number = ${seal}`);
  return { name: `seal ${seal}: ${edit}`, seal };
}

async function deleteSeal(tx: Transaction, dice: Dice, { seals }: Size): Promise<Attack> {
  const seal = 1 + dice.roll(seals);
  await run(tx, `delete from audit_seals where number = ${seal}`);
  return { name: `seal ${seal} deleted`, seal };
}

async function truncateSeals(tx: Transaction, dice: Dice, { seals }: Size): Promise<Attack> {
  const seal = 1 + dice.roll(seals);
  await run(tx, `delete from audit_seals where number >= ${seal}`);
  return { name: `seals from ${seal} on truncated`, seal };
}

async function swapSeals(tx: Transaction, dice: Dice, { seals }: Size): Promise<Attack> {
  const one = 1 + dice.roll(seals - 1);
  await run(tx, `update audit_seals set number = number + 1000000 where number = ${one}`);
  await run(tx, `update audit_seals set number = ${one} where number = ${one + 1}`);
  await run(tx, `update audit_seals set number = ${one + 1} where number = ${one + 1_000_000}`);
  return { name: `seals ${one} and ${one + 1} swapped`, seal: one };
}

/** The newest rows with their seals: only an anchor knows them. */
async function truncateBoth(tx: Transaction, dice: Dice, { seals }: Size): Promise<Attack> {
  const seal = 1 + dice.roll(seals);
  const what = dice.pick(['delete from audit_events', 'update audit_events set position = null']);
  await run(tx, `${what} where position >= (select first from audit_seals where number = ${seal})`);
  await run(tx, `delete from audit_seals where number >= ${seal}`);
  return { name: `seals from ${seal} on with their rows: ${what}`, seal };
}

/** The oldest rows with their seals. */
async function beheadBoth(tx: Transaction, dice: Dice, { seals }: Size): Promise<Attack> {
  const seal = 1 + dice.roll(seals);
  await run(
    tx,
    `delete from audit_events where position <= (select last from audit_seals where number = ${seal})`,
  );
  await run(tx, `delete from audit_seals where number <= ${seal}`);
  return { name: `seals up to ${seal} with their rows`, seal: 1 };
}

async function insertSeal(tx: Transaction, dice: Dice, { rows, seals }: Size): Promise<Attack> {
  const from = 1 + dice.roll(seals);
  await run(
    tx,
    `insert into audit_seals
      select ${seals + 1}, ${rows + 1}, ${rows} + last - first + 1, from_at, to_at, root, previous, sealed_at,
        kept_from, key_id, signature, leaves from audit_seals where number = ${from}`,
  );
  return { name: `seal ${from} inserted again at the end`, seal: seals + 1 };
}
