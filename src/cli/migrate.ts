import { createLog } from '../log.ts';
import { openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { writeJson, writeLine } from './output.ts';
import { commandConfig } from './settings.ts';
import type { Common } from './verb.ts';

/** `migrate`. */
export async function migrateTables({ json }: Common): Promise<void> {
  const config = commandConfig();
  const log = createLog({ level: 'silent' });
  const db = openDatabase(config.database, log);
  try {
    await migrate(db, config.database.url, log);
  } finally {
    await db.destroy();
  }
  if (json) writeJson({ ok: true });
  else writeLine('The database tables are up to date.');
}
