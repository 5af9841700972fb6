import type { Command } from 'commander';
import { type Common, verb } from './verb.ts';

/** Their work is loaded when it is asked for, as the nouns are: these two stand in every command's list. */
export function serviceCommands(program: Command): void {
  verb(program, 'migrate', 'update the database tables').action(async (options: Common) => {
    const { migrateTables } = await import('./migrate.ts');
    await migrateTables(options);
  });
  program
    .command('serve')
    .description('serve until SIGTERM, as npm run serve does')
    .action(async () => {
      await import('../main.ts');
    });
}
