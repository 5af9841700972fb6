import type { AuditTrail } from '../audit/trail.ts';
import type { Config } from '../config.ts';
import type { Brand } from '../html/brand.ts';
import type { JobQueue } from '../jobs/queue.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { Log } from '../log.ts';
import { Mail } from '../notices/mail.ts';
import { MailBudget } from '../notices/mail-budget.ts';
import { NoticeQueue } from '../notices/notice-queue.ts';
import { NoticeStore } from '../notices/notice-store.ts';
import { Notices, type NoticesDependencies } from '../notices/notices.ts';
import { Outbox } from '../notices/outbox.tsx';
import { Renderer } from '../notices/renderer.tsx';
import { Sms, type SmsSettings } from '../notices/sms.ts';
import { SmsBudget } from '../notices/sms-budget.ts';
import { SmsStatus } from '../notices/sms-status.ts';
import type { Stores } from './capabilities.ts';

export type Mailing = ReturnType<typeof createNotices>;

/** Mail and SMS, and what they have on the web. */
export function createNotices(
  config: Config,
  log: Log,
  { db, jobsDb, redis, keys }: Stores,
  { sealer, jobs, trail, brand }: { sealer: Sealer; jobs: JobQueue; trail: AuditTrail; brand: Brand },
) {
  const store = new NoticeStore(jobsDb, sealer);
  const twilio = twilioOf(config);
  const outbox = config.notices.transport === 'outbox' ? new Outbox(redis, keys) : undefined;
  const transports = outbox ? { email: outbox, sms: outbox } : liveTransports(config);
  if (!transports.email) log.warn('no mail server is set (SMTP_URL): mail waits in the list of notices');
  const note = trail.appender(db);
  const budget = new SmsBudget({
    redis,
    keys,
    settings: config.notices.sms,
    note,
  });
  const mailBudget = new MailBudget({
    redis,
    keys,
    settings: config.notices.mail,
    note,
  });
  const renderer = new Renderer(brand, config.issuer);
  const settings = config.notices;
  const queue = new NoticeQueue({ store, jobs, settings });
  const notices = new Notices({
    db: jobsDb,
    store,
    queue,
    transports,
    budget,
    mailBudget,
    renderer,
    settings,
    log,
  });
  const status = twilio && !outbox;
  return {
    notices,
    queue,
    outbox,
    smsBudget: budget,
    smsStatus: status
      ? new SmsStatus({ issuer: config.issuer, authToken: twilio.auth_token, store })
      : undefined,
  };
}

function liveTransports(config: Config): NoticesDependencies['transports'] {
  const { notices, operator, issuer } = config;
  const { url } = notices.smtp;
  const from = { name: operator.name, address: notices.from ?? `no-reply@${new URL(issuer).hostname}` };
  const twilio = twilioOf(config);
  return {
    ...(url ? { email: new Mail({ from, smtp: { ...notices.smtp, url }, dkim: notices.dkim }) } : {}),
    ...(twilio ? { sms: new Sms(twilio, issuer) } : {}),
  };
}

/** All of Twilio's settings, or none: config/rules.ts refuses a part of them. */
function twilioOf({ notices }: Config): SmsSettings | undefined {
  const { account_sid, auth_token, from, ...rest } = notices.twilio;
  return account_sid && auth_token && from ? { account_sid, auth_token, from, ...rest } : undefined;
}
