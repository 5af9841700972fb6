import type { Command } from 'commander';

/** What every command takes. */
export interface Common {
  readonly json?: true;
}

/** A verb under a noun: `accounts create`. */
export function verb(noun: Command, nameAndArguments: string, description: string): Command {
  return noun.command(nameAndArguments).description(description).option('--json', 'JSON, for programs');
}
