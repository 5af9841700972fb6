import type { Command } from 'commander';
import { type Common, verb } from './verb.ts';

/** Both are listed by every command, so what they do is only loaded when they run. */
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
