import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import type { LinkCookie } from '../http/link-cookie.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { ResetLinks } from '../passwords/reset-links.ts';
import type { CodeStep } from './code.ts';
import type { NewPasswordStep } from './new-password.ts';
import { DeadPage, DonePage } from './pages/outcomes.tsx';
import {
  type AnonymousRequest,
  addressOf,
  type RecoveryRequest,
  type RecoveryRequests,
} from './recovery-request.ts';
import type { RequestStep } from './request.ts';
import type { Resets } from './resets.ts';
import type { FactorStep } from './second-factor.ts';

export interface RecoverPasswordDependencies {
  readonly requests: RecoveryRequests;
  readonly resets: Resets;
  readonly links: ResetLinks;
  readonly cookie: LinkCookie;
  readonly attemptPages: AttemptPages;
  readonly request: RequestStep;
  readonly code: CodeStep;
  readonly secondFactor: FactorStep;
  readonly newPassword: NewPasswordStep;
}

const HERE = '/recover/password';
const DONE = '/recover/password/done';
const DEAD = '/recover/password/expired';

/** What is sent by mail has a link too. */
const OPEN_LINK = { words: 'locked.open-link' } as const;

/** The forgotten password, step by step. It signs nobody in. */
export class RecoverPassword {
  readonly #deps: RecoverPasswordDependencies;

  constructor(deps: RecoverPasswordDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
    router.page(DONE, (ctx) => this.#done(ctx));
    router.page(DEAD, (ctx) => this.#dead(ctx));
    router.page(`${HERE}/:token`, (ctx) => this.#take(ctx, String(ctx.params.token)));
  }

  async #get(ctx: Context): Promise<void> {
    const request = await this.#deps.requests.open(ctx, HERE);
    await this.#show(request);
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const { requests } = this.#deps;
    const request = await requests.open(ctx, HERE);
    if (form.choice === 'start-over') return this.#startOver(request);
    const outcome = await this.#submit(request, form);
    if (outcome === 'done') return this.#finish(request);
    // The next step's page is opened by its address, so that reloading it posts nothing again.
    if (outcome === 'next') redirect(ctx, request.page.action);
  }

  async #show(request: RecoveryRequest): Promise<void> {
    const { attemptPages, request: ask, code, secondFactor, newPassword } = this.#deps;
    if (request.step === 'dead') return this.#refuse(request);
    if (request.locked) return this.#showLocked(request, request.locked);
    switch (request.step) {
      case 'request':
        return (await attemptPages.isCheckDue(request, 'sent-code'))
          ? attemptPages.showCheck(request, 'sent-code')
          : ask.show(request);
      case 'code':
        return code.show(request);
      case 'second-factor':
        return secondFactor.show(request);
      case 'password':
        return newPassword.show(request);
    }
  }

  /** Undefined when the answer is given already. */
  async #submit(request: RecoveryRequest, form: Form): Promise<'next' | 'done' | undefined> {
    const { request: ask, code, secondFactor, newPassword } = this.#deps;
    if (request.step === 'dead') return this.#refuse(request);
    // Asking anew is always allowed: it begins another reset, with nothing proved.
    if (form.user_id !== undefined && form.security_check === undefined) return ask.submit(request, form);
    // A lock that began after the last step stops this one. [rule 15]
    if (request.locked) {
      await this.#showLocked(request, request.locked);
      return undefined;
    }
    if (form.security_check !== undefined) return this.#check(request, form);
    switch (request.step) {
      case 'request':
        // A step's form whose reset is over, or was begun in another browser.
        return this.#refuse(request);
      case 'code':
        return code.submit(request, form);
      case 'second-factor':
        return secondFactor.submit(request, form);
      case 'password':
        return newPassword.submit(request, form);
    }
  }

  #showLocked(
    request: RecoveryRequest,
    { subject, barred }: NonNullable<RecoveryRequest['locked']>,
  ): Promise<void> {
    const linked = request.read?.reset.channel === 'email';
    const page = { ...request.page, instead: linked ? OPEN_LINK : undefined };
    return this.#deps.attemptPages.showBarred({ ...request, page }, barred, { secret: 'sent-code', subject });
  }

  /** A solved security check lets the person go on where they were. */
  async #check(request: RecoveryRequest, form: Form): Promise<undefined> {
    const { attemptPages, request: ask, code } = this.#deps;
    if (!(await attemptPages.check(request, 'sent-code', form))) return;
    if (request.step === 'code') await code.show(request);
    else if (request.step === 'request') ask.show(request, { userId: form.user_id });
    else redirect(request.ctx, request.page.action);
  }

  /**
   * The token becomes a cookie, and the address is left. It is spent by the new password alone: mail scanners
   * open links too. Each browser gets a reset of its own, so none goes on with what another has proved.
   */
  async #take(ctx: Context, token: string): Promise<void> {
    const { links, resets, cookie } = this.#deps;
    const linked = await links.find(token);
    if (!linked) return redirect(ctx, DEAD);
    const { account, userId, app, begunAt } = linked;
    const reset = { userId, channel: 'email', begunAt, proved: { account, by: 'link' } } as const;
    cookie.keep(ctx, (await resets.begin(reset)).token);
    redirect(ctx, addressOf(HERE, app));
  }

  async #startOver({ ctx, read, page }: RecoveryRequest): Promise<void> {
    if (read) await this.#deps.resets.forget(read);
    this.#deps.cookie.forget(ctx);
    redirect(ctx, page.action);
  }

  /** The account's row says already that the reset is over. */
  #finish({ ctx, app }: AnonymousRequest): void {
    this.#deps.cookie.forget(ctx);
    redirect(ctx, addressOf(DONE, app));
  }

  #refuse({ ctx, app }: AnonymousRequest): undefined {
    this.#deps.cookie.forget(ctx);
    redirect(ctx, addressOf(DEAD, app));
  }

  async #done(ctx: Context): Promise<void> {
    const { appName, page } = await this.#deps.requests.anonymous(ctx, DONE);
    renderPage(ctx, DonePage({ ...page, appName }));
  }

  /** The same for unknown, used and expired links: it tells nobody which accounts there are. */
  async #dead(ctx: Context): Promise<void> {
    const { app, page } = await this.#deps.requests.anonymous(ctx, DEAD);
    renderPage(ctx, DeadPage({ ...page, startHref: addressOf(HERE, app) }), { status: 410 });
  }
}
