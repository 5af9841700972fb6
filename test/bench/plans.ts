import {
  type CompiledQuery,
  Kysely,
  type KyselyConfig,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';
import pg from 'pg';
import type { Database } from '../../src/postgres/database.ts';
import { PoolDriver } from '../../src/postgres/driver.ts';
import type { Schema } from '../../src/postgres/schema.ts';

/** Rows from which on a table is big: smaller ones may be read whole. */
const BIG = 1_000;
const INT8 = 20;

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

/** A database that remembers what it was asked, so that a test can ask for the plans. */
export class WatchedDatabase {
  readonly db: Database;
  readonly #pool: pg.Pool;
  #asked: CompiledQuery[] = [];

  constructor(url: string) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: 2,
      types: {
        getTypeParser: (oid: number, format?: 'text' | 'binary') =>
          oid === INT8 && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format),
      },
    });
    const config: KyselyConfig = {
      dialect: {
        createAdapter: () => new PostgresAdapter(),
        createDriver: () => new PoolDriver(this.#pool, 120_000),
        createIntrospector: (db) => new PostgresIntrospector(db),
        createQueryCompiler: () => new PostgresQueryCompiler(),
      },
      log: ({ query }) => {
        this.#asked.push(query);
      },
    };
    this.db = new Kysely<Schema>(config);
  }

  /** Big tables and partitions that one of the reads in `work` goes through row by row; how long it took, in ms. */
  async scansOf<T>(
    work: () => Promise<T>,
  ): Promise<{ scans: string[]; ms: number; result: T; text: string }> {
    this.#asked = [];
    const begin = performance.now();
    const result = await work();
    const ms = performance.now() - begin;
    const big = await this.#bigTables();
    const reads = this.#asked.filter(({ sql }) => /^\s*(select|with)\b/i.test(sql));
    if (reads.length === 0) throw new Error('nothing was read');
    const plans = await Promise.all(reads.map((query) => this.#plan(query)));
    const nodes = plans.flatMap(flat);
    const scans = nodes.filter(
      (node) => node['Node Type'] === 'Seq Scan' && big.has(node['Relation Name'] ?? ''),
    );
    const text = nodes.map((node) => `${node['Node Type']} ${node['Index Name'] ?? ''}`).join(', ');
    return { scans: scans.map((node) => String(node['Relation Name'])), ms, result, text };
  }

  async #plan({ sql, parameters }: CompiledQuery): Promise<Node> {
    const { rows } = await this.#pool.query(`explain (format json) ${sql}`, [...parameters]);
    return (rows[0] as { 'QUERY PLAN': [{ Plan: Node }] })['QUERY PLAN'][0].Plan;
  }

  async #bigTables(): Promise<Set<string>> {
    const { rows } = await this.#pool.query<{ relname: string }>(
      `select relname from pg_class where relkind in ('r', 'm') and reltuples > ${BIG}`,
    );
    return new Set(rows.map(({ relname }) => relname));
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}

function flat(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}
