import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { SessionList } from '../sessions/session-list.ts';
import type { SecureAccount } from '../use-cases/secure-account.ts';
import type { Access } from './access.ts';
import type { PagePropsOf } from './page-props.tsx';
import { NotMePage } from './pages/not-me.tsx';

export interface NotMeDependencies {
  readonly access: Access;
  readonly propsOf: PagePropsOf;
  readonly list: Pick<SessionList, 'openOfAccount'>;
  readonly secureAccount: Pick<SecureAccount, 'secure'>;
  readonly cookie: Pick<SessionCookie, 'clear'>;
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
    const touched = await this.#deps.list.openOfAccount(owner.sub);
    renderPage(ctx, NotMePage({ ...this.#deps.propsOf(ctx, owner, HERE), ...touched }));
  }

  async #post(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    await this.#deps.secureAccount.secure(owner.sub, originOf(ctx));
    this.#deps.cookie.clear(ctx);
    redirect(ctx, RESET);
  }
}
