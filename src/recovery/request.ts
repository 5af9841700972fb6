import { typedUserId } from '../accounts/user-id.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import type { LinkCookie } from '../http/link-cookie.ts';
import { type Origin, originOf } from '../http/origin.ts';
import type { Allowance } from '../lockout/allowances.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { DeviceCookie } from '../lockout/device-cookie.ts';
import type { NoticeChannel } from '../notices/kinds.ts';
import type { Limits } from './limits.ts';
import type { Messages } from './messages.ts';
import { ClosedPage } from './pages/outcomes.tsx';
import { type RequestError, RequestPage } from './pages/request.tsx';
import { type AnonymousRequest, addressOf, type RecoveryRequest } from './recovery-request.ts';
import type { ReadReset, Reset, Resets } from './resets.ts';

export interface RequestDependencies {
  readonly attemptPages: AttemptPages;
  readonly limits: Limits;
  /** What one browser or address may ask for. */
  readonly allowance: Allowance;
  readonly resets: Resets;
  readonly messages: Pick<Messages, 'ask'>;
  readonly cookie: LinkCookie;
  readonly fold: (userId: string) => string;
  readonly device: Pick<DeviceCookie, 'knows'>;
  /** Those that are configured. */
  readonly channels: readonly NoticeChannel[];
  /** PostgreSQL's clock, by which what was revoked is dated. */
  readonly moment: () => Promise<Date>;
  /** Notes the first request within its hour that was one too many. */
  readonly tooMany: (origin: Origin) => Promise<void>;
}

interface Shown {
  readonly userId?: string | undefined;
  readonly channel?: NoticeChannel | undefined;
  readonly error?: RequestError;
}

/** Characters that are kept of what was typed; no user ID is longer than 64. */
const LONGEST = 256;

const ASK_EMAIL = { words: 'locked.ask-email' } as const;

/** The user ID and the channel. The answer is the same page whether or not anybody has that user ID. [rule 7] */
export class RequestStep {
  readonly #deps: RequestDependencies;

  constructor(deps: RequestDependencies) {
    this.#deps = deps;
  }

  show({ ctx, app, page }: AnonymousRequest, shown: Shown = {}): void {
    const { channels } = this.#deps;
    const userIdHref = addressOf('/recover/user-id', app);
    const closed = channels.length === 0;
    const asking = { ...page, ...shown, channels, userIdHref };
    renderPage(ctx, closed ? ClosedPage(page) : RequestPage(asking));
  }

  async submit(request: RecoveryRequest, form: Form): Promise<'next' | undefined> {
    const { channels, attemptPages, fold, allowance, tooMany } = this.#deps;
    const userId = typedUserId((form.user_id ?? '').slice(0, LONGEST).toWellFormed());
    const channel = channels.length === 1 ? channels[0] : channels.find((each) => each === form.channel);
    if (!userId) return void this.show(request, { channel, error: 'recover.user-id-missing' });
    if (!channel) return void this.show(request, { userId, error: 'recover.channel-missing' });
    const subject = fold(userId);
    const tries = { secret: 'sent-code', subject } as const;
    if (!(await attemptPages.admit(request, allowance, tries, { userId, refused: tooMany })))
      return undefined;
    if (channel === 'sms' && (await this.#isBarred(request, subject))) return undefined;
    await this.#begin(request, { userId, channel });
    return 'next';
  }

  /**
   * Asking anew gives no fresh guesses: the lock is the user ID's, not the reset's. [rule 2] A mail is sent all the
   * same, since it has a link, which nobody guesses.
   */
  async #isBarred(request: AnonymousRequest, subject: string): Promise<boolean> {
    const { attemptPages, channels } = this.#deps;
    const tries = { secret: 'sent-code', subject } as const;
    const barred = await attemptPages.barred(request.ctx, tries);
    if (!barred) return false;
    const instead = channels.includes('email') ? ASK_EMAIL : undefined;
    await attemptPages.showBarred({ ...request, page: { ...request.page, instead } }, barred, tries);
    return true;
  }

  /** Has another code sent; false before the wait is over. */
  async resend({ ctx, app, read }: RecoveryRequest): Promise<boolean> {
    const { resets } = this.#deps;
    if (!read || !(await resets.mayMakeCode(read.id))) return false;
    if (await this.#mayAsk(ctx, read.reset)) await this.#send(ctx, app, read.id, read.reset);
    return true;
  }

  async #begin({ ctx, app, read }: RecoveryRequest, asked: Pick<Reset, 'userId' | 'channel'>): Promise<void> {
    const { resets, cookie, moment } = this.#deps;
    const allowed = await this.#mayAsk(ctx, asked);
    // Where nothing is sent, the newest message stays the one that this browser takes the code of.
    if (!allowed && read && (await this.#stays(read, asked))) return;
    const reset = { ...asked, begunAt: (await moment()).getTime() };
    const { token, id } = await resets.begin(reset);
    cookie.keep(ctx, token);
    await resets.mayMakeCode(id);
    if (allowed) await this.#send(ctx, app, id, reset);
    else await resets.makeCode(id);
  }

  /** Whether a reset asks the same as before, and its code still waits to be used. */
  async #stays({ id, reset }: ReadReset, asked: Pick<Reset, 'userId' | 'channel'>): Promise<boolean> {
    const isSame = reset.userId === asked.userId && reset.channel === asked.channel && !reset.proved;
    return isSame && (await this.#deps.resets.sentCode(id)) !== undefined;
  }

  /** Over the limit the answer is the same, and nothing is sent. */
  async #mayAsk(ctx: Context, { userId }: Pick<Reset, 'userId'>): Promise<boolean> {
    const { limits, fold, device, tooMany } = this.#deps;
    const subject = fold(userId);
    const origin = originOf(ctx);
    const asking = { subject, address: origin.address, device: device.knows(ctx, subject) };
    const taken = await limits.take(asking);
    if (taken === 'first') await tooMany(origin);
    return taken === 'allowed';
  }

  async #send(ctx: Context, app: string | undefined, id: string, reset: Reset): Promise<void> {
    const { messages, resets, device, fold } = this.#deps;
    const { userId, channel, begunAt } = reset;
    const code = await resets.makeCode(id);
    const origin = originOf(ctx);
    const own = device.knows(ctx, fold(userId)) !== undefined;
    await messages.ask({ what: 'password', reset: id, userId, channel, code, app, begunAt, origin, own });
  }
}
