import { type Anchor, Anchors, FileAnchor, LogAnchor, WebhookAnchor } from '../audit/anchors.ts';
import { Retention } from '../audit/retention.ts';
import { Sealing } from '../audit/sealing.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Config } from '../config.ts';
import type { Egress } from '../http/egress.ts';
import { SealKeyStore } from '../keys/seal-keys.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { Log } from '../log.ts';
import { Sweeper } from '../sweeper.ts';
import type { Stores } from './capabilities.ts';

/** s between looks for months to make and to drop. */
const UPKEEP = 3600;
const FIRST_UPKEEP = 10;

export interface AuditDependencies {
  readonly trail: AuditTrail;
  readonly sealer: Sealer;
  readonly egress: Egress;
}

/** Seals the audit log, anchors it outside, and keeps its months. */
export function createAuditKeeping(
  config: Config,
  log: Log,
  { jobsDb: db }: Stores,
  deps: AuditDependencies,
) {
  const keys = new SealKeyStore(db, deps.sealer);
  const sealing = new Sealing(db, () => keys.signer());
  const anchors = new Anchors(db, anchorsOf(config, log, deps.egress), log);
  const retention = new Retention({
    db,
    sealing,
    keep: config.audit.retention,
    append: (tx, event) => deps.trail.append(tx, event, {}),
  });
  const seal = async () => {
    await sealing.run();
    await anchors.run();
  };
  const keep = async () => {
    await retention.makeAhead();
    for (const month of await retention.dropOld())
      log.info({ month }, 'a month of the audit log was dropped');
  };
  const sweepers = [
    new Sweeper(seal, config.audit.seal_every, log, 'the sealing of the audit log'),
    new Sweeper(keep, UPKEEP, log, 'the upkeep of the audit log', FIRST_UPKEEP),
  ];
  return {
    start(): void {
      for (const sweeper of sweepers) sweeper.start();
    },
    async stop(): Promise<void> {
      await Promise.all(sweepers.map((sweeper) => sweeper.stop()));
    },
  };
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
