import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { EVENTS } from '../audit/events.ts';
import type { AuditRow } from '../audit/reader.ts';
import { auditProofCommands } from './audit-proof.ts';
import { type Common, oneOf, verb, whole, withTools } from './command.ts';
import { findAccount } from './find.ts';
import { cell, clean, writeJson, writeLine } from './output.ts';

interface Options extends Common {
  readonly lines: number;
  readonly follow?: true;
  readonly event?: string;
  readonly account?: string;
}

/** ms between looks for new rows. */
const INTERVAL = 500;

export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('what happened, and its proof');
  verb(audit, 'tail', 'the last events, the newest at the end')
    .option('-n, --lines <rows>', 'how many, 0 to 1000', whole(0, 1000), 20)
    .option('-f, --follow', 'go on with what happens, until Ctrl-C')
    .addOption(oneOf('--event <name>', 'these alone', Object.keys(EVENTS)))
    .option('--account <account>', 'of this person alone')
    .action(tail);
  auditProofCommands(audit);
}

async function tail({ lines, follow, event, account: name, json }: Options): Promise<void> {
  const write = json ? writeJson : (row: AuditRow) => writeLine(describe(row));
  await withTools(async (tools) => {
    const account = name === undefined ? undefined : (await findAccount(tools, name)).sub;
    const filter = { event, account };
    // Before the last rows are read, so that none falls between the two.
    const follower = follow ? await tools.audit.follow(filter) : undefined;
    const rows = await tools.audit.last(lines, filter);
    for (const row of rows) write(row);
    if (!follower) return;
    follower.skip(rows);
    const stop = untilInterrupted();
    while (!stop.aborted) {
      for (const row of await follower.next()) write(row);
      await wait(INTERVAL, undefined, { signal: stop }).catch(() => undefined);
    }
  });
}

function describe(row: AuditRow): string {
  const named = (['account', 'app', 'session', 'actor', 'address', 'user_agent'] as const).flatMap((field) =>
    row[field] === null ? [] : [`${field}=${clean(String(row[field]))}`],
  );
  const reason = row.reason === null ? [] : [`(${clean(row.reason)})`];
  return [cell(row.at), row.outcome.padEnd(7), clean(row.event), ...reason, ...named].join('  ');
}

function untilInterrupted(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}
