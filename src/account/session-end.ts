import type { Accounts } from '../accounts/accounts.ts';
import type { Context } from '../http/context.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { Presence } from '../sessions/presence.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { SESSION_END } from './access.ts';

export interface SessionEndDependencies {
  readonly cookie: SessionCookie;
  readonly sessions: Pick<Sessions, 'left' | 'isLast'>;
  readonly presence: Pick<Presence, 'stay'>;
  readonly accounts: Pick<Accounts, 'find'>;
}

/**
 * What html/static/session-end.js asks: `{ left, last, who }`, seconds, whether the end can no longer be put off,
 * and the user ID. Asking does not count as activity: an open page must not keep its session alive.
 */
export class SessionEndAnswers {
  readonly #deps: SessionEndDependencies;

  constructor(deps: SessionEndDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(SESSION_END, (ctx) => this.#tell(ctx));
    router.form(SESSION_END, (ctx) => this.#stay(ctx));
  }

  async #tell(ctx: Context): Promise<void> {
    const { cookie, sessions, accounts } = this.#deps;
    const session = await cookie.session(ctx);
    const account = session && (await accounts.find(session.login.accountId));
    ctx.body =
      session && account
        ? { left: await sessions.left(session.uid), last: sessions.isLast(session), who: account.userId }
        : { left: 0 };
  }

  async #stay(ctx: Context): Promise<void> {
    const session = await this.#deps.cookie.session(ctx);
    if (session) await this.#deps.presence.stay(session.uid);
    if (ctx.accepts('json', 'html') === 'json') return this.#tell(ctx);
    redirect(ctx, '/');
  }
}
