import { createHash, verify } from 'node:crypto';
import type { Database } from '../../postgres/database.ts';
import { canonical } from '../canonical.ts';
import { linesOf } from '../lines.ts';
import { leafOf, merklePath, rootBy, type Step, splitHashes } from '../merkle.ts';
import { type AuditRecord, lineOf, RECORD, toRecord } from '../record.ts';
import { type FullSeal, isSigned, readSeal, type Seal, type SealKeys, type SealSigner } from '../seal.ts';
import { sealPages } from '../seals.ts';
import { Tampered } from '../tampered.ts';
import type { ReportEntry } from './report.ts';

/** A row that a report rests on, with its way to the root of its seal. */
interface Evidence {
  readonly type: 'evidence';
  readonly seal: number;
  readonly path: readonly Step[];
  readonly row: AuditRecord;
}

/** The last line: that the report is whole, and who says so. */
interface ReportEnd {
  readonly type: 'access-report-end';
  readonly version: 1;
  readonly people: number;
  readonly rows: number;
  /** Of all lines before, with their newlines. */
  readonly sha256: string;
  readonly key: string;
}

export interface VerifiedReport {
  readonly people: number;
  readonly rows: number;
  readonly seals: number;
}

/** Rows that are read at once. */
const PAGE = 500;

/**
 * A report as JSON lines that prove themselves: its entries, each row of the audit log that they rest on with its
 * seal and the way to the seal's root, and a signed end.
 * @param signer of seals
 */
export async function* provenLines(
  db: Database,
  entries: AsyncIterable<ReportEntry>,
  signer: SealSigner,
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const hashed = (value: object) => {
    const line = `${canonical(value)}\n`;
    hash.update(line);
    return line;
  };
  const needed = new Set<number>();
  let people = 0;
  for await (const entry of entries) {
    for (const position of entry.rests_on) needed.add(position);
    if (entry.type === 'person') people += 1;
    yield hashed(entry);
  }
  for await (const line of evidence(
    db,
    [...needed].sort((one, other) => one - other),
  ))
    yield hashed(line);
  const end: ReportEnd = {
    type: 'access-report-end',
    version: 1,
    people,
    rows: needed.size,
    sha256: hash.digest('hex'),
    key: signer.id,
  };
  const signature = signer.sign(Buffer.from(canonical(end))).toString('base64url');
  yield `${canonical({ ...end, signature })}\n`;
}

async function* evidence(db: Database, needed: readonly number[]): AsyncGenerator<Evidence | Seal> {
  let seal: FullSeal | undefined;
  for (let begin = 0; begin < needed.length; begin += PAGE) {
    const rows = await db
      .selectFrom('audit_events')
      .select(RECORD)
      .where('position', 'in', needed.slice(begin, begin + PAGE))
      .orderBy('position')
      .execute();
    for (const row of rows.map(toRecord)) {
      const position = row.position ?? 0;
      if (!seal || position > seal.last) {
        seal = await sealOver(db, position);
        if (!seal) return;
        const { leaves: _, ...statement } = seal;
        yield statement;
      }
      const leaves = splitHashes(Buffer.from(seal.leaves, 'base64'));
      const path = merklePath(leaves, position - seal.first);
      yield { type: 'evidence', seal: seal.number, path, row };
    }
  }
}

async function sealOver(db: Database, position: number): Promise<FullSeal | undefined> {
  const found = await db
    .selectFrom('audit_seals')
    .select('number')
    .where('last', '>=', position)
    .orderBy('last')
    .limit(1)
    .executeTakeFirst();
  if (!found) return undefined;
  for await (const [seal] of sealPages(db, found.number - 1, found.number)) return seal;
  return undefined;
}

/**
 * Checks a report from nothing but its bytes and the public keys of seals: every row that it rests on is in the
 * sealed log, and nothing in it was touched.
 * @throws Tampered
 */
export async function verifyReport(content: AsyncIterable<Buffer>, keys: SealKeys): Promise<VerifiedReport> {
  const hash = createHash('sha256');
  const needed = new Set<number>();
  const proven = new Set<number>();
  const seals = new Map<number, Seal>();
  let people = 0;
  let ended = false;
  for await (const { bytes } of linesOf(content)) {
    if (ended) throw new Tampered('inserted', {}, 'Something follows the end of the report');
    const value = JSON.parse(bytes.toString()) as { type?: unknown };
    if (value.type === 'access-report-end') {
      checkEnd(value as ReportEnd & { signature: string }, hash.digest('hex'), keys);
      ended = true;
      continue;
    }
    hash.update(bytes).update('\n');
    if (value.type === 'audit-seal') takeSeal(value, seals, keys);
    else if (value.type === 'evidence') proven.add(checkEvidence(value as Evidence, seals));
    else for (const position of (value as ReportEntry).rests_on) needed.add(position);
    if (value.type === 'person') people += 1;
  }
  if (!ended) throw new Tampered('removed', {}, 'The report is cut off');
  const missing = [...needed].find((position) => !proven.has(position));
  if (missing !== undefined) {
    throw new Tampered('removed', { row: missing }, `The report does not prove row ${missing}`);
  }
  return { people, rows: proven.size, seals: seals.size };
}

function checkEnd({ signature, ...end }: ReportEnd & { signature: string }, sha256: string, keys: SealKeys) {
  const key = keys.get(end.key);
  const data = Buffer.from(canonical(end));
  const signed = key !== undefined && verify(null, data, key, Buffer.from(String(signature), 'base64url'));
  if (!signed || end.sha256 !== sha256) throw new Tampered('altered', {}, 'The report was altered');
}

function takeSeal(value: object, seals: Map<number, Seal>, keys: SealKeys): void {
  const seal = readSeal(value);
  if (!seal || !isSigned(seal, keys)) throw new Tampered('altered', {}, 'A seal in the report is not signed');
  seals.set(seal.number, seal);
}

function checkEvidence({ seal: number, path, row }: Evidence, seals: ReadonlyMap<number, Seal>): number {
  const position = row.position ?? 0;
  const seal = seals.get(number);
  const covered = seal && position >= seal.first && position <= seal.last;
  if (!covered || rootBy(leafOf(lineOf(row)), path) !== seal.root) {
    throw new Tampered(
      'altered',
      { row: position },
      `Row ${position} in the report is not the one that was sealed`,
    );
  }
  return position;
}
