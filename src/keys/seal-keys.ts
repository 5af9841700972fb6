import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { Sealer } from './sealer.ts';

/** Signs with a key of the audit log. */
export interface LogSigner {
  /** The fingerprint of its public key. */
  readonly id: string;
  /** Ed25519 (RFC 8032). */
  sign(data: Buffer): Buffer;
}

/** A public key as it is given out. */
export interface PublicSealKey {
  readonly id: string;
  readonly pem: string;
  readonly createdAt: Date;
}

interface StoredKey {
  readonly id: string;
  readonly private_key: Buffer | null;
}

/** Any constant: replicas that start at once take turns on it. */
const LOCK = 0x7653_4b02; // 'vSK', 2

/** The keys that sign seals of the audit log: separate, so that a stolen token key can't seal anything. */
export class SealKeyStore {
  readonly #db: Database;
  readonly #sealer: Sealer;
  #signer: LogSigner | undefined;

  constructor(db: Database, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
  }

  /**
   * What signs now, after a rotation by whatever process too; the first key is made at the first call of all.
   * @throws AppError 'store-away'; Error when the key was sealed with a master key that is not held
   */
  async signer(): Promise<LogSigner> {
    const row = (await this.#read()) ?? (await this.#make());
    if (this.#signer?.id !== row.id) this.#signer = this.#open(row);
    return this.#signer;
  }

  /**
   * Has another key sign from now on, and destroys the private half of every key before it: whoever steals the
   * database and the master key later can sign nothing in their name.
   * @throws AppError 'store-away'
   */
  async rotate(actor: string, record: Recorder): Promise<PublicSealKey> {
    await this.signer();
    const made = await makeKey();
    const change = this.#db.transaction().setIsolationLevel('read committed');
    const createdAt = await change.execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
      const before = await tx
        .updateTable('audit_keys')
        .set({ private_key: null })
        .where('private_key', 'is not', null)
        .returning('id')
        .execute();
      const { created_at } = await this.#insert(tx, made);
      await record(tx, {
        event: 'seal-key.rotated',
        outcome: 'success',
        actor,
        before: { ids: before.map(({ id }) => id) },
        after: { id: made.id },
      });
      return created_at;
    });
    return { id: made.id, pem: made.publicPem, createdAt };
  }

  /** Every public key, the newest first. @throws AppError 'store-away' */
  async publicKeys(): Promise<PublicSealKey[]> {
    await this.signer();
    const rows = await this.#newest().select(['id', 'public_key', 'created_at']).execute();
    return rows.map((row) => ({ id: row.id, pem: row.public_key, createdAt: row.created_at }));
  }

  #open({ id, private_key }: StoredKey): LogSigner {
    if (!private_key) throw new Error('the newest key of the audit log has no private half');
    const key = createPrivateKey(this.#sealer.open(private_key, rowOf(id)).toString());
    return { id, sign: (data) => sign(null, data, key) };
  }

  #read() {
    return this.#newest().select(['id', 'private_key']).limit(1).executeTakeFirst();
  }

  #newest() {
    return this.#db.selectFrom('audit_keys').orderBy('created_at', 'desc').orderBy('id');
  }

  async #make(): Promise<StoredKey> {
    const made = await makeKey();
    return await this.#db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
        const found = await tx.selectFrom('audit_keys').select(['id', 'private_key']).executeTakeFirst();
        return found ?? (await this.#insert(tx, made));
      });
  }

  #insert(tx: Transaction, { id, publicPem, privatePem }: MadeKey) {
    return tx
      .insertInto('audit_keys')
      .values({
        id,
        public_key: publicPem,
        private_key: this.#sealer.seal(privatePem, rowOf(id)),
        // Not the transaction's beginning: of two that wait for one another the later one is the newest.
        created_at: sql<Date>`clock_timestamp()`,
      })
      .returning(['id', 'private_key', 'created_at'])
      .executeTakeFirstOrThrow();
  }
}

interface MadeKey {
  readonly id: string;
  readonly publicPem: string;
  readonly privatePem: string;
}

async function makeKey(): Promise<MadeKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ed25519');
  return {
    id: sealKeyId(publicKey),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The id of a public key: its fingerprint, so that a key read from a file names itself. */
export function sealKeyId(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}

/** Public keys out of PEM text, by id; other text between them is passed over. @throws Error for a broken key */
export function readSealKeys(pem: string): Map<string, KeyObject> {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  return new Map(blocks.map((block) => createPublicKey(block)).map((key) => [sealKeyId(key), key]));
}

/** What is sealed of a key. */
export const sealedSealKey = { table: 'audit_keys', id: 'id', column: 'private_key', aad: rowOf } as const;

function rowOf(id: string): string {
  return `audit_keys:${id}:private_key`;
}
