import { Delivery } from '../audit/delivery/delivery.ts';
import type { Sink } from '../audit/delivery/sink.ts';
import { SyslogSink } from '../audit/delivery/syslog.ts';
import { WebhookSink } from '../audit/delivery/webhook.ts';
import type { Config } from '../config.ts';
import { Egress } from '../http/egress.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../operations/metrics.ts';
import { openDatabase } from '../postgres/database.ts';
import { Sweeper } from '../sweeper.ts';

/** s between looks for sealed rows. */
const INTERVAL = 1;

/** The audit log's way to a SIEM, where the settings name one. */
export function createAuditDelivery(config: Config, log: Log, metrics: Pick<Metrics, 'gauge'>) {
  const sinks = sinksOf(config);
  if (sinks.length === 0) return { start: () => undefined, stop: async () => undefined };
  const settings = config.audit.delivery;
  // A connection each, held while the other side takes its time: nobody who signs in waits for it.
  const db = openDatabase({ ...config.database, pool_size: 2 * sinks.length }, log);
  const deliveries = sinks.map((sink) => new Delivery({ db, sink, settings, log }));
  const name = 'the delivery of the audit log';
  const sweepers = deliveries.map((delivery) => new Sweeper(() => delivery.run(), INTERVAL, log, name));
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
  return {
    start(): void {
      for (const sweeper of sweepers) sweeper.start();
    },
    /** After the batches under way. */
    async stop(): Promise<void> {
      for (const delivery of deliveries) delivery.stop();
      await Promise.all(sweepers.map((sweeper) => sweeper.stop()));
      await db.destroy();
    },
  };
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
