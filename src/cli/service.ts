import type { Command } from 'commander';
import { createLog } from '../log.ts';
import { openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { type Common, verb } from './command.ts';
import { writeJson, writeLine } from './output.ts';
import { commandConfig } from './settings.ts';

export function serviceCommands(program: Command): void {
  verb(program, 'migrate', 'bring the tables up to date').action(migrateTables);
  program
    .command('serve')
    .description('serve until SIGTERM, as npm run serve does')
    .action(async () => {
      await import('../main.ts');
    });
}

async function migrateTables({ json }: Common): Promise<void> {
  const config = commandConfig();
  const log = createLog({ level: 'silent' });
  const db = openDatabase(config.database, log);
  try {
    await migrate(db, config.database.url, log);
  } finally {
    await db.destroy();
  }
  if (json) writeJson({ ok: true });
  else writeLine('The tables are up to date.');
}
