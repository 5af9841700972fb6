import type { Command } from 'commander';
import type { Person } from '../audit/access/person.ts';
import { provenLines, verifyReport } from '../audit/access/proof.ts';
import type { ReportEntry } from '../audit/access/report.ts';
import { peopleCsv } from '../audit/csv.ts';
import { contentOf, keysIn, ownKeys, writeText } from './audit-proof.ts';
import { oneOf, withTools } from './command.ts';
import { Failure } from './failure.ts';
import { moment } from './moment.ts';
import { count, writeJson, writeLine, writeTable } from './output.ts';
import { visitor } from './tools.ts';
import { type Common, verb } from './verb.ts';

interface Options extends Common {
  readonly app: string;
  readonly at: Date;
  readonly did?: true;
  readonly format?: 'jsonl' | 'csv';
  readonly output?: string;
}

/** People that the table shows; --format gives all. */
const MOST_SHOWN = 1000;

export function auditWhoCommand(audit: Command): void {
  const who = verb(audit, 'who', 'show who had access to an app at a past time, and who was signed in')
    .requiredOption('--app <client_id>', 'the app')
    .requiredOption('--at <time>', '2026-03-03T14:00 (UTC), 2026-03-03T14:00-05:00', moment)
    .option('--did', 'only people who were signed in');
  who
    .addOption(
      oneOf('--format <format>', 'jsonl includes its proof, for audit verify-report', ['jsonl', 'csv']),
    )
    .option('--output <file>', 'write to a new file instead of standard output')
    .action((options: Options) => {
      if (options.did && options.format === 'jsonl') {
        who.error('error: --did leaves people out: a report with its proof is whole', { exitCode: 2 });
      }
      return report(options);
    });
  verb(audit, 'verify-report <file>', 'check that a report of audit who was not changed and matches the log')
    .option('--key <file>', 'the public key (audit key); by default, the one in the database')
    .action(verify);
}

async function report({ app, at, did, format, output, json }: Options): Promise<void> {
  await withTools(async (tools) => {
    // So that hardly a row that it rests on is unproven.
    await tools.sealing.run();
    const entries = await tools.accessReport.about(visitor(), app, at);
    if (!entries) throw new Failure(`There was no app ${app} at ${at.toISOString()}`);
    if (format === 'jsonl') {
      return await writeText(provenLines(tools.db, entries, await tools.sealKeys.signer()), output);
    }
    if (format === 'csv' || output !== undefined)
      return await writeText(peopleCsv(people(entries, did)), output);
    await show(entries, did, json);
  });
}

async function* people(entries: AsyncIterable<ReportEntry>, did: true | undefined): AsyncGenerator<Person> {
  for await (const entry of entries) if (entry.type === 'person' && (!did || entry.did)) yield entry;
}

async function show(
  entries: AsyncIterable<ReportEntry>,
  did: true | undefined,
  json: true | undefined,
): Promise<void> {
  const shown: Person[] = [];
  let more = 0;
  for await (const person of people(entries, did)) {
    if (shown.length < MOST_SHOWN) shown.push(person);
    else more += 1;
  }
  if (json) return writeJson({ items: shown, next_cursor: null, left_out: more });
  writeTable(
    shown.map(({ account, user_id, name, could, did: used, roles, practices }) => ({
      user_id,
      name,
      could,
      did: used,
      roles: [...roles, ...practices.map(({ role, practice }) => `${role} at ${practice}`)],
      account,
    })),
    'Nobody.',
  );
  if (more > 0) writeLine(`\n${count(more, 'person')} more: --format csv shows all.`);
}

/** With a key, no store is asked. */
async function verify(path: string, { key, json }: Common & { readonly key?: string }): Promise<void> {
  const keys = key === undefined ? await withTools(ownKeys) : keysIn(key);
  const verified = await verifyReport(contentOf(path), keys);
  if (json) return writeJson({ ok: true, ...verified });
  const { people, rows, seals } = verified;
  writeLine(
    `Verified: ${count(people, 'line')} on people, ${count(rows, 'row')} under ${count(seals, 'seal')}.`,
  );
}
