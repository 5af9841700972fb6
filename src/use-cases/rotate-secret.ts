import type { Rotation, RotationAsked } from '../apps/app.ts';
import type { AppGuard } from '../apps/changes.ts';
import type { AppRegistry } from '../apps/registry.ts';
import type { Database } from '../postgres/database.ts';
import type { Actor } from './actor.ts';

/**
 * Gives an app another secret, beside which the old one stays good for a while.
 * @param guard asked within the transaction; whatever it throws stops the change
 * @returns undefined when there is no such app, or it has no secret
 * @throws AppError('store-away')
 */
export async function rotateSecret(
  { db, apps }: { db: Database; apps: Pick<AppRegistry, 'rotateSecret'> },
  clientId: string,
  asked: RotationAsked,
  { record }: Actor,
  guard: AppGuard,
): Promise<Rotation | undefined> {
  return db.transaction().execute((tx) => apps.rotateSecret(tx, clientId, asked, record, guard));
}
