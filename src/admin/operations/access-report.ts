import { z } from 'zod';
import type { Directory } from '../../accounts/directory.ts';
import type { Person } from '../../audit/access/person.ts';
import { provenLines } from '../../audit/access/proof.ts';
import type { AccessReport, ReportEntry, ReportHead } from '../../audit/access/report.ts';
import { peopleCsv } from '../../audit/csv.ts';
import type { SealSigner } from '../../audit/seal.ts';
import type { Sealing } from '../../audit/sealing.ts';
import type { Database } from '../../postgres/database.ts';
import type { Download } from '../download.ts';
import { type Actor, operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { READERS } from '../roles.ts';
import { moment, text } from '../schemas.ts';

export interface AccessReportDependencies {
  readonly db: Database;
  readonly report: Pick<AccessReport, 'about'>;
  readonly sealing: Pick<Sealing, 'run'>;
  readonly signer: () => Promise<SealSigner>;
  readonly directory: Pick<Directory, 'practiceNames'>;
}

/** People that an answer names; a file names all. */
const MOST_SHOWN = 200;

const person = z.object({
  account: z.string(),
  user_id: z.string().nullable(),
  name: z.string(),
  could: z
    .boolean()
    .describe('Whether the account was active, had a password and had a role that the app demanded'),
  did: z.boolean().describe('Whether the person was signed in to the app in an open session'),
  roles: z.array(z.string()),
  practices: z.array(z.object({ practice: z.string(), name: z.string(), role: z.string() })),
});

const asked = {
  app: text(256).describe('A client_id, also of a removed app'),
  at: moment,
};

const NO_APP = 'There was no such app at that moment.';

export function accessReportOperations({
  db,
  report: reports,
  sealing,
  signer,
  directory,
}: AccessReportDependencies) {
  const made = async ({ name: actor, origin }: Actor, app: string, at: Date) => {
    // A report proves itself by sealed rows.
    await sealing.run();
    const report = await reports.about({ actor, origin }, app, at);
    if (!report) throw new Problem('not-found', NO_APP);
    return report;
  };
  return {
    whoCouldOpen: operation({
      id: 'whoCouldOpen',
      method: 'get',
      path: '/access-report',
      summary: `Shows who had access to an app at a past time, and who was signed in: the first ${MOST_SHOWN}`,
      scope: 'admin:read',
      roles: READERS,
      query: z.strictObject(asked),
      answer: z.object({
        app: z.string(),
        at: z.string(),
        demands: z.record(z.string(), z.unknown()),
        people: z.array(person),
        more: z.boolean(),
      }),
      async run(actor, { query: { app, at } }) {
        const { head, people, more } = await firstOf(await made(actor, app, at));
        const names = await directory.practiceNames(
          people.flatMap((each) => each.practices.map((p) => p.practice)),
        );
        return { app, at: head.at, demands: head.demands, more, people: people.map((p) => named(p, names)) };
      },
    }),
    export: operation({
      id: 'exportAccessReport',
      method: 'get',
      path: '/access-report/export',
      summary:
        'Downloads the full report as JSON Lines with its proof (vestibule audit verify-report), or as CSV',
      scope: 'admin:read',
      roles: READERS,
      file: ['application/jsonl', 'text/csv'],
      query: z.strictObject({ ...asked, format: z.enum(['jsonl', 'csv']).default('jsonl') }),
      answer: z.custom<Download>(),
      async run(actor, { query: { app, at, format } }) {
        const report = await made(actor, app, at);
        if (format === 'csv') {
          return { type: 'text/csv; charset=utf-8', name: 'access.csv', lines: peopleCsv(report) };
        }
        return {
          type: 'application/jsonl',
          name: 'access.jsonl',
          lines: provenLines(db, report, await signer()),
        };
      },
    }),
  };
}

export type AccessReportOperations = ReturnType<typeof accessReportOperations>;
export type AccessReportAnswer = z.output<AccessReportOperations['whoCouldOpen']['answer']>;

/** The beginning of a report; the rest is not made. */
async function firstOf(report: AsyncIterable<ReportEntry>) {
  let head: ReportHead | undefined;
  let more = false;
  const people: Person[] = [];
  for await (const entry of report) {
    if (entry.type === 'access-report') head = entry;
    else if (people.length < MOST_SHOWN) people.push(entry);
    else {
      more = true;
      break;
    }
  }
  if (!head) throw new Error('a report begins with its head');
  return { head, people, more };
}

function named(
  { account, user_id, name, could, did, roles, practices }: Person,
  names: ReadonlyMap<string, string>,
) {
  return {
    account,
    user_id,
    name,
    could,
    did,
    roles: [...roles],
    practices: practices.map((held) => ({ ...held, name: names.get(held.practice) ?? held.practice })),
  };
}
