import { hkdfSync } from 'node:crypto';

/**
 * A 32-byte key for one purpose (HKDF-SHA256, RFC 5869), so that no two uses share a key. The same secret and
 * purpose always give the same key, on every replica.
 * @param secrets a cookie key or a master key, at least 32 characters; of a list the first, which is the current one
 * @param purpose a fixed label, such as `session ids`
 * @throws RangeError for a short secret or an empty purpose
 */
export function deriveKey(secrets: string | readonly string[], purpose: string): Buffer {
  const [secret = ''] = typeof secrets === 'string' ? [secrets] : secrets;
  if (secret.length < 32) throw new RangeError('A key is derived from a secret of at least 32 characters');
  if (purpose === '') throw new RangeError('A derived key needs a purpose');
  return Buffer.from(hkdfSync('sha256', secret, '', `vestibule:${purpose}`, 32));
}
