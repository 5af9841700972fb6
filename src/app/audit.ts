import { type Anchor, Anchors, FileAnchor, LogAnchor, WebhookAnchor } from '../audit/anchors.ts';
import { Delivery } from '../audit/delivery/delivery.ts';
import type { Sink } from '../audit/delivery/sink.ts';
import { SyslogSink } from '../audit/delivery/syslog.ts';
import { WebhookSink } from '../audit/delivery/webhook.ts';
import { Retention } from '../audit/retention.ts';
import { Sealing } from '../audit/sealing.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Config } from '../config.ts';
import { Egress } from '../http/egress.ts';
import { SealKeyStore } from '../keys/seal-keys.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../operations/metrics.ts';
import { openDatabase } from '../postgres/database.ts';
import { Sweeper } from '../sweeper.ts';
import type { Stores } from './capabilities.ts';

/** s between looks for sealed rows to deliver. */
const DELIVERY = 1;
/** s between looks for months to make and to drop. */
const UPKEEP = 3600;
const FIRST_UPKEEP = 10;

export interface AuditDependencies {
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly egress: Egress;
  readonly metrics: Pick<Metrics, 'gauge'>;
}

/** Seals the audit log, anchors it outside, keeps its months, and delivers it where the settings name a SIEM. */
export function createAudit(config: Config, log: Log, { jobsDb: db }: Stores, deps: AuditDependencies) {
  const keys = new SealKeyStore(db, deps.sealer);
  const sealing = new Sealing(db, () => keys.signer());
  const anchors = new Anchors(db, anchorsOf(config, log, deps.egress), log);
  const append = deps.trail.recorder({});
  const retention = new Retention({ db, sealing, keep: config.audit.retention, append });
  const seal = async () => {
    await sealing.run();
    await anchors.run();
  };
  const keep = async () => {
    await retention.makeAhead();
    for (const month of await retention.dropOld())
      log.info({ month }, 'a month of the audit log was dropped');
  };
  const { deliveries, close } = createDeliveries(config, log, deps.metrics);
  const deliver = 'the delivery of the audit log';
  const sweepers = [
    new Sweeper(seal, config.audit.seal_every, log, 'the sealing of the audit log'),
    new Sweeper(keep, UPKEEP, log, 'the upkeep of the audit log', FIRST_UPKEEP),
    ...deliveries.map((delivery) => new Sweeper(() => delivery.run(), DELIVERY, log, deliver)),
  ];
  return {
    start(): void {
      for (const sweeper of sweepers) sweeper.start();
    },
    /** After the batches under way. */
    async stop(): Promise<void> {
      for (const delivery of deliveries) delivery.stop();
      await Promise.all(sweepers.map((sweeper) => sweeper.stop()));
      await close();
    },
  };
}

/** The audit log's ways to a SIEM. */
function createDeliveries(config: Config, log: Log, metrics: AuditDependencies['metrics']) {
  const sinks = sinksOf(config);
  if (sinks.length === 0) return { deliveries: [], close: async () => {} };
  const settings = config.audit.delivery;
  // A connection each, held while the other side takes its time: nobody who signs in waits for it.
  const db = openDatabase({ ...config.database, pool_size: 2 * sinks.length }, log);
  const deliveries = sinks.map((sink) => new Delivery({ db, sink, settings, log }));
  const figures = (figure: (delivery: Delivery) => number) => () =>
    Object.fromEntries(deliveries.map((delivery) => [delivery.name, figure(delivery)]));
  metrics.gauge(
    {
      name: 'vestibule_audit_delivery_lag_rows',
      help: 'Sealed rows of the audit log that a sink has not taken yet',
      label: 'sink',
    },
    figures(({ behind }) => behind),
  );
  metrics.gauge(
    {
      name: 'vestibule_audit_delivery_failures',
      help: 'Tries to deliver the audit log to a sink that failed since the last success',
      label: 'sink',
    },
    figures(({ failures }) => failures),
  );
  return { deliveries, close: () => db.destroy() };
}

function anchorsOf({ audit }: Config, log: Log, egress: Egress): Anchor[] {
  const { file, webhook, log: stream } = audit.anchors;
  return [
    ...(file === undefined ? [] : [new FileAnchor(file)]),
    ...(webhook === undefined
      ? []
      : [new WebhookAnchor(webhook, (url, request) => egress.post(url, request))]),
    ...(stream ? [new LogAnchor(log)] : []),
  ];
}

function sinksOf({ audit, egress, issuer }: Config): Sink[] {
  const { webhook, syslog, timeout } = audit.delivery;
  const { url, secret, authorization } = webhook;
  const { host } = syslog;
  const out = new Egress({ allow: egress.allow, timeout });
  const sinks: Sink[] = [];
  // config/rules.ts refuses an address without a secret.
  if (url && secret) {
    sinks.push(new WebhookSink({ url, secret, authorization }, (to, request) => out.post(to, request)));
  }
  if (host) sinks.push(new SyslogSink({ ...syslog, host, timeout, hostname: new URL(issuer).hostname }));
  return sinks;
}
