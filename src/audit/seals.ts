import type { Database, Transaction } from '../postgres/database.ts';
import { moment } from './record.ts';
import type { FullSeal, Seal } from './seal.ts';

/** Seals that are read at once: their leaves may take 32 kB each. */
const PAGE = 100;

const COLUMNS = [
  ...(['number', 'first', 'last', 'root', 'previous', 'key_id', 'signature', 'leaves'] as const),
  moment('from_at').as('from'),
  moment('to_at').as('to'),
  moment('sealed_at').as('at'),
  moment('kept_from').as('kept_from'),
];

/** The newest seal; undefined while there is none. @throws AppError('store-away') */
export async function newestSeal(db: Database | Transaction): Promise<Seal | undefined> {
  const row = await select(db).orderBy('number', 'desc').limit(1).executeTakeFirst();
  if (!row) return undefined;
  const { leaves: _, ...seal } = toSeal(row);
  return seal;
}

/** Pages of seals in their order. @param after the number of the seal before @param last read none beyond */
export async function* sealPages(
  db: Database | Transaction,
  after = 0,
  last = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<FullSeal[]> {
  for (let number = after; ; ) {
    const rows = await select(db)
      .where('number', '>', number)
      .where('number', '<=', last)
      .orderBy('number')
      .limit(PAGE)
      .execute();
    if (rows.length > 0) yield rows.map(toSeal);
    if (rows.length < PAGE) return;
    number = rows.at(-1)?.number ?? last;
  }
}

export async function insertSeal(tx: Transaction, seal: FullSeal): Promise<void> {
  const time = (text: string) => text as unknown as Date;
  await tx
    .insertInto('audit_seals')
    .values({
      number: seal.number,
      first: seal.first,
      last: seal.last,
      // As text: a Date would lose the microseconds.
      from_at: time(seal.from),
      to_at: time(seal.to),
      root: Buffer.from(seal.root, 'hex'),
      previous: seal.previous === null ? null : Buffer.from(seal.previous, 'hex'),
      sealed_at: time(seal.at),
      kept_from: seal.kept_from === null ? null : time(seal.kept_from),
      key_id: seal.key,
      signature: Buffer.from(seal.signature, 'base64url'),
      leaves: Buffer.from(seal.leaves, 'base64'),
    })
    .execute();
}

function select(db: Database | Transaction) {
  return db.selectFrom('audit_seals').select(COLUMNS);
}

type Row = Awaited<ReturnType<ReturnType<typeof select>['executeTakeFirstOrThrow']>>;

function toSeal(row: Row): FullSeal {
  const { key_id: key, previous, root, signature, leaves, ...rest } = row;
  return {
    type: 'audit-seal',
    version: 1,
    ...rest,
    key,
    root: root.toString('hex'),
    previous: previous?.toString('hex') ?? null,
    signature: signature.toString('base64url'),
    leaves: leaves.toString('base64'),
  };
}
