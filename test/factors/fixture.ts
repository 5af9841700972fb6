import { generateSync } from 'otplib';
import { AuditTrail } from '../../src/audit/trail.ts';
import { EVENTS, type Recorder } from '../../src/audit-events.ts';
import { Authenticators } from '../../src/factors/authenticators.ts';
import { Enrolments } from '../../src/factors/enrolments.ts';
import { RecoveryCodes } from '../../src/factors/recovery-codes.ts';
import { RememberedDevices } from '../../src/factors/remembered-devices.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import type { Database } from '../../src/postgres/database.ts';
import { newName, SharedStores } from '../sessions/fixture.ts';

const sealer = new Sealer(`test:${Buffer.alloc(32, 7).toString('base64url')}`);
const trail = new AuditTrail();

/** Writes to the real audit log. */
export const record: Recorder = (tx, change) => trail.append(tx, change, { address: '203.0.113.7' });

/** One replica's factors. */
export interface Replica {
  readonly authenticators: Authenticators;
  readonly recoveryCodes: RecoveryCodes;
  readonly devices: RememberedDevices;
  readonly enrolments: Enrolments;
}

/** Two replicas on the same stores, each with connections of its own. */
export class TwoReplicas {
  readonly stores: SharedStores;
  readonly hasher: PasswordHasher;
  readonly replicas: readonly [Replica, Replica];
  readonly #other: Database;

  private constructor(stores: SharedStores) {
    this.stores = stores;
    this.#other = stores.openDatabase();
    // The least that argon2 takes: what is tested here is not how long it takes.
    const hash = { memory: 64, time: 1, parallelism: 1 };
    this.hasher = new PasswordHasher({ hash, pool: { workers: 1, queue: 640 } });
    this.replicas = [this.replica(stores.db), this.replica(this.#other)];
  }

  static async open(): Promise<TwoReplicas> {
    return new TwoReplicas(await SharedStores.open());
  }

  get db(): Database {
    return this.stores.db;
  }

  replica(db: Database, { life = 86_400 * 30 } = {}): Replica {
    const { redis, keys } = this.stores;
    const devices = new RememberedDevices(db, { life });
    const recoveryCodes = new RecoveryCodes(db, this.hasher);
    const authenticators = new Authenticators({ db, seals: sealer, devices, recoveryCodes });
    const settings = { issuerName: 'Northwind Health Plan', life: 3600 };
    const enrolments = new Enrolments({
      db,
      redis,
      keys,
      seals: sealer,
      authenticators,
      recoveryCodes,
      settings,
    });
    return { authenticators, recoveryCodes, devices, enrolments };
  }

  /** An account with an authenticator whose last code is long past: its id and its key. */
  async enrolled(account?: string): Promise<{ account: string; id: string; secret: string }> {
    const owner = newName();
    const person = account ?? (await this.stores.createAccount());
    const { authenticators, enrolments } = this.replicas[0];
    const { uri } = await enrolments.pending(owner, person, 'dr.rivera');
    const secret = secretOf(uri);
    const known = new Set((await authenticators.list(person)).map(({ id }) => id));
    const typed = { code: await this.codeNow(secret), name: 'Phone' };
    const confirmed = await enrolments.confirm(owner, person, typed, record);
    if (confirmed !== 'enrolled') throw new Error(confirmed);
    const added = (await authenticators.list(person)).find(({ id }) => !known.has(id));
    await this.forgetStep(added?.id as string);
    return { account: person, id: added?.id as string, secret };
  }

  /** As if no code of an authenticator had been used. */
  async forgetStep(id: string): Promise<void> {
    await this.db.updateTable('authenticators').set({ last_step: 0 }).where('id', '=', id).execute();
  }

  /** By PostgreSQL's clock, as the product does. */
  async step(): Promise<number> {
    return Math.floor((await this.stores.redis.time()) / 30);
  }

  async codeNow(secret: string): Promise<string> {
    return codeOf(secret, await this.step());
  }

  /** Runs it with the present time step, again where that has passed meanwhile. */
  async within<T>(run: (step: number) => Promise<T>): Promise<T> {
    for (;;) {
      const step = await this.step();
      const result = await run(step);
      if ((await this.step()) === step) return result;
    }
  }

  /** The audit rows of an account, the oldest first. */
  async events(account: string) {
    return this.db
      .selectFrom('audit_events')
      .select(['event', 'outcome', 'before', 'after'])
      .where('account', '=', account)
      .where('event', 'in', Object.keys(EVENTS))
      .orderBy('at')
      .execute();
  }

  async close(): Promise<void> {
    await this.hasher.close();
    await this.#other.destroy();
    await this.stores.close();
  }
}

export function secretOf(uri: string): string {
  return new URL(uri).searchParams.get('secret') as string;
}

export function codeOf(secret: string, step: number): string {
  return generateSync({ secret, epoch: step * 30 });
}
