import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Account } from '../accounts/account.ts';
import { decodePlace, encodePlace, type Page, type Place } from '../postgres/keyset.ts';
import { Failure } from './failure.ts';
import { findAccount, type Whose } from './find.ts';
import { type Cell, count, writeJson, writeLine, writeTable } from './output.ts';
import { openTools, type Tools } from './tools.ts';
import type { Common } from './verb.ts';

export interface Paging extends Common {
  readonly limit: number;
  readonly cursor?: Place;
}

/** Runs work on the stores that the settings name, and lets go of them. */
export async function withTools<T>(work: (tools: Tools) => Promise<T>): Promise<T> {
  const tools = await openTools();
  try {
    return await work(tools);
  } finally {
    await tools.close();
  }
}

/** The action of a command on one account (`onAccount`): finds it, works, and lets go of the stores. */
export function withAccount<Options extends Common>(
  work: (tools: Tools, account: Account, options: Options) => Promise<void>,
) {
  return (name: string | undefined, options: Options & Whose): Promise<void> =>
    withTools(async (tools) => work(tools, await findAccount(tools, { ...options, account: name }), options));
}

/** `--limit` and `--cursor` for a list. */
export function paged(command: Command): Command {
  return command
    .option('--limit <rows>', 'how many rows to show, 1 to 500', whole(1, 500), 50)
    .option('--cursor <text>', 'where the last page ended', cursor);
}

/** One page of a list. */
export function writePage<Row>(
  options: Paging,
  page: Page<Row>,
  as: { json: (row: Row) => unknown; row: (row: Row) => Record<string, Cell>; none: string },
): void {
  const next = page.next ? encodePlace(page.next) : null;
  if (options.json) {
    writeJson({ items: page.rows.map(as.json), next_cursor: next });
    return;
  }
  writeTable(page.rows.map(as.row), as.none);
  if (next) writeLine(`\nMore rows: --cursor ${next}`);
}

/** Which dead notices a command tries again: one, or all. */
export interface Replayed extends Common {
  readonly allDead?: true;
}

/** The action of `replay [id]`. @param replay answers the ids of those that will be tried again */
export function withDead<Options extends Replayed>(
  replay: (tools: Tools, id: string | undefined, options: Options) => Promise<readonly string[]>,
) {
  return async (id: string | undefined, options: Options): Promise<void> => {
    if ((id === undefined) === (options.allDead === undefined)) {
      throw new Failure('Name one notice, or give --all-dead');
    }
    const replayed = await withTools((tools) => replay(tools, id, options));
    if (id !== undefined && replayed.length === 0) throw new Failure('No dead notice has this ID');
    if (options.json) return writeJson({ replayed });
    writeLine(`${count(replayed.length, 'notice')} will be sent again.`);
  };
}

/** A parser of whole numbers for commander. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

/** Some text, trimmed; not nothing. */
export function someText(most: number): (text: string) => string {
  return (text) => {
    const trimmed = text.trim();
    if (trimmed && trimmed.length <= most && !/\p{Cc}/u.test(trimmed)) return trimmed;
    throw new InvalidArgumentError(`Give 1 to ${most} characters.`);
  };
}

/** An option that may be given several times. */
export function several<T>(parse: (text: string) => T): (text: string, before: T[] | undefined) => T[] {
  return (text, before = []) => [...before, parse(text)];
}

export function oneOf(flags: string, description: string, choices: readonly string[]): Option {
  return new Option(flags, description).choices([...choices]);
}

function cursor(text: string): Place {
  const place = decodePlace(text);
  if (place) return place;
  throw new InvalidArgumentError('Give the cursor that the last page printed.');
}
