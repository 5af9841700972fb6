import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AuditTrail } from '../../src/audit/trail.ts';
import { SyslogReceiver, WebhookReceiver } from '../audit/receivers.ts';
import { until } from '../postgres/until.ts';
import { type Portal, startPortal } from '../support/portal.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const PATIENCE = 120_000; // ms
const trail = new AuditTrail();

let webhook: WebhookReceiver;
let syslog: SyslogReceiver;
let portal: Portal;

beforeAll(async () => {
  webhook = new WebhookReceiver();
  syslog = new SyslogReceiver();
  const [url, port] = await Promise.all([webhook.open(), syslog.open()]);
  portal = await startPortal({
    processes: 2,
    settings: {
      'audit.seal_every': 'PT1S',
      'audit.delivery.longest_delay': 'PT1S',
      'audit.delivery.webhook.url': url,
      'audit.delivery.webhook.secret': SECRET,
      'audit.delivery.syslog.host': '127.0.0.1',
      'audit.delivery.syslog.port': String(port),
      'audit.delivery.syslog.protocol': 'tcp',
    },
  });
}, PATIENCE);
afterAll(async () => {
  await portal?.stop();
  await Promise.all([webhook?.close(), syslog?.close()]);
});

const positionsIn = (texts: readonly string[]) =>
  texts.flatMap((text) => [...text.matchAll(/"position":(\d+)/g)].map((match) => Number(match[1])));
const posted = () => positionsIn(webhook.posted.map(({ body }) => body));
const sent = () => positionsIn(syslog.messages);

/** Each once, in the order of their first coming. */
const firsts = (positions: readonly number[]) => [...new Set(positions)];

async function append(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await trail.append(
      portal.db,
      { event: 'sign-in.failed', outcome: 'failure', reason: 'wrong-password' },
      {},
    );
  }
}

async function newest(): Promise<number> {
  const sealed = () =>
    portal.db
      .selectFrom('audit_events')
      .select(({ fn }) => [fn.countAll<number>().as('all'), fn.count<number>('position').as('sealed')])
      .executeTakeFirstOrThrow();
  await until(async () => {
    const { all, sealed: done } = await sealed();
    return all === done;
  }, 60_000);
  return (await sealed()).sealed;
}

test(
  'every row reaches both places in order, though a replica is killed while it sends and receivers fail',
  async () => {
    await until(
      () =>
        portal.db
          .selectFrom('audit_deliveries')
          .select('sink')
          .execute()
          .then((rows) => rows.length === 2),
      30_000,
    );
    await append(30);
    await until(async () => posted().includes(await newest()), 60_000);

    // Both processes wait for this; whoever sends is killed in the midst of it.
    const held = Promise.withResolvers<void>();
    webhook.before = () => held.promise;
    syslog.dies = true;
    const begun = webhook.posted.length;
    await append(20);
    await until(() => webhook.posted.length > begun, 60_000);
    portal.processes[0]?.kill('SIGKILL');
    webhook.status = 503;
    held.resolve();
    await append(20);
    await until(async () => {
      const rows = await portal.db.selectFrom('audit_deliveries').select(['sink', 'failures']).execute();
      return rows.some(({ sink, failures }) => sink === 'syslog' && failures > 0);
    }, 60_000);
    webhook.status = 200;
    syslog.dies = false;

    const last = await newest();
    await until(() => posted().includes(last) && sent().includes(last), 90_000);
    for (const positions of [firsts(posted()), firsts(sent())]) {
      const [from = 0] = positions;
      expect(positions).toEqual([...Array(last - from + 1).keys()].map((n) => from + n));
    }
  },
  PATIENCE * 3,
);

test('the metrics say how far behind a place is', async () => {
  const answer = await fetch(`http://127.0.0.1:${portal.operationsPorts[1]}/metrics`);
  const text = await answer.text();
  expect(text).toMatch(/^vestibule_audit_delivery_lag_rows\{sink="webhook"\} \d+$/m);
  expect(text).toMatch(/^vestibule_audit_delivery_failures\{sink="syslog"\} \d+$/m);
});
