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
import type { Database } from '../postgres/database.ts';
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

/** Any constant: replicas that start at once take turns on it. */
const LOCK = 0x7653_4b02; // 'vSK', 2

/** The keys that sign seals of the audit log: of their own, so that whoever holds a token's key seals nothing. */
export class SealKeyStore {
  readonly #db: Database;
  readonly #sealer: Sealer;
  #signer: LogSigner | undefined;

  constructor(db: Database, sealer: Sealer) {
    this.#db = db;
    this.#sealer = sealer;
  }

  /**
   * What signs now; the key is made at the first call of all.
   * @throws AppError 'store-away'; Error when the key was sealed with a master key that is not held
   */
  async signer(): Promise<LogSigner> {
    this.#signer ??= await this.#open();
    return this.#signer;
  }

  /** Every public key, the newest first. @throws AppError 'store-away' */
  async publicKeys(): Promise<PublicSealKey[]> {
    await this.signer();
    const rows = await this.#newest().select(['id', 'public_key', 'created_at']).execute();
    return rows.map((row) => ({ id: row.id, pem: row.public_key, createdAt: row.created_at }));
  }

  async #open(): Promise<LogSigner> {
    const row = (await this.#read()) ?? (await this.#make());
    const key = createPrivateKey(this.#sealer.open(row.private_key, rowOf(row.id)).toString());
    return { id: row.id, sign: (data) => sign(null, data, key) };
  }

  #read() {
    return this.#newest().select(['id', 'private_key']).limit(1).executeTakeFirst();
  }

  #newest() {
    return this.#db.selectFrom('audit_keys').orderBy('created_at', 'desc').orderBy('id');
  }

  async #make() {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('ed25519');
    const id = sealKeyId(publicKey);
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    return await this.#db
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
        const made = await tx.selectFrom('audit_keys').select(['id', 'private_key']).executeTakeFirst();
        if (made) return made;
        return await tx
          .insertInto('audit_keys')
          .values({
            id,
            public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
            private_key: this.#sealer.seal(pem.toString(), rowOf(id)),
          })
          .returning(['id', 'private_key'])
          .executeTakeFirstOrThrow();
      });
  }
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
