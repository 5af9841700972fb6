import type { App } from '../apps/app.ts';
import type { AppGuard } from '../apps/changes.ts';
import type { AppRegistry } from '../apps/registry.ts';
import type { Database } from '../postgres/database.ts';
import type { Actor } from './actor.ts';

export interface RegisteredApp {
  readonly app: App;
  readonly done: 'registered' | 'changed';
  /** A secret that was made just now, to be shown this once. One that was given or kept is known to its holder. */
  readonly secret: string | undefined;
}

/**
 * Registers an app, or changes the one with its client_id.
 * @param registration what came, of any shape
 * @param guard asked within the transaction; whatever it throws stops the change
 * @throws RegistrationError; AppError('store-away')
 */
export async function registerApp(
  { db, apps }: { db: Database; apps: Pick<AppRegistry, 'find' | 'register'> },
  registration: unknown,
  { record }: Actor,
  guard?: AppGuard,
): Promise<RegisteredApp> {
  const given: { client_id?: unknown; client_secret?: unknown } = Object(registration);
  const before = typeof given.client_id === 'string' ? await apps.find(given.client_id) : undefined;
  const app = await db.transaction().execute((tx) => apps.register(tx, registration, record, guard));
  const { client_secret: held } = app.metadata;
  const isNew = given.client_secret === undefined && before?.metadata.client_secret !== held;
  return {
    app,
    done: before ? 'changed' : 'registered',
    secret: isNew && typeof held === 'string' ? held : undefined,
  };
}
