import { createHash, generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { type Database, jsonb } from '../postgres/database.ts';
import type { Sealer } from './sealer.ts';

const algorithms = ['ES256', 'RS256'] as const;
export type SigningAlgorithm = (typeof algorithms)[number];

/** A private signing key as oidc-provider wants it (RFC 7517). Never log one. */
export interface SigningJwk extends JsonWebKey {
  readonly kty: string;
  readonly kid: string;
  readonly use: 'sig';
  readonly alg: string;
}

/** Not now(), which stands still at the transaction's start, before the lock was waited for. */
const storeTime = sql<Date>`clock_timestamp()`;

/** Any constant: replicas that start at once take turns on it. */
const LOCK = 0x7653_4b01; // 'vSK', 1

/** The keys that sign tokens: kept in PostgreSQL, the private part sealed. */
export class SigningKeys {
  readonly #database: Database;
  readonly #sealer: Sealer;

  constructor(database: Database, sealer: Sealer) {
    this.#database = database;
    this.#sealer = sealer;
  }

  /**
   * Makes what is missing of one ES256 and one RS256 key. However many replicas start at once, one set is made.
   * @throws AppError 'store-away'
   */
  async ensure(): Promise<void> {
    const missing = await this.#missing(this.#database);
    if (missing.length === 0) return;
    // Made before the lock is taken: an RSA key can take a second, which the others would wait for.
    const keys = await Promise.all(missing.map(makeKey));
    await this.#database
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
        // Asked again under the lock, lest each replica adds a set of its own.
        const still = await this.#missing(tx);
        for (const key of keys.filter(({ alg }) => still.includes(alg))) {
          await tx
            .insertInto('signing_keys')
            .values({
              kid: key.kid,
              alg: key.alg,
              public_jwk: jsonb(key.public),
              private_jwk: this.#sealer.seal(JSON.stringify(key.private), rowOf(key.kid)),
            })
            .execute();
        }
      });
  }

  /**
   * The private JWKS. Of each algorithm the first key signs: the one that became active last. Keys that are
   * only published follow, then those kept to verify what they once signed.
   * @throws AppError 'store-away'; Error when a key was sealed with a master key that is not held
   */
  async jwks(): Promise<{ keys: SigningJwk[] }> {
    const rows = await this.#database
      .selectFrom('signing_keys')
      .select(['kid', 'alg', 'private_jwk'])
      // The store's clock, so that every replica signs with the same key.
      .where((eb) => eb.or([eb('retired_at', 'is', null), eb('retired_at', '>', storeTime)]))
      .orderBy('alg')
      .orderBy(sql`active_from > ${storeTime}`)
      .orderBy('active_from', 'desc')
      .orderBy('kid')
      .execute();
    return { keys: rows.map((row) => this.#open(row.kid, row.alg, row.private_jwk)) };
  }

  #open(kid: string, alg: string, sealed: Buffer): SigningJwk {
    const jwk = JSON.parse(this.#sealer.open(sealed, rowOf(kid)).toString()) as { kty: string };
    return { ...jwk, kid, alg, use: 'sig' };
  }

  async #missing(database: Pick<Database, 'selectFrom'>): Promise<SigningAlgorithm[]> {
    const rows = await database
      .selectFrom('signing_keys')
      .select('alg')
      .where('retired_at', 'is', null)
      .where('active_from', '<=', storeTime)
      .execute();
    return algorithms.filter((alg) => !rows.some((row) => row.alg === alg));
  }
}

function rowOf(kid: string): string {
  return `signing_keys:${kid}:private_jwk`;
}

async function makeKey(alg: SigningAlgorithm) {
  const pair =
    alg === 'ES256'
      ? await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
      : await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const bare = pair.publicKey.export({ format: 'jwk' });
  const kid = thumbprint(bare);
  return {
    alg,
    kid,
    public: { ...bare, kid, alg, use: 'sig' },
    private: pair.privateKey.export({ format: 'jwk' }),
  };
}

/** The key's own fingerprint as its id (RFC 7638): required members alone, in lexicographic order. */
function thumbprint({ crv, e, kty, n, x, y }: JsonWebKey): string {
  const required = kty === 'EC' ? { crv, kty, x, y } : { e, kty, n };
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
}
