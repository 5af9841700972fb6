import { type RedisStore, script } from './store.ts';

/** Encryption at rest, bound to the place that a value stands in. */
export interface Seals {
  seal(plain: string, place: string): Buffer;
  open(sealed: Buffer, place: string): Buffer;
}

export interface RecordOptions {
  /** The key of a record, by its id; one of RedisKeys. */
  readonly key: (id: string) => string;
  /** Seconds that a record lives after it was last written. */
  readonly life: number;
  /** Encrypts the record; `as` names the kind, so that no record can be put in the place of another. */
  readonly sealed?: { readonly seals: Seals; readonly as: string };
}

/** A record as it was read. `seen` is what Redis held, which a later change is compared with. */
export interface ReadRecord<T> {
  readonly seen: string;
  readonly value: T;
}

const TAKE = script<0 | 1>(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`);

/**
 * JSON records of one kind, each with a life, in Redis. Changes are compare-and-set, so that of two requests at once
 * neither undoes the other's. Every method throws AppError('store-away') while Redis is away.
 */
export class RedisRecord<T> {
  readonly #redis: Pick<RedisStore, 'get' | 'set' | 'claim' | 'run' | 'delete'>;
  readonly #options: RecordOptions;

  constructor(redis: Pick<RedisStore, 'get' | 'set' | 'claim' | 'run' | 'delete'>, options: RecordOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  /** Undefined when there is none, or its life is over. */
  async read(id: string): Promise<ReadRecord<T> | undefined> {
    const seen = await this.#redis.get(this.#options.key(id));
    return seen === null ? undefined : { seen, value: this.#open(id, seen) };
  }

  /** Writes the record, whether or not there is one. */
  async put(id: string, value: T): Promise<void> {
    await this.#redis.set(this.#options.key(id), this.#text(id, value), this.#options.life);
  }

  /** Writes the record unless there is one; answers the one that is there afterwards. */
  async putFirst(id: string, value: T): Promise<T> {
    return this.#open(id, await this.#claim(id, '', this.#text(id, value)));
  }

  /**
   * Writes the record unless it was changed since it was read.
   * @param seen as it was read; empty where there was none
   * @returns false when another request was first: then the caller reads it again
   */
  async replace(id: string, seen: string, value: T): Promise<boolean> {
    const text = this.#text(id, value);
    return (await this.#claim(id, seen, text)) === text;
  }

  /** Deletes the record as it was read; of parallel callers one is told true, and none if it was changed since. */
  async take(id: string, seen: string): Promise<boolean> {
    return (await this.#redis.run(TAKE, [this.#options.key(id)], [seen])) === 1;
  }

  /** Deletes the record, whatever it holds by now. */
  async forget(id: string): Promise<void> {
    await this.#redis.delete(this.#options.key(id));
  }

  #claim(id: string, seen: string, text: string): Promise<string> {
    return this.#redis.claim(this.#options.key(id), seen, text, this.#options.life);
  }

  #text(id: string, value: T): string {
    const { sealed } = this.#options;
    const text = JSON.stringify(value);
    return sealed ? sealed.seals.seal(text, placeOf(sealed.as, id)).toString('base64') : text;
  }

  #open(id: string, text: string): T {
    const { sealed } = this.#options;
    if (!sealed) return fromJson(text);
    return fromJson(sealed.seals.open(Buffer.from(text, 'base64'), placeOf(sealed.as, id)).toString());
  }
}

/** What we wrote to Redis as JSON, in a field of a hash or a list; nobody else writes there. */
export function fromJson<T>(text: string): T {
  return JSON.parse(text);
}

function placeOf(kind: string, id: string): string {
  return `redis:${kind}:${id}`;
}
