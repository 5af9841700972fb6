import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import type { LinkCookie } from '../http/link-cookie.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { ResetLinks } from '../passwords/reset-links.ts';
import type { CodeStep } from './code.ts';
import type { ResetPasswordStep } from './new-password.ts';
import { DeadPage } from './pages/dead.tsx';
import { DonePage } from './pages/done.tsx';
import type { RequestStep } from './request.ts';
import type { Resets } from './resets.ts';
import type { FactorStep } from './second-factor.ts';
import { addressOf, type Visit, type Visits } from './visit.ts';

export interface RecoverPasswordDependencies {
  readonly visits: Visits;
  readonly resets: Resets;
  readonly links: ResetLinks;
  readonly cookie: LinkCookie;
  readonly attemptPages: AttemptPages;
  readonly request: RequestStep;
  readonly code: CodeStep;
  readonly secondFactor: FactorStep;
  readonly password: ResetPasswordStep;
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
    const visit = await this.#deps.visits.open(ctx, HERE);
    await this.#show(visit);
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const { visits } = this.#deps;
    const visit = await visits.open(ctx, HERE);
    if (form.choice === 'start-over') return this.#startOver(visit);
    const outcome = await this.#submit(visit, form);
    if (outcome === 'done') return this.#finish(visit);
    // The next step's page is opened by its address, so that reloading it posts nothing again.
    if (outcome === 'next') redirect(ctx, visit.page.action);
  }

  async #show(visit: Visit): Promise<void> {
    const { attemptPages, request, code, secondFactor, password } = this.#deps;
    if (visit.step === 'dead') return this.#refuse(visit);
    if (visit.locked) return this.#showLocked(visit, visit.locked);
    switch (visit.step) {
      case 'request':
        return (await attemptPages.isCheckDue(visit, 'sent-code'))
          ? attemptPages.showCheck(visit, 'sent-code')
          : request.show(visit);
      case 'code':
        return code.show(visit);
      case 'second-factor':
        return secondFactor.show(visit);
      case 'password':
        return password.show(visit);
    }
  }

  /** Undefined when the answer is given already. */
  async #submit(visit: Visit, form: Form): Promise<'next' | 'done' | undefined> {
    const { request, code, secondFactor, password } = this.#deps;
    if (visit.step === 'dead') return this.#refuse(visit);
    // Asking anew is always allowed: it begins another reset, with nothing proved.
    if (form.user_id !== undefined && form.security_check === undefined) return request.submit(visit, form);
    // A lock that began after the last step stops this one. [rule 15]
    if (visit.locked) {
      await this.#showLocked(visit, visit.locked);
      return undefined;
    }
    if (form.security_check !== undefined) return this.#check(visit, form);
    switch (visit.step) {
      case 'request':
        // A step's form whose reset is over, or was begun in another browser.
        return this.#refuse(visit);
      case 'code':
        return code.submit(visit, form);
      case 'second-factor':
        return secondFactor.submit(visit, form);
      case 'password':
        return password.submit(visit, form);
    }
  }

  #showLocked(visit: Visit, { subject, barred }: NonNullable<Visit['locked']>): Promise<void> {
    const linked = visit.read?.reset.channel === 'email';
    const page = { ...visit.page, ...(linked ? { instead: OPEN_LINK } : {}) };
    return this.#deps.attemptPages.showBarred({ ...visit, page }, barred, { secret: 'sent-code', subject });
  }

  /** A solved security check lets the person go on where they were. */
  async #check(visit: Visit, form: Form): Promise<undefined> {
    const { attemptPages, request, code } = this.#deps;
    if (!(await attemptPages.check(visit, 'sent-code', form))) return;
    if (visit.step === 'code') await code.show(visit);
    else if (visit.step === 'request') request.show(visit, { userId: form.user_id });
    else redirect(visit.ctx, visit.page.action);
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

  async #startOver({ ctx, read, page }: Visit): Promise<void> {
    if (read) await this.#deps.resets.forget(read);
    this.#deps.cookie.forget(ctx);
    redirect(ctx, page.action);
  }

  /** The account's row says already that the reset is over. */
  #finish({ ctx, app }: Visit): void {
    this.#deps.cookie.forget(ctx);
    redirect(ctx, addressOf(DONE, app));
  }

  #refuse({ ctx, app }: Visit): undefined {
    this.#deps.cookie.forget(ctx);
    redirect(ctx, addressOf(DEAD, app));
  }

  async #done(ctx: Context): Promise<void> {
    const { appName, page } = await this.#deps.visits.caller(ctx, DONE);
    renderPage(ctx, DonePage({ ...page, appName }));
  }

  /** The same for unknown, used and expired links: it tells nobody which accounts there are. */
  async #dead(ctx: Context): Promise<void> {
    const { app, page } = await this.#deps.visits.caller(ctx, DEAD);
    renderPage(ctx, DeadPage({ ...page, startHref: addressOf(HERE, app) }), { status: 410 });
  }
}
