import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import { deviceName } from '../http/device-name.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { newRowId } from '../postgres/row-id.ts';

/** A browser that stands for an account's second factor until `expiresAt`. */
export interface RememberedDevice {
  readonly id: string;
  /** Such as “Chrome on Windows”; empty where the browser did not say. */
  readonly name: string;
  readonly address: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** To the day. */
  readonly lastUsedAt: Date;
}

/** Where a device was when it was remembered. */
export interface DeviceOrigin {
  readonly userAgent?: string;
  readonly address?: string;
}

/**
 * Devices on which a person has asked not to be asked for the second factor again. A `browser` is a secret
 * that only that browser holds, or a hash of one. All methods throw AppError('store-away').
 */
export class RememberedDevices {
  readonly #db: Database;
  readonly #life: number;

  /** @param settings.life s that a device is remembered; 0: none is, not even those remembered before */
  constructor(db: Database, settings: { readonly life: number }) {
    this.#db = db;
    this.#life = settings.life;
  }

  /** Whether devices are remembered at all. */
  get offered(): boolean {
    return this.#life > 0;
  }

  /** Remembers a browser for an account, from now on. */
  async remember(account: string, browser: string, origin: DeviceOrigin, record: Recorder): Promise<void> {
    if (!this.offered) return;
    await this.#db.transaction().execute(async (tx) => {
      await tx
        .deleteFrom('remembered_devices')
        .where('account', '=', account)
        .where('expires_at', '<=', sql<Date>`clock_timestamp()`)
        .execute();
      const name = deviceName(origin.userAgent ?? '');
      const { rows } = await sql<{ id: string; expires_at: Date }>`
        insert into remembered_devices (id, account, token_hash, name, address, expires_at)
        values (${newRowId()}, ${account}, ${hash(browser)}, ${name}, ${origin.address ?? null},
          clock_timestamp() + make_interval(secs => ${this.#life}))
        on conflict (account, token_hash) do update set name = excluded.name, address = excluded.address,
          created_at = clock_timestamp(), last_used_at = clock_timestamp(), expires_at = excluded.expires_at
        returning id, expires_at`.execute(tx);
      for (const { id, expires_at } of rows) {
        const after = { id, name, expires_at: expires_at.toJSON() };
        await record(tx, { event: 'device.remembered', outcome: 'success', account, after });
      }
    });
  }

  /** Whether this browser stands for the account's second factor now. Notes the use, at most once a day. */
  async isRemembered(account: string, browser: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('remembered_devices')
      .select('id')
      .select(sql<boolean>`last_used_at < clock_timestamp() - interval '1 day'`.as('stale'))
      .where('account', '=', account)
      .where('token_hash', '=', hash(browser))
      .where(this.#isGood())
      .executeTakeFirst();
    if (row?.stale) await this.#touch(row.id);
    return row !== undefined;
  }

  async #touch(id: string): Promise<void> {
    await this.#db
      .updateTable('remembered_devices')
      .set({ last_used_at: sql<Date>`clock_timestamp()` })
      .where('id', '=', id)
      .execute();
  }

  /** Those that are good now, the newest first. */
  async list(account: string): Promise<RememberedDevice[]> {
    return this.#db
      .selectFrom('remembered_devices')
      .select(['id', 'name', 'address', 'created_at as createdAt', 'expires_at as expiresAt'])
      .select('last_used_at as lastUsedAt')
      .where('account', '=', account)
      .where(this.#isGood())
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute();
  }

  /** @returns false when the account has no such device */
  async forget(account: string, id: string, record: Recorder): Promise<boolean> {
    return this.#db.transaction().execute(async (tx) => (await this.#remove(tx, account, record, id)) > 0);
  }

  /** @returns how many there were */
  async forgetAll(account: string, record: Recorder): Promise<number> {
    return this.#db.transaction().execute((tx) => this.forgetAllWithin(tx, account, record));
  }

  /** Like {@link forgetAll}, in the transaction of what it follows from. @returns how many there were */
  async forgetAllWithin(tx: Transaction, account: string, record: Recorder): Promise<number> {
    return this.#remove(tx, account, record);
  }

  async #remove(tx: Transaction, account: string, record: Recorder, id?: string): Promise<number> {
    const all = tx.deleteFrom('remembered_devices').where('account', '=', account);
    const forgotten = await (id === undefined ? all : all.where('id', '=', id))
      .returning(['id', 'name', 'address', 'created_at', 'expires_at'])
      .execute();
    for (const { created_at, expires_at, ...device } of forgotten) {
      const before = { ...device, created_at: created_at.toJSON(), expires_at: expires_at.toJSON() };
      await record(tx, { event: 'device.forgotten', outcome: 'success', account, before });
    }
    return forgotten.length;
  }

  /** Both by the day it was given and by today's setting, so that a shorter one counts at once. */
  #isGood() {
    return sql<boolean>`expires_at > clock_timestamp()
      and created_at > clock_timestamp() - make_interval(secs => ${this.#life})`;
  }
}

function hash(browser: string): string {
  return createHash('sha256').update(browser).digest('base64url');
}
