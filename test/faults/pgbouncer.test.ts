import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { openDatabase } from '../../src/postgres/database.ts';
import { migrate } from '../../src/postgres/migrate.ts';
import { formWith } from '../account/household.ts';
import { PrivateServer } from '../postgres/private-server.ts';
import { impatient, silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import { PgBouncer } from '../support/pgbouncer.ts';
import { CROWD, type Portal, startPortal } from '../support/portal.ts';
import { redeem, userinfo, Visitor } from '../support/visitor.ts';
import { health, internalErrors } from './health.ts';

// In transaction pooling each statement, or each transaction, may come to another session of the server.

const REPLICAS = 4;

let server: PrivateServer;
let bouncer: PgBouncer;
let portal: Portal;

beforeAll(async () => {
  server = await PrivateServer.start();
});
afterAll(() => server?.remove());

describe('a portal behind PgBouncer:', () => {
  beforeAll(async () => {
    bouncer = await PgBouncer.before(server.url, { connections: 12 });
    portal = await startPortal({ processes: REPLICAS, databaseUrl: bouncer.url, settings: CROWD });
  });
  afterAll(async () => {
    await portal?.stop();
    await bouncer?.stop();
  });

  test(`${REPLICAS} replicas that start at once behind PgBouncer migrate once`, () => {
    const migrated = portal.logs.filter((line) => line.includes('"migration":"0001-ground"'));
    expect(migrated).toHaveLength(1);
  });

  test('people sign in, apps are served, sessions end, and the jobs that follow are done', async () => {
    const visitors = Array.from({ length: 8 }, () => new Visitor(portal));
    const tokens = await Promise.all(
      visitors.map(async (visitor) => redeem(portal, await visitor.signIn('claims'))),
    );
    for (const { access_token } of tokens) expect((await userinfo(portal, access_token)).status).toBe(200);
    const [visitor] = visitors as [Visitor];
    const page = await visitor.open('/account/sessions?end=others');
    await visitor.submit(formWith(page, 'end-others'), {});
    await until(async () => {
      const [row] = await portal.db
        .selectFrom('sessions')
        .select(({ fn }) => fn.countAll<number>().as('open'))
        .where('ended_at', 'is', null)
        .execute();
      return Number(row?.open) === 1;
    });
    expect((await health(portal)).map(({ status }) => status)).toEqual(Array(REPLICAS).fill(200));
    expect(internalErrors(portal)).toEqual([]);
  });

  test('limits are those of a transaction: nobody else gets them with the session', async () => {
    const db = openDatabase({ ...impatient(bouncer.url), pool_size: 10 }, silent);
    const limit = sql<{ limit: string }>`select current_setting('statement_timeout') as limit`;
    const seen = await Promise.all(
      Array.from({ length: 30 }, (_, n) =>
        n % 2
          ? limit.execute(db)
          : db.transaction().execute(async (tx) => {
              const { rows } = await limit.execute(tx);
              expect(rows).toEqual([{ limit: '2500ms' }]);
              return { rows: [] };
            }),
      ),
    );
    expect(new Set(seen.flatMap(({ rows }) => rows.map((row) => row.limit)))).toEqual(new Set(['0']));
    await db.destroy();
  });

  test('a statement that nobody waits for any more is given up by the server behind PgBouncer', async () => {
    const [through, direct] = [bouncer.url, server.url].map((url) =>
      openDatabase(impatient(url), silent),
    ) as [ReturnType<typeof openDatabase>, ReturnType<typeof openDatabase>];
    const running = sql<{ n: number }>`
    select count(*) as n from pg_stat_activity where wait_event = 'PgSleep'`;
    const asked = sql`select pg_sleep(600)`.execute(through);
    await Promise.all([
      expect(asked).rejects.toMatchObject({ code: 'store-away' }),
      until(async () => (await running.execute(direct)).rows[0]?.n === 1),
    ]);
    await until(async () => (await running.execute(direct)).rows[0]?.n === 0);
    await Promise.all([through.destroy(), direct.destroy()]);
  });
});

test('a migration through PgBouncer leaves no lock with the session that the next one gets', async () => {
  const direct = openDatabase(impatient(server.url), silent);
  await sql`create database other`.execute(direct);
  const own = await PgBouncer.before(server.url.replace('/postgres?', '/other?'), { connections: 4 });
  const through = openDatabase(impatient(own.url), silent);
  await migrate(through, own.url, silent);
  const { rows } = await sql`select from pg_locks where locktype = 'advisory'`.execute(direct);
  expect(rows).toEqual([]);
  await Promise.all([through.destroy(), direct.destroy()]);
  await own.stop();
});
