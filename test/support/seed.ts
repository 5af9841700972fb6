import { createHash } from 'node:crypto';
import { Accounts } from '../../src/accounts/accounts.ts';
import { Practices } from '../../src/accounts/practices.ts';
import { AppRegistry } from '../../src/apps/registry.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { demoApps } from '../../src/demo/apps.ts';
import { seedPeople } from '../../src/demo/people.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { SigningKeys } from '../../src/keys/signing-keys.ts';
import { createLog } from '../../src/log.ts';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import type { Template } from './database.ts';

/** The same in every worker and run: what one sealed into a template, all can open. */
export const SECRETS = {
  VESTIBULE_MASTER_KEY: `test:${createHash('sha256').update('the master key of tests').digest('base64url')}`,
  COOKIE_KEYS: createHash('sha256').update('the cookie key of tests').digest('hex'),
};

/** Where the demo's apps are when no test runs them. */
export const DEMO_PORTS = { claims: 3101, eligibility: 3102 };

/** The demo's people and apps, which every account may open, and keys that sign. */
export const seeded: Template = {
  name: 'seeded',
  async fill(url) {
    const settings = { url, pool_size: 4, connect_timeout: 5, query_timeout: 10 };
    const db = openDatabase(settings, createLog({ level: 'silent' }));
    try {
      await seed(db);
      await new SigningKeys(db, new Sealer(SECRETS.VESTIBULE_MASTER_KEY)).ensure(2048);
    } finally {
      await db.destroy();
    }
  },
};

/** Makes the demo's people and apps in a migrated database. */
export async function seed(db: Database): Promise<void> {
  const hasher = new PasswordHasher({
    hash: { memory: 7168, time: 1, parallelism: 1 },
    pool: { workers: 1, queue: 16 },
  });
  const people = { accounts: new Accounts(db), practices: new Practices(db) };
  try {
    await seedPeople({ ...people, db, hasher, trail: new AuditTrail() });
  } finally {
    await hasher.close();
  }
  const register = registrar(db);
  for (const app of demoApps(DEMO_PORTS)) await register({ ...app, demands: {} });
}

/** Adds or changes an app, as `apps register` does. */
export function registrar(db: Database): (app: object) => Promise<void> {
  const apps = new AppRegistry(db, new Sealer(SECRETS.VESTIBULE_MASTER_KEY));
  const trail = new AuditTrail();
  return async (app) => {
    await db
      .transaction()
      .execute((tx) => apps.register(tx, app, (t, change) => trail.append(t, change, {})));
  };
}
