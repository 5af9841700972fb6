import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { cataloguePage, describeEvents } from '../audit/catalogue-page.ts';
import { deliveryStates } from '../audit/delivery/delivery.ts';
import type { AuditRow } from '../audit/reader.ts';
import { type FilterOptions, filtered, toQuery } from './audit-filters.ts';
import { auditProofCommands } from './audit-proof.ts';
import { auditWhoCommand } from './audit-who.ts';
import { type Paging, paged, whole, withTools, writePage } from './command.ts';
import { cell, clean, writeJson, writeLine, writeTable } from './output.ts';
import { visitor } from './tools.ts';
import { type Common, verb } from './verb.ts';

interface TailOptions extends Common, FilterOptions {
  readonly lines: number;
  readonly follow?: true;
}

interface ListOptions extends Paging, FilterOptions {}

/** ms between looks for new rows. */
const INTERVAL = 500;

export function auditCommands(audit: Command): void {
  filtered(verb(audit, 'tail', 'show the last events, newest last'))
    .option('-n, --lines <rows>', 'how many, 0 to 1000', whole(0, 1000), 20)
    .option('-f, --follow', 'keep showing new events until Ctrl-C')
    .action(tail);
  filtered(paged(verb(audit, 'list', 'search the log, newest first'))).action(list);
  verb(audit, 'events', 'list all events, with when they are written, their reasons and an example')
    .option('--markdown', 'in the format of docs/audit-events.md')
    .action(events);
  verb(audit, 'deliveries', 'show how far the log was delivered to a SIEM').action(deliveries);
  auditWhoCommand(audit);
  auditProofCommands(audit);
}

async function tail({ lines, follow, json, ...filters }: TailOptions): Promise<void> {
  const write = json ? writeJson : (row: AuditRow) => writeLine(describe(row));
  await withTools(async (tools) => {
    const query = await toQuery(tools, filters);
    // Before the last rows are read, so that none falls between the two.
    const follower = follow ? await tools.audit.follow(query) : undefined;
    const rows = await tools.audit.last(lines, query);
    await tools.auditSearch.noteRead(visitor(), query, follower ? undefined : rows.length);
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

async function list(options: ListOptions): Promise<void> {
  const { limit, cursor: after } = options;
  const page = await withTools(async (tools) => {
    const query = await toQuery(tools, options);
    return tools.auditSearch.page(visitor(), query, { limit, after });
  });
  writePage(options, page, {
    json: (row) => row,
    row: ({ at, event, outcome, reason, account, actor, app, address, session, request }) => ({
      at,
      event,
      outcome,
      reason,
      account,
      actor,
      app,
      address,
      session,
      request,
    }),
    none: 'No events match.',
  });
}

function events({ json, markdown }: Common & { readonly markdown?: true }): void {
  if (markdown) process.stdout.write(cataloguePage());
  else if (json) writeJson({ items: describeEvents(), next_cursor: null });
  else {
    const rows = describeEvents().map(({ event, outcome, when, reasons }) => ({
      event,
      outcome,
      when,
      reasons,
    }));
    writeTable(rows, '');
  }
}

async function deliveries({ json }: Common): Promise<void> {
  const states = await withTools(({ db }) => deliveryStates(db));
  if (json) return writeJson({ items: states, next_cursor: null });
  writeTable(
    states.map(({ sink, position, behind, delivered_at, failures, last_error, retry_at }) => ({
      sink,
      position,
      behind,
      delivered: delivered_at,
      failures,
      error: last_error,
      retry: retry_at,
    })),
    'Nothing has been delivered yet: see audit.delivery in the settings.',
  );
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
