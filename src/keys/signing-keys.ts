import { createHash, generateKeyPair, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import { type Database, jsonb, type Transaction } from '../postgres/database.ts';
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

/** `next`: published, does not sign yet. `verifying`: signs no more. `retired`: no longer published. */
export type KeyState = 'signing' | 'next' | 'verifying' | 'retired';

export interface KeyInfo {
  readonly kid: string;
  readonly alg: string;
  readonly state: KeyState;
  readonly activeFrom: Date;
  /** Published until then; null while no other is to take its place. */
  readonly retiredAt: Date | null;
}

export interface Rotation {
  /** s that a new key is published before it signs. */
  readonly propagation: number;
  /** s that an old key is published after it signed last. */
  readonly keep: number;
  /** Bits of the new RSA key. */
  readonly rsaBits: number;
}

/** Keys that are published and do not sign yet are about to: another rotation would only confuse the apps. */
export class RotationUnderWay extends Error {
  override readonly name = 'RotationUnderWay';
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
   * @param rsaBits of an RSA key that is made
   * @throws AppError 'store-away'
   */
  async ensure(rsaBits: number): Promise<void> {
    const missing = await this.#missing(this.#database);
    if (missing.length === 0) return;
    // Made before the lock is taken: an RSA key can take a second, which the others would wait for.
    const keys = await Promise.all(missing.map((alg) => makeKey(alg, rsaBits)));
    await this.#database
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
        // Asked again under the lock, so that not every replica adds a set of its own.
        const still = await this.#missing(tx);
        for (const key of keys.filter(({ alg }) => still.includes(alg))) await this.#insert(tx, key, 0);
      });
  }

  /**
   * Publishes a new key of each algorithm, which begins to sign `propagation` s later: by then every replica
   * and every app has it. The old ones verify what they signed for `keep` s more.
   * @throws RotationUnderWay while published keys wait for their turn; AppError 'store-away'
   */
  async rotate({ propagation, keep, rsaBits }: Rotation, record: Recorder): Promise<void> {
    const keys = await Promise.all(algorithms.map((alg) => makeKey(alg, rsaBits)));
    await this.#database
      .transaction()
      .setIsolationLevel('read committed')
      .execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
        const waiting = tx.selectFrom('signing_keys').select('kid').where('active_from', '>', storeTime);
        if (await waiting.executeTakeFirst()) throw new RotationUnderWay('a new key is published and waits');
        const old = await tx
          .selectFrom('signing_keys')
          .select('kid')
          .where('retired_at', 'is', null)
          .execute();
        for (const key of keys) {
          const active = await this.#insert(tx, key, propagation);
          const after = { kid: key.kid, alg: key.alg, active_from: active.toJSON() };
          await record(tx, { event: 'key.created', outcome: 'success', after });
        }
        for (const { kid } of old) {
          const retired = await tx
            .updateTable('signing_keys')
            .set({ retired_at: fromNow(propagation + keep) })
            .where('kid', '=', kid)
            .returning('retired_at')
            .executeTakeFirstOrThrow();
          const before = { kid, retired_at: null };
          const after = { kid, retired_at: retired.retired_at?.toJSON() };
          await record(tx, { event: 'key.retired', outcome: 'success', before, after });
        }
      });
  }

  /** Every key there ever was, the newest first, without its private part. */
  async list(): Promise<KeyInfo[]> {
    const rows = await this.#database
      .selectFrom('signing_keys')
      .select(['kid', 'alg', 'active_from', 'retired_at', storeTime.as('now')])
      .orderBy('active_from', 'desc')
      .orderBy('alg')
      .execute();
    const signs = (alg: string) => rows.find((row) => row.alg === alg && row.active_from <= row.now);
    return rows.map((row) => ({
      kid: row.kid,
      alg: row.alg,
      state: stateOf(row, signs(row.alg)?.kid === row.kid),
      activeFrom: row.active_from,
      retiredAt: row.retired_at,
    }));
  }

  /** The ids of the published keys in the order of `jwks()`; cheap, as nothing is decrypted. */
  async kids(): Promise<string[]> {
    return (await this.#published().select('kid').execute()).map(({ kid }) => kid);
  }

  /**
   * The private JWKS. Of each algorithm the first key signs: the one that became active last. Keys that are
   * only published follow, then those kept to verify what they once signed.
   * @throws AppError 'store-away'; Error when a key was sealed with a master key that is not held
   */
  async jwks(): Promise<{ keys: SigningJwk[] }> {
    const rows = await this.#published().select(['kid', 'alg', 'private_jwk']).execute();
    return { keys: rows.map((row) => this.#open(row.kid, row.alg, row.private_jwk)) };
  }

  #published() {
    return (
      this.#database
        .selectFrom('signing_keys')
        // The store's clock, so that every replica signs with the same key.
        .where((eb) => eb.or([eb('retired_at', 'is', null), eb('retired_at', '>', storeTime)]))
        .orderBy('alg')
        .orderBy(sql`active_from > ${storeTime}`)
        .orderBy('active_from', 'desc')
        .orderBy('kid')
    );
  }

  async #insert(tx: Transaction, key: MadeKey, wait: number): Promise<Date> {
    const row = await tx
      .insertInto('signing_keys')
      .values({
        kid: key.kid,
        alg: key.alg,
        public_jwk: jsonb(key.public),
        private_jwk: this.#sealer.seal(JSON.stringify(key.private), rowOf(key.kid)),
        active_from: fromNow(wait) as unknown as Date,
      })
      .returning('active_from')
      .executeTakeFirstOrThrow();
    return row.active_from;
  }

  #open(kid: string, alg: string, sealed: Buffer): SigningJwk {
    const jwk: { kty: string } = JSON.parse(this.#sealer.open(sealed, rowOf(kid)).toString());
    return { ...jwk, kid, alg, use: 'sig' };
  }

  async #missing(database: Pick<Database, 'selectFrom'>): Promise<SigningAlgorithm[]> {
    const rows = await database
      .selectFrom('signing_keys')
      .select('alg')
      // One on its way out still signs until the next is active: another would sign unpublished.
      .where((eb) => eb.or([eb('retired_at', 'is', null), eb('retired_at', '>', storeTime)]))
      .where('active_from', '<=', storeTime)
      .execute();
    return algorithms.filter((alg) => !rows.some((row) => row.alg === alg));
  }
}

type MadeKey = Awaited<ReturnType<typeof makeKey>>;

function fromNow(seconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${seconds})`;
}

interface Times {
  readonly now: Date;
  readonly active_from: Date;
  readonly retired_at: Date | null;
}

function stateOf({ now, active_from, retired_at }: Times, signs: boolean): KeyState {
  if (retired_at && retired_at <= now) return 'retired';
  if (active_from > now) return 'next';
  return signs ? 'signing' : 'verifying';
}

/** What is sealed of a key. */
export const sealedSigningKey = {
  table: 'signing_keys',
  id: 'kid',
  column: 'private_jwk',
  aad: rowOf,
} as const;

function rowOf(kid: string): string {
  return `signing_keys:${kid}:private_jwk`;
}

async function makeKey(alg: SigningAlgorithm, rsaBits: number) {
  const pair =
    alg === 'ES256'
      ? await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
      : await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits });
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
