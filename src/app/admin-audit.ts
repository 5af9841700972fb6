import type { Actor } from '../admin/operation.ts';
import type { AccessReportDependencies } from '../admin/operations/access-report.ts';
import type { AuditOperationsDependencies } from '../admin/operations/audit.ts';
import { peopleCsv } from '../audit/access/csv.ts';
import { provenLines } from '../audit/access/proof.ts';
import { AccessReport } from '../audit/access/report.ts';
import { AuditExport } from '../audit/export.ts';
import { Sealing } from '../audit/sealing.ts';
import { AuditSearch } from '../audit/search.ts';
import type { Config } from '../config.ts';
import { SealKeyStore } from '../keys/seal-keys.ts';
import type { AdminDependencies } from './admin.ts';
import type { Stores } from './capabilities.ts';

/** The audit log as the console and the API read it. */
export function createAuditDependencies(
  config: Config,
  { db, searchDb }: Pick<Stores, 'db' | 'searchDb'>,
  { accounts, trail, sealer }: Pick<AdminDependencies, 'accounts' | 'trail' | 'sealer'>,
): { audit: AuditOperationsDependencies; accessReport: AccessReportDependencies } {
  const seals = new SealKeyStore(db, sealer);
  const signer = () => seals.signer();
  const sealing = new Sealing(db, signer);
  const exporter = new AuditExport({ db: searchDb, issuer: config.issuer, signer });
  const report = new AccessReport(searchDb, trail);
  return {
    audit: {
      search: new AuditSearch(searchDb, trail),
      accounts,
      exported: async (format, period, actor) => {
        const after = { format, from: period.from ?? null, to: period.to ?? null };
        const event = { event: 'audit.exported', outcome: 'success', actor: actor.name, after } as const;
        await trail.append(db, event, actor.origin);
        // So that hardly a row is left out of what is proven.
        await sealing.run();
        return exporter.lines(format, period);
      },
    },
    accessReport: {
      about: async ({ name: actor, origin }: Actor, app, at) => {
        await sealing.run();
        return report.about({ actor, origin }, app, at);
      },
      practiceNames: async (ids) => {
        if (ids.length === 0) return new Map();
        const rows = await searchDb
          .selectFrom('practices')
          .select(['id', 'name'])
          .where('id', 'in', [...new Set(ids)])
          .execute();
        return new Map(rows.map(({ id, name }) => [id, name]));
      },
      proven: async (entries) => provenLines(searchDb, entries, await signer()),
      csv: peopleCsv,
    },
  };
}
