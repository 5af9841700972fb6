import { createPublicKey, type KeyObject } from 'node:crypto';
import { sql } from 'kysely';
import { AnchorFile } from '../../src/audit/anchor-file.ts';
import { canonical } from '../../src/audit/canonical.ts';
import { AuditExport, type ExportFormat } from '../../src/audit/export.ts';
import type { Period } from '../../src/audit/log.ts';
import type { Seal } from '../../src/audit/seal.ts';
import { Sealing } from '../../src/audit/sealing.ts';
import { sealPages } from '../../src/audit/seals.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { verifyExport, verifyLog } from '../../src/audit/verify.ts';
import { SealKeyStore } from '../../src/keys/seal-keys.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { type Database, openDatabase, type Transaction } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import { createTestDatabase } from '../support/database.ts';

export const ISSUER = 'https://signin.example.org';
export const MASTER_KEY = `test:${Buffer.alloc(32, 7).toString('base64url')}`;

/** An audit log with its keys, on a database of its own. */
export class SealedLog {
  readonly db: Database;
  readonly url: string;
  readonly trail = new AuditTrail();
  readonly keys: SealKeyStore;
  readonly sealing: Sealing;
  readonly exports: AuditExport;
  readonly #drop: () => Promise<void>;

  private constructor(url: string, drop: () => Promise<void>) {
    this.url = url;
    this.#drop = drop;
    this.db = openDatabase(settings(url), silent);
    this.keys = new SealKeyStore(this.db, new Sealer(MASTER_KEY));
    const signer = () => this.keys.signer();
    this.sealing = new Sealing(this.db, signer);
    this.exports = new AuditExport({ db: this.db, signer, issuer: ISSUER });
  }

  static async open(): Promise<SealedLog> {
    const { url, drop } = await createTestDatabase();
    return new SealedLog(url, drop);
  }

  async close(): Promise<void> {
    await this.db.destroy();
    await this.#drop();
  }

  /** Another process on the same database. */
  replica(): { db: Database; sealing: Sealing } {
    const db = openDatabase(settings(this.url), silent);
    const keys = new SealKeyStore(db, new Sealer(MASTER_KEY));
    return { db, sealing: new Sealing(db, () => keys.signer()) };
  }

  /** In one transaction, so that whoever else works on this server cannot part them. */
  async writeTogether(rows: number): Promise<void> {
    await this.db.transaction().execute((tx) => this.write(rows, tx));
  }

  async write(rows: number, db: Database | Transaction = this.db): Promise<void> {
    for (let row = 0; row < rows; row += 1) {
      const app = row % 3 ? 'claims' : undefined;
      await this.trail.append(
        db,
        {
          event: 'account.changed',
          outcome: 'success',
          account: `sub-${row % 7}`,
          ...(app ? { app } : {}),
          before: { name: `row ${row}`, count: row, at: { deep: [1, 2.5, 1e21, row] } },
          after: { name: `row “${row}”\n`, z: null, a: true },
        },
        { address: `203.0.113.${row % 250}`, userAgent: 'Mozilla/5.0', request: `r-${row}` },
      );
    }
  }

  /** Seals until nothing is left; transactions of other tests on this server may hold it up. */
  async seal(): Promise<void> {
    await until(async () => {
      await this.sealing.run();
      const { rows } = await sql`select from audit_events where position is null limit 1`.execute(this.db);
      return rows.length === 0;
    });
  }

  async publicKeys(): Promise<Map<string, KeyObject>> {
    return new Map((await this.keys.publicKeys()).map(({ id, pem }) => [id, createPublicKey(pem)]));
  }

  /** What an anchor was given: every seal. */
  async heads(): Promise<Seal[]> {
    const heads: Seal[] = [];
    for await (const page of sealPages(this.db)) heads.push(...page.map(({ leaves: _, ...seal }) => seal));
    return heads;
  }

  async verify(db: Database | Transaction = this.db, heads?: readonly Seal[]) {
    return await verifyLog(db, await this.publicKeys(), heads && anchorOf(heads));
  }

  async export(format: ExportFormat, period: Period = {}): Promise<string> {
    let text = '';
    for await (const line of this.exports.lines(format, period)) text += line;
    return text;
  }

  async verifyExport(text: string | Buffer, heads?: readonly Seal[]) {
    return await verifyExport(chunks(Buffer.from(text)), await this.publicKeys(), heads && anchorOf(heads));
  }
}

export function anchorOf(heads: readonly Seal[]): AnchorFile {
  return new AnchorFile(chunks(Buffer.from(heads.map((head) => `${canonical(head)}\n`).join(''))));
}

/** In pieces of a size that cuts lines anywhere. */
async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += 1777) yield bytes.subarray(start, start + 1777);
}
