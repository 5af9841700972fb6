import { Redis } from 'ioredis';
import { type RawBuilder, sql } from 'kysely';
import type { Portal } from './portal.ts';

/** Tables of what the service is, not of what happened in it: they stay as they are. */
const KEPT = ['public.kysely_migration', 'public.kysely_migration_lock', 'jobs.version', 'jobs.queue'];

/** Takes a portal that goes on running back to the rows and keys that it began with. */
export class Reset {
  readonly #portal: Portal;
  readonly #redis: Redis;
  readonly #statement: RawBuilder<unknown>;

  private constructor(portal: Portal, statement: string) {
    this.#portal = portal;
    this.#redis = new Redis(new URL(portal.redisUrl).pathname);
    this.#statement = sql.raw(statement);
  }

  /** Remembers what is there now. */
  static async of(portal: Portal): Promise<Reset> {
    const { db } = portal;
    const { rows } = await sql<Table>`
      select format('%I.%I', nspname, relname) as name, format('seed.%I', nspname || '.' || relname) as copy,
        (select string_agg(quote_ident(attname), ', ') from pg_attribute
          where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns
      from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname in ('public', 'jobs') and relkind in ('r', 'p') and not relispartition`.execute(db);
    const tables = rows.filter(({ name }) => !KEPT.includes(name));
    await sql`create schema seed`.execute(db);
    for (const { name, copy } of tables) {
      await sql.raw(`create table ${copy} as select * from ${name}`).execute(db);
    }
    return new Reset(portal, `do $$ begin ${[...clear(tables), ...restore(tables)].join('; ')}; end $$`);
  }

  async run(): Promise<void> {
    const { db, redisPrefix } = this.#portal;
    let cursor = '0';
    do {
      const [next, keys] = await this.#redis.scan(cursor, 'MATCH', `${redisPrefix}*`, 'COUNT', 1000);
      if (keys.length > 0) await this.#redis.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
    await this.#statement.execute(db);
  }

  close(): void {
    this.#redis.disconnect();
  }
}

interface Table {
  readonly name: string;
  /** Where its first rows are kept. */
  readonly copy: string;
  readonly columns: string;
}

/** Neither foreign keys nor the triggers that guard the audit log have a say; the rows fit as they did. */
function clear(tables: readonly Table[]): string[] {
  return [
    "set local session_replication_role = 'replica'",
    ...tables.map(({ name }) => `delete from ${name}`),
  ];
}

function restore(tables: readonly Table[]): string[] {
  return tables.map(
    ({ name, copy, columns }) =>
      `insert into ${name} (${columns}) overriding system value select ${columns} from ${copy}`,
  );
}
