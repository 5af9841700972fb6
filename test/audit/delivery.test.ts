import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { sql } from 'kysely';
import { Delivery, deliveryStates } from '../../src/audit/delivery/delivery.ts';
import type { Sink } from '../../src/audit/delivery/sink.ts';
import { WebhookSink } from '../../src/audit/delivery/webhook.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import type { ReasonOf } from '../../src/audit-events.ts';
import { Egress } from '../../src/http/egress.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { WebhookReceiver } from './receivers.ts';
import { sealAll, sealDue } from './sealed.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const trail = new AuditTrail();

// A row is sealed once older transactions are over, those of other tests on the same server too.
jest.setTimeout(120_000);

let database: TestDatabase;
let db: Database;
let receiver: WebhookReceiver;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase(settings(database.url), silent);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});
beforeEach(async () => {
  receiver = new WebhookReceiver();
  url = await receiver.open();
  await sql`truncate audit_deliveries`.execute(db);
});
afterEach(() => receiver.close());

function webhook({ secret = SECRET, allow = ['127.0.0.1'], authorization }: WebhookOptions = {}): Sink {
  const egress = new Egress({ allow, timeout: 5 });
  return new WebhookSink({ url, secret, authorization }, (to, request) => egress.post(to, request));
}
interface WebhookOptions {
  secret?: string;
  allow?: string[];
  authorization?: string;
}

/** A replica with a pool of its own. */
async function replica(sink: Sink, { rows = 10, first_delay = 1 } = {}) {
  const pool = openDatabase({ ...settings(database.url), pool_size: 2 }, silent);
  const settled = { rows, first_delay, longest_delay: 2 };
  const delivery = new Delivery({ db: pool, sink, settings: settled, log: silent });
  return { delivery, pool, close: () => pool.destroy() };
}

/** Delivers from now on, until `work` is done. */
async function delivering<T>(sink: Sink, work: (one: Awaited<ReturnType<typeof replica>>) => Promise<T>) {
  const one = await replica(sink);
  try {
    await one.delivery.run();
    return await work(one);
  } finally {
    await one.close();
  }
}

async function append(count: number, reason: ReasonOf<'sign-in.failed'> = 'wrong-password'): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await trail.append(db, { event: 'sign-in.failed', outcome: 'failure', reason }, { request: `${n}` });
  }
}

/** The ids of sealed rows behind a position, in order. */
async function sealedIds(behind = 0): Promise<string[]> {
  const rows = await db
    .selectFrom('audit_events')
    .select('id')
    .where('position', '>', behind)
    .orderBy('position');
  return (await rows.execute()).map(({ id }) => id);
}
const last = async () => {
  const { rows } = await sql<{
    last: number;
  }>`select coalesce(max(last), 0) as last from audit_seals`.execute(db);
  return rows[0]?.last ?? 0;
};
/** Lets a retry be due. */
const overWait = () =>
  sql`update audit_deliveries set retry_at = clock_timestamp() where failures > 0`.execute(db);

test('rows come as JSON lines in the order of their positions, signed as Standard Webhooks has it', async () => {
  await append(2);
  await sealAll(db);
  await delivering(webhook({ authorization: 'Splunk abc' }), async ({ delivery }) => {
    const behind = await last();
    await append(25);
    await sealAll(db);
    await delivery.run();
    expect(receiver.ids).toEqual(await sealedIds(behind));
    expect(receiver.posted).toHaveLength(3);
    expect(delivery.behind).toBe(0);
  });
  const { headers, body } = receiver.posted[0] as (typeof receiver.posted)[0];
  expect(headers).toMatchObject({ 'content-type': 'application/x-ndjson', authorization: 'Splunk abc' });
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = createHmac('sha256', Buffer.alloc(32, 5)).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${signature}`);
  expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(10);
  expect(new Set(receiver.posted.map((each) => each.headers['webhook-id'])).size).toBe(3);
});

test('while a secret is exchanged both sign', async () => {
  const other = `whsec_${Buffer.alloc(24, 6).toString('base64')}`;
  await delivering(webhook({ secret: `${SECRET}, ${other}` }), async ({ delivery }) => {
    await append(1);
    await sealAll(db);
    await delivery.run();
  });
  expect(receiver.posted[0]?.headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/);
});

test('rows that are committed late are not skipped', async () => {
  await delivering(webhook(), async ({ delivery }) => {
    const behind = await last();
    const late = db.transaction().execute(async (tx) => {
      await trail.append(tx, { event: 'sign-in.failed', outcome: 'failure', reason: 'unknown-user-id' }, {});
      await append(3);
      await sealDue(db);
      await delivery.run();
    });
    await late;
    await append(1);
    await sealAll(db);
    await delivery.run();
    expect(receiver.ids).toHaveLength(5);
    expect(receiver.ids).toEqual(await sealedIds(behind));
  });
});

test('what is not sealed yet waits', async () => {
  await delivering(webhook(), async ({ delivery }) => {
    await append(1);
    await delivery.run();
    expect(receiver.posted).toEqual([]);
    await sealAll(db);
    await delivery.run();
    expect(receiver.ids).toHaveLength(1);
  });
});

test('a receiver that fails gets the same rows again, later each time, and none is skipped', async () => {
  await delivering(webhook(), async ({ delivery }) => {
    const behind = await last();
    await append(12);
    await sealAll(db);
    receiver.status = 503;
    await delivery.run();
    await delivery.run();
    expect(receiver.posted).toHaveLength(1);
    expect(await deliveryStates(db)).toMatchObject([
      { sink: 'webhook', position: behind, behind: 12, failures: 1, last_error: 'answered 503' },
    ]);
    expect([delivery.behind, delivery.failures]).toEqual([12, 1]);
    await overWait();
    await delivery.run();
    const { rows } = await sql<{ wait: number }>`
      select extract(epoch from retry_at - clock_timestamp())::float8 as wait from audit_deliveries`.execute(
      db,
    );
    expect(rows[0]?.wait).toBeGreaterThan(1.2);
    await overWait();
    receiver.status = 200;
    receiver.posted.length = 0;
    await delivery.run();
    expect(receiver.ids).toEqual(await sealedIds(behind));
    expect(await deliveryStates(db)).toMatchObject([
      { behind: 0, failures: 0, last_error: null, retry_at: null },
    ]);
  });
});

test('of several replicas one delivers at a time: each row comes once and in order', async () => {
  const replicas = await Promise.all([1, 2, 3].map(() => replica(webhook(), { rows: 3 })));
  await replicas[0]?.delivery.run();
  const behind = await last();
  for (let round = 0; round < 4; round += 1) {
    await append(7);
    await sealAll(db);
    await Promise.all(replicas.map(({ delivery }) => delivery.run()));
  }
  await replicas[1]?.delivery.run();
  expect(receiver.ids).toEqual(await sealedIds(behind));
  await Promise.all(replicas.map((one) => one.close()));
});

test('a process that dies before it noted what was taken sends it again', async () => {
  await delivering(webhook(), async ({ delivery }) => {
    const behind = await last();
    await append(4);
    await sealAll(db);
    receiver.before = async () => {
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`.execute(db);
    };
    await expect(delivery.run()).rejects.toThrow();
    expect(receiver.ids).toHaveLength(4);
    receiver.before = async () => undefined;
    await until(() =>
      delivery.run().then(
        () => true,
        () => false,
      ),
    );
    const ids = await sealedIds(behind);
    expect(receiver.ids).toEqual([...ids, ...ids]);
  });
});

test('while a receiver takes its time nothing keeps the sealer back', async () => {
  await delivering(webhook(), async ({ delivery }) => {
    await append(1);
    await sealAll(db);
    let held: { xid: unknown }[] = [];
    receiver.before = async () => {
      const { rows } = await sql<{ xid: unknown }>`
        select backend_xid as xid from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`.execute(db);
      held = rows;
    };
    await delivery.run();
    expect(held).toEqual([{ xid: null }]);
  });
});

test('an address that egress does not allow is not called, and the rows wait', async () => {
  await delivering(webhook({ allow: [] }), async ({ delivery }) => {
    await append(1);
    await sealAll(db);
    await delivery.run();
    expect(receiver.posted).toEqual([]);
    expect(await deliveryStates(db)).toMatchObject([{ behind: 1, failures: 1, last_error: 'refused' }]);
  });
});

test('large rows are sent a few at a time', async () => {
  const batches: number[] = [];
  const sink: Sink = {
    name: 'webhook',
    send: async (rows: readonly AuditRecord[]) => {
      batches.push(rows.length);
    },
  };
  await delivering(sink, async ({ delivery }) => {
    const after = { text: Object.fromEntries([...Array(29).keys()].map((n) => [n, 'x'.repeat(2000)])) };
    await db
      .insertInto('audit_events')
      .values([...Array(9).keys()].map(() => ({ event: 'app.changed', outcome: 'success', after })))
      .execute();
    await sql`
      insert into audit_events (event, outcome, after) select 'app.changed', 'success', to_jsonb(repeat('y', 400000))
      from generate_series(1, 5)`.execute(db);
    await sealAll(db);
    await delivery.run();
  });
  expect(batches.reduce((sum, each) => sum + each, 0)).toBe(14);
  expect(batches.length).toBeGreaterThan(2);
});

test('rows that retention has dropped hold nothing up', async () => {
  await delivering(webhook(), async ({ delivery }) => {
    const behind = await last();
    await append(3);
    await sealAll(db);
    await sql`set session_replication_role = replica; delete from audit_events where position > ${sql.lit(behind)};
      set session_replication_role = default`.execute(db);
    await append(2);
    await sealAll(db);
    await delivery.run();
    expect(receiver.ids).toEqual(await sealedIds(behind));
    expect(delivery.behind).toBe(0);
  });
});
