import { type FactorResets, isStopToken } from '../help-desk/factor-resets.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import { LinkCookie } from '../http/link-cookie.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import { LinkDeadPage } from './pages/outcomes.tsx';
import { StopResetDonePage, StopResetLatePage, StopResetPage } from './pages/stop-reset.tsx';

export interface StopResetDependencies {
  readonly resets: Pick<FactorResets, 'find' | 'stopByLink'>;
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  /** Whether the issuer is https. */
  readonly secure: boolean;
  /** Where a person signs in as themselves, even if someone else is signed in in this browser. */
  readonly signIn: string;
}

const HERE = '/recover/stop';
/** As long as people may take over the button, ms. */
const COOKIE_LIFE = 3600 * 1000;

/**
 * The link that stops a reset of a person's second factor. It needs no sign-in: the owner may be locked out, and the
 * person who is signed in may be the thief.
 */
export class StopReset {
  readonly #deps: StopResetDependencies;
  readonly #cookie: LinkCookie;

  constructor(deps: StopResetDependencies) {
    this.#deps = deps;
    this.#cookie = new LinkCookie({
      name: 'stop_reset',
      path: HERE,
      life: COOKIE_LIFE,
      secure: deps.secure,
      isToken: isStopToken,
    });
  }

  mount(router: Router): void {
    router.page(`${HERE}/:token`, (ctx) => this.#take(ctx, String(ctx.params.token)));
    router.page(HERE, (ctx) => this.#show(ctx));
    router.form(HERE, (ctx) => this.#submit(ctx));
  }

  /** Nothing is looked up and nothing spent: mail scanners and previews open links too. */
  #take(ctx: Context, token: string): void {
    this.#cookie.keep(ctx, token);
    redirect(ctx, HERE);
  }

  async #show(ctx: Context): Promise<void> {
    const { resets, csrf, page, signIn } = this.#deps;
    const token = this.#cookie.token(ctx);
    const reset = token === undefined ? undefined : await resets.find(token);
    const site = page(ctx);
    if (!reset) {
      this.#cookie.forget(ctx);
      return renderPage(ctx, LinkDeadPage({ ...site, signIn, of: 'stop-reset' }), { status: 410 });
    }
    if (reset.state === 'done') return renderPage(ctx, StopResetLatePage({ ...site, signIn }));
    if (reset.state === 'stopped') return renderPage(ctx, StopResetDonePage({ ...site, signIn }));
    const { dueAt, zone } = reset;
    renderPage(ctx, StopResetPage({ ...site, dueAt, zone, csrf: csrf.token(ctx) }));
  }

  /** What became of it, the page itself says: it may have happened a moment before. */
  async #submit(ctx: Context): Promise<void> {
    const token = this.#cookie.token(ctx);
    if (token !== undefined) await this.#deps.resets.stopByLink(token, originOf(ctx));
    redirect(ctx, HERE);
  }
}
