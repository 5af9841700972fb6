import { createHash } from 'node:crypto';
import type { RedisKeys } from './keys.ts';
import { RedisRecord, type Seals } from './record.ts';
import type { RedisStore } from './store.ts';

export interface ToShowDependencies {
  readonly redis: Pick<RedisStore, 'get' | 'set' | 'claim' | 'run' | 'delete'>;
  readonly keys: Pick<RedisKeys, 'toShow'>;
  readonly seals: Seals;
}

/** What was made: recovery codes, or the secret of an app. */
export type ShownKind = 'fresh-codes' | 'fresh-secret';

/**
 * What a form makes and shows once, such as recovery codes: kept sealed in Redis until the person has put it away, for
 * the one sign-in or session that made it. The page that shows it has an address of its own, so neither a reload nor a
 * lost answer makes another or costs the person theirs. All methods throw AppError('store-away').
 */
export class ToShow<T> {
  readonly #records: RedisRecord<T>;

  /** @param life seconds that it is kept */
  constructor({ redis, keys, seals }: ToShowDependencies, kind: ShownKind, life: number) {
    this.#records = new RedisRecord(redis, {
      key: (id) => keys.toShow(kind, id),
      life,
      sealed: { seals, as: kind },
    });
  }

  /** Keeps it for `owner`, the uid of a sign-in or session; it replaces an earlier one of the same account or app. */
  keep(owner: string, of: string, made: T): Promise<void> {
    return this.#records.put(ownerHash(owner, of), made);
  }

  /** What is to be shown to `owner`; undefined when there is nothing. */
  async find(owner: string, of: string): Promise<T | undefined> {
    return (await this.#records.read(ownerHash(owner, of)))?.value;
  }

  /** The person has put it away: it is not shown again. */
  forget(owner: string, of: string): Promise<void> {
    return this.#records.forget(ownerHash(owner, of));
  }
}

/** Names an owner together with an account or app, so that nobody sees what another owner began. */
export function ownerHash(owner: string, of: string): string {
  return createHash('sha256')
    .update(JSON.stringify([owner, of]))
    .digest('base64url');
}
