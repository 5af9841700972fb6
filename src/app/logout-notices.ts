import type { AuditTrail } from '../audit/trail.ts';
import type { Config } from '../config.ts';
import { Egress } from '../http/egress.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Log } from '../log.ts';
import type { CurrentProvider } from '../oidc/current-provider.ts';
import { LogoutNotices } from '../oidc/logout-notices.ts';
import type { Database } from '../postgres/database.ts';

interface Siblings {
  readonly trail: AuditTrail;
  readonly jobs: JobQueue;
  readonly provider: CurrentProvider;
  readonly egress?: Egress;
}

/** What tells apps that sessions ended; commands use it too, to add tries. */
export function createLogoutNotices(
  config: Config,
  log: Log,
  db: Database,
  { trail, jobs, provider, egress = new Egress(config.egress) }: Siblings,
): LogoutNotices {
  return new LogoutNotices({
    db,
    jobs,
    provider,
    log,
    post: (url, request) => egress.post(url, request),
    append: (tx, event, origin) => trail.append(tx, event, origin),
    settings: { ...config.logout_notices, timeout: config.egress.timeout },
  });
}
