import type { App } from '../apps/app.ts';
import type { AppGuard } from '../apps/changes.ts';
import type { AppRegistry } from '../apps/registry.ts';
import type { Database } from '../postgres/database.ts';
import type { Actor } from './actor.ts';

/**
 * Removes an app: within a second it is unknown everywhere. Nobody is signed out by it.
 * @param guard asked within the transaction; whatever it throws stops the change
 * @returns the app as it was; undefined when there is none
 * @throws AppError('store-away')
 */
export async function removeApp(
  { db, apps }: { db: Database; apps: Pick<AppRegistry, 'remove'> },
  clientId: string,
  { record }: Actor,
  guard?: AppGuard,
): Promise<App | undefined> {
  return db.transaction().execute((tx) => apps.remove(tx, clientId, record, guard));
}
