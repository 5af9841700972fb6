import { type Contact, readContact, spellings } from '../accounts/contact.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { type Origin, originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { Allowance } from '../lockout/allowances.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { NoticeChannel } from '../notices/kinds.ts';
import type { Limits } from './limits.ts';
import type { Messages } from './messages.ts';
import { ClosedPage } from './pages/outcomes.tsx';
import { type ContactError, UserIdPage, UserIdSentPage } from './pages/user-id.tsx';
import { type AnonymousRequest, addressOf, type RecoveryRequests } from './recovery-request.ts';

export interface RecoverUserIdDependencies {
  readonly requests: Pick<RecoveryRequests, 'anonymous'>;
  readonly attemptPages: AttemptPages;
  readonly limits: Limits;
  /** What one browser or address may ask for. */
  readonly allowance: Allowance;
  readonly messages: Pick<Messages, 'ask'>;
  readonly channels: readonly NoticeChannel[];
  readonly tooMany: (origin: Origin) => Promise<void>;
  /** ISO 3166, of numbers without a country code. */
  readonly country: string;
}

const HERE = '/recover/user-id';
const SENT = '/recover/user-id/sent';

/** The forgotten user ID: it is sent to the address that it has on file, and told nowhere else. */
export class RecoverUserId {
  readonly #deps: RecoverUserIdDependencies;

  constructor(deps: RecoverUserIdDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
    router.page(SENT, (ctx) => this.#sent(ctx));
  }

  async #get(ctx: Context): Promise<void> {
    const { attemptPages, requests } = this.#deps;
    const caller = await requests.anonymous(ctx, HERE);
    if (await attemptPages.isCheckDue(caller, 'sent-code'))
      return attemptPages.showCheck(caller, 'sent-code');
    this.#show(caller);
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const { requests, attemptPages, country, channels, allowance, tooMany } = this.#deps;
    const caller = await requests.anonymous(ctx, HERE);
    if (form.security_check !== undefined) {
      if (await attemptPages.check(caller, 'sent-code', form)) this.#show(caller);
      return;
    }
    const typed = (form.contact ?? '').trim();
    if (!typed) return this.#show(caller, { error: 'missing' });
    const read = readContact(typed, { country });
    if ('fault' in read) {
      const error = read.fault === 'extension' ? 'extension' : 'wrong';
      return this.#show(caller, { contact: typed, error });
    }
    const { contact } = read;
    if (!channels.includes(contact.channel)) return this.#show(caller, { contact: typed, error: 'wrong' });
    const tries = { secret: 'sent-code', subject: '' } as const;
    if (!(await attemptPages.admit(caller, allowance, tries, { refused: tooMany }))) return;
    await this.#ask(caller, contact);
    redirect(ctx, addressOf(SENT, caller.app));
  }

  /** Over the limit the answer is the same, and nothing is sent. */
  async #ask({ ctx, app }: AnonymousRequest, contact: Contact): Promise<void> {
    const { limits, messages, tooMany } = this.#deps;
    const origin = originOf(ctx);
    const contacts = spellings(contact);
    const subject = `contact ${contacts[0]}`;
    const taken = await limits.take({ subject, address: origin.address });
    if (taken === 'first') await tooMany(origin);
    if (taken !== 'allowed') return;
    await messages.ask({ what: 'user-id', channel: contact.channel, contacts, app, origin });
  }

  #show({ ctx, page }: AnonymousRequest, shown: { contact?: string; error?: ContactError } = {}): void {
    const { channels } = this.#deps;
    const closed = channels.length === 0;
    renderPage(ctx, closed ? ClosedPage(page) : UserIdPage({ ...page, ...shown, channels }));
  }

  async #sent(ctx: Context): Promise<void> {
    const { app, page } = await this.#deps.requests.anonymous(ctx, SENT);
    renderPage(ctx, UserIdSentPage({ ...page, againHref: addressOf(HERE, app) }));
  }
}
