import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { Touched } from '../sessions/session-list.ts';
import type { Access } from './access.ts';
import type { Frame } from './frame.tsx';
import { NotMePage } from './pages/not-me.tsx';

export interface NotMeDependencies {
  readonly access: Access;
  readonly frame: Frame;
  readonly openOf: (sub: string) => Promise<Touched>;
  /** Locks the password and ends everything that is open. */
  readonly secure: (ctx: Context, sub: string) => Promise<void>;
  readonly clearSession: (ctx: Context) => void;
}

const HERE = '/account/not-me';
/** Where a new password is chosen. */
const RESET = '/recover/password';

/** “This wasn't me”: asks for no fresh sign-in, since it takes away and gives nothing. */
export class NotMe {
  readonly #deps: NotMeDependencies;

  constructor(deps: NotMeDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx) => this.#post(ctx));
  }

  async #get(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    const touched = await this.#deps.openOf(owner.sub);
    renderPage(ctx, NotMePage({ ...this.#deps.frame(ctx, owner, HERE), ...touched }));
  }

  async #post(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    await this.#deps.secure(ctx, owner.sub);
    this.#deps.clearSession(ctx);
    redirect(ctx, RESET);
  }
}
