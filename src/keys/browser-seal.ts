import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { deriveKey } from './derive.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE = 12;
const TAG = 16;

/**
 * Seals what the browser keeps for us: it can be neither read nor altered there, nor used in another place.
 * AES-256-GCM under a key of its own for each place, so that however much strangers have sealed, no key comes near
 * the number of messages that random nonces bear.
 */
export class BrowserSeal {
  readonly #first: Buffer;
  readonly #keys: readonly Buffer[];

  /**
   * @param cookieKeys the first seals, all open; at least 32 characters each
   * @param purpose a fixed label, see `deriveKey`
   * @throws TypeError without a key
   */
  constructor(cookieKeys: readonly string[], purpose: string) {
    const [first, ...others] = cookieKeys.map((key) => deriveKey(key, purpose));
    if (!first) throw new TypeError('BrowserSeal needs a key');
    this.#first = first;
    this.#keys = [first, ...others];
  }

  /** Base64url. @param place needed again to open it, such as the id of what is sealed */
  seal(plain: Buffer, place: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(ALGORITHM, keyOf(this.#first, place), nonce);
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** Undefined unless it was sealed here, for this place, by a key that is still held. */
  open(sealed: string, place: string): Buffer | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE + TAG) return undefined;
    for (const key of this.#keys) {
      const plain = opened(bytes, keyOf(key, place));
      if (plain) return plain;
    }
    return undefined;
  }
}

function opened(bytes: Buffer, key: Buffer): Buffer | undefined {
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}

function keyOf(key: Buffer, place: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', place, 32));
}
