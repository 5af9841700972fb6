// Keys: what encrypts secrets at rest (sealer), what signs tokens (signing keys), and keys derived for HMACs.
// A sealed value is: version (1 byte) | length of key id (1) | key id | nonce (12) | tag (16) | ciphertext.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const VERSION = 1;
const NONCE = 12;
const TAG = 16;

/** Encryption at rest: AES-256-GCM, bound to the row that a value stands in. */
export class Sealer {
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #current: { readonly id: string; readonly key: Buffer };

  /**
   * @param masterKey `id:base64url of 32 bytes`, several separated by commas: the first encrypts, all decrypt
   * @throws Error saying which entry is wrong, never showing a key
   */
  constructor(masterKey: string) {
    const entries = masterKey.split(',').map(parseKey);
    this.#keys = new Map(entries.map(({ id, key }) => [id, key]));
    if (this.#keys.size < entries.length) throw new Error('VESTIBULE_MASTER_KEY names one key id twice');
    this.#current = entries[0]!;
  }

  /** The id of the key that encrypts. */
  get keyId(): string {
    return this.#current.id;
  }

  /**
   * Encrypts a value.
   * @param aad names table, row and column, such as `apps:claims:client_secret`; needed again to open it
   */
  seal(plain: string | Buffer, aad: string): Buffer {
    const header = Buffer.concat([
      Buffer.from([VERSION, this.#current.id.length]),
      Buffer.from(this.#current.id),
    ]);
    // Random nonces are safe for 2^32 values a key, far beyond the secrets of any installation.
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', this.#current.key, nonce, { authTagLength: TAG });
    cipher.setAAD(bind(header, aad));
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([header, nonce, cipher.getAuthTag(), ciphertext]);
  }

  /**
   * Decrypts a value.
   * @throws Error when its key is not held, or when it was altered or moved from another row
   */
  open(sealed: Buffer, aad: string): Buffer {
    const { id, header, nonce, tag, ciphertext } = dissect(sealed);
    const key = this.#keys.get(id);
    if (!key) throw new Error(`Sealed with key "${id}", which VESTIBULE_MASTER_KEY does not hold`);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
    // A secret copied into another row, or over another column, must not open there.
    decipher.setAAD(bind(header, aad));
    decipher.setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    } catch (cause) {
      throw new Error(`A value sealed for "${aad}" was altered, or belongs to another row`, { cause });
    }
  }

  /** The id of the key that a value was sealed with; other than {@link keyId}, it is due to be sealed anew. */
  static keyIdOf(sealed: Buffer): string {
    return dissect(sealed).id;
  }
}

function parseKey(entry: string, index: number): { id: string; key: Buffer } {
  const where = `VESTIBULE_MASTER_KEY, key ${index + 1}`;
  const [id, text, ...rest] = entry.trim().split(':');
  if (!id || text === undefined || rest.length > 0) throw new Error(`${where}: write it as id:base64url`);
  if (!/^[\w.-]{1,64}$/.test(id)) {
    throw new Error(`${where}: the id is 1 to 64 letters, digits, dots, hyphens or underscores`);
  }
  const key = /^[\w-]{43}=?$/.test(text) ? Buffer.from(text, 'base64url') : undefined;
  if (key?.length !== 32) throw new Error(`${where} ("${id}"): 32 random bytes in base64url (43 characters)`);
  return { id, key };
}

function bind(header: Buffer, aad: string): Buffer {
  return Buffer.concat([header, Buffer.from(aad)]);
}

function dissect(sealed: Buffer) {
  const start = 2 + (sealed[1] ?? 0);
  const body = start + NONCE + TAG;
  if (sealed[0] !== VERSION || sealed.length < body) throw new Error('Not a sealed value');
  return {
    id: sealed.toString('utf8', 2, start),
    header: sealed.subarray(0, start),
    nonce: sealed.subarray(start, start + NONCE),
    tag: sealed.subarray(start + NONCE, body),
    ciphertext: sealed.subarray(body),
  };
}
