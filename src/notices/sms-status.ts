import { AppError } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { readForm } from '../http/forms.ts';
import type { Router } from '../http/router.ts';
import type { NoticeStore } from './notice-store.ts';
import { statusCallback } from './sms.ts';

export interface SmsStatusDependencies {
  readonly issuer: string;
  readonly authToken: string;
  readonly store: Pick<NoticeStore, 'report'>;
}

/** What Twilio's states of a message are to us; others say nothing new. */
const STATUSES: ReadonlyMap<string, 'sent' | 'delivered' | 'failed'> = new Map([
  ...['accepted', 'queued', 'sending', 'sent'].map((status) => [status, 'sent'] as const),
  ...['delivered', 'read'].map((status) => [status, 'delivered'] as const),
  ...['undelivered', 'failed', 'canceled'].map((status) => [status, 'failed'] as const),
]);

/** Takes Twilio's status callbacks, and records what became of each SMS. */
export class SmsStatus {
  readonly #deps: SmsStatusDependencies;

  constructor(deps: SmsStatusDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.endpoint('post', '/notices/sms-status', (ctx) => this.#receive(ctx));
  }

  async #receive(ctx: Context): Promise<void> {
    const { notice } = ctx.query;
    const fields = await readForm(ctx);
    // Anyone can post here: without the signature a stranger could mark messages as delivered or failed.
    if (typeof notice !== 'string' || !(await this.#isGenuine(ctx, notice, fields)))
      throw new AppError('forgery');
    const { MessageSid: providerId, MessageStatus = '', ErrorCode } = fields;
    const status = STATUSES.get(MessageStatus);
    if (providerId && status) {
      const reason = /^\d{1,6}$/.test(ErrorCode ?? '') ? `twilio-${ErrorCode}` : `twilio-${MessageStatus}`;
      await this.#deps.store.report(notice, {
        providerId,
        status,
        reason: status === 'failed' ? reason : null,
      });
    }
    ctx.status = 204;
  }

  /** The signature covers the address as we gave it out, never as the request says that it was called. */
  async #isGenuine(ctx: Context, notice: string, fields: Record<string, string>): Promise<boolean> {
    const { issuer, authToken } = this.#deps;
    if (!/^[\w-]{22}$/.test(notice)) return false;
    const url = `${statusCallback(issuer)}?notice=${notice}`;
    const { default: twilio } = await import('twilio');
    return twilio.validateRequest(authToken, ctx.get('X-Twilio-Signature'), url, fields);
  }
}
