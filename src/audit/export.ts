import { createHash } from 'node:crypto';
import { exactStoreMoment } from '../moments.ts';
import type { Database } from '../postgres/database.ts';
import { canonical } from './canonical.ts';
import { CSV_HEAD, csvLine } from './csv.ts';
import { signEnd } from './export-end.ts';
import { type Period, periodRows, sealedEntries, sealsOf, unsealedRows } from './log.ts';
import { ocsfEvent } from './ocsf.ts';
import { type AuditRecord, lineOf } from './record.ts';
import type { SealSigner } from './seal.ts';
import { newestSeal } from './seals.ts';

export const EXPORT_FORMATS = ['jsonl', 'csv', 'ocsf'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Told now and then: the part that is done (0 to 1), and rows so far. */
export type Progress = (part: number, rows: number) => void;

export interface ExportDependencies {
  readonly db: Database;
  readonly signer: () => Promise<SealSigner>;
  readonly issuer: string;
}

/** Rows between two reports of progress. */
const STEP = 500;

/** The audit log as text for other tools, line by line, in memory that does not grow with it. */
export class AuditExport {
  readonly #deps: ExportDependencies;

  constructor(deps: ExportDependencies) {
    this.#deps = deps;
  }

  /**
   * `jsonl`: canonical rows with their seals, to be verified later by itself; a period is rounded out to whole
   * seals. `csv`: the rows of the period by time. `ocsf`: JSON lines of those that are authentication.
   * @throws AppError('store-away')
   */
  lines(format: ExportFormat, period: Period, progress: Progress = () => {}): AsyncGenerator<string> {
    if (format === 'jsonl') return this.#jsonLines(period, progress);
    return format === 'csv' ? this.#csvLines(period, progress) : this.#ocsfLines(period, progress);
  }

  async *#jsonLines(period: Period, progress: Progress): AsyncGenerator<string> {
    const { db, signer } = this.#deps;
    const at = await exactStoreMoment(db);
    const hash = createHash('sha256');
    const counts = { seals: 0, rows: 0, unsealed: 0 };
    const hashed = (line: string) => {
      hash.update(line).update('\n');
      return `${line}\n`;
    };
    let reached = (await newestSeal(db))?.last ?? 0;
    const range = await sealsOf(db, period);
    for await (const entry of range ? sealedEntries(db, range) : []) {
      if (entry.kind === 'seal') {
        const done = entry.seal.number - (range?.first ?? 0);
        progress(done / ((range?.last ?? 0) - (range?.first ?? 0) + 1), counts.rows);
        counts.seals += 1;
        reached = Math.max(reached, entry.seal.last);
        yield hashed(canonical(entry.seal));
      } else {
        counts.rows += 1;
        yield hashed(entry.line.toString());
      }
    }
    for await (const row of unsealedRows(db, reached, period)) {
      counts.unsealed += 1;
      counts.rows += 1;
      yield hashed(lineOf(row));
    }
    progress(1, counts.rows);
    const by = await signer();
    const { from = null, to = null } = period;
    const end = { type: 'audit-export-end', version: 1, at, from, to, ...counts } as const;
    const proof = { first_seal: range?.first ?? null, sha256: hash.digest('hex'), key: by.id };
    yield `${canonical(signEnd({ ...end, ...proof }, by))}\n`;
  }

  async *#csvLines(period: Period, progress: Progress): AsyncGenerator<string> {
    yield CSV_HEAD;
    for await (const row of this.#rows(period, progress)) yield csvLine(row);
  }

  async *#ocsfLines(period: Period, progress: Progress): AsyncGenerator<string> {
    for await (const row of this.#rows(period, progress)) {
      const event = ocsfEvent(row, this.#deps.issuer);
      if (event) yield `${JSON.stringify(event)}\n`;
    }
  }

  async *#rows(period: Period, progress: Progress): AsyncGenerator<AuditRecord> {
    const { db } = this.#deps;
    const end = Date.parse(period.to ?? (await exactStoreMoment(db)));
    let begin: number | undefined;
    let rows = 0;
    for await (const row of periodRows(db, period)) {
      begin ??= Date.parse(row.at);
      rows += 1;
      if (rows % STEP === 1) progress((Date.parse(row.at) - begin) / Math.max(1, end - begin), rows);
      yield row;
    }
    progress(1, rows);
  }
}
