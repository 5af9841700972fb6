import { z } from 'zod';
import { type AuditExport, EXPORT_FORMATS } from '../../audit/export.ts';
import type { Sealing } from '../../audit/sealing.ts';
import type { AuditSearch } from '../../audit/search.ts';
import type { AuditTrail } from '../../audit/trail.ts';
import type { Database } from '../../postgres/database.ts';
import { accountFields, actorOf, type Finder, subOf } from '../account-fields.ts';
import type { Download } from '../download.ts';
import { operation } from '../operation.ts';
import { READERS } from '../roles.ts';
import { asList, listOf, moment, paging, text } from '../schemas.ts';

export interface AuditOperationsDependencies {
  readonly db: Database;
  readonly search: Pick<AuditSearch, 'page'>;
  readonly accounts: Finder;
  readonly trail: Pick<AuditTrail, 'append'>;
  readonly sealing: Pick<Sealing, 'run'>;
  readonly exporter: Pick<AuditExport, 'lines'>;
}

const field = text(256).optional();
const json = z.record(z.string(), z.unknown()).nullable();
const row = z.object({
  id: z.string(),
  position: z.number().nullable(),
  at: z.date(),
  event: z.string(),
  outcome: z.enum(['success', 'failure']),
  reason: z.string().nullable(),
  account: z.string().nullable(),
  actor: z.string().nullable(),
  app: z.string().nullable(),
  session: z.string().nullable(),
  address: z.string().nullable(),
  user_agent: z.string().nullable(),
  request: z.string().nullable(),
  before: json,
  after: json,
});

const TYPES = { jsonl: 'application/jsonl', csv: 'text/csv; charset=utf-8', ocsf: 'application/jsonl' };
const ENDINGS = { jsonl: 'audit.jsonl', csv: 'audit.csv', ocsf: 'audit-ocsf.jsonl' };

export function auditOperations(deps: AuditOperationsDependencies) {
  const { search, accounts } = deps;
  return {
    search: operation({
      id: 'searchAudit',
      method: 'get',
      path: '/audit',
      summary: 'Searches the audit log, newest first; the search itself is logged',
      scope: 'admin:read',
      roles: READERS,
      query: z.strictObject({
        event: field.describe('A name, or the start of names and a star: sign-in.*'),
        outcome: z.enum(['success', 'failure']).optional(),
        ...accountFields,
        reason: field,
        app: field,
        session: field,
        request: field,
        actor: field.describe('A sub or a user ID, or cli, service, app:CLIENT_ID'),
        address: field.describe('An IP address, or a network such as 10.20.0.0/16'),
        from: moment.optional(),
        to: moment.optional(),
        text: field.describe('Words that must all be in the row'),
        ...paging,
      }),
      answer: listOf(row),
      async run({ name, origin }, { query: { limit, cursor: after, ...asked } }) {
        const { sub: _, user_id: __, actor, ...rest } = asked;
        const account = await subOf(accounts, asked, 'query');
        const who = actor === undefined ? {} : { actor: await actorOf(accounts, actor, 'query') };
        return asList(
          await search.page({ actor: name, origin }, { ...rest, ...who, account }, { limit, after }),
        );
      },
    }),
    export: operation({
      id: 'exportAudit',
      method: 'get',
      path: '/audit/export',
      summary: 'Downloads the audit log of a period as JSON Lines with seals, CSV, or OCSF',
      scope: 'admin:read',
      roles: READERS,
      file: ['application/jsonl', 'text/csv'],
      query: z.strictObject({
        format: z.enum(EXPORT_FORMATS).default('jsonl'),
        from: moment.optional(),
        to: moment.optional(),
      }),
      answer: z.custom<Download>(),
      async run({ name, origin }, { query: { format, ...asked } }) {
        const { db, trail, sealing, exporter } = deps;
        const period = { from: asked.from?.toJSON(), to: asked.to?.toJSON() };
        const after = { format, from: period.from ?? null, to: period.to ?? null };
        const event = { event: 'audit.exported', outcome: 'success', actor: name, after } as const;
        await trail.append(db, event, origin);
        // Rows that no seal covers yet prove nothing.
        await sealing.run();
        return { type: TYPES[format], name: ENDINGS[format], lines: exporter.lines(format, period) };
      },
    }),
  };
}

export type AuditOperations = ReturnType<typeof auditOperations>;
export type AuditItem = z.output<typeof row>;
