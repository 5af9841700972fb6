import { type ContactChanges, isUndoToken } from '../accounts/contact-changes.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import { LinkCookie } from '../http/link-cookie.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { UndoContactChange } from '../use-cases/undo-contact-change.ts';
import { MessagePage } from './pages/message.tsx';
import { UndoPage } from './pages/undo.tsx';

export interface UndoContactDependencies {
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  readonly changes: Pick<ContactChanges, 'find'>;
  readonly undoContactChange: Pick<UndoContactChange, 'undo'>;
  /** Whether the issuer is https. */
  readonly secure: boolean;
  readonly cookie: Pick<SessionCookie, 'clear'>;
}

const HERE = '/account/undo';
/** Where a new password is chosen: the person who changed the address had signed in. */
const RESET = '/recover/password';
/** ms that a person may take over the page; the link itself may expire earlier. */
const COOKIE_LIFE = 3600 * 1000;

/**
 * The link that undoes a change of address. Its token is a password, so it leaves the address at once for a cookie
 * that only these pages get; it needs no session, since a thief may have taken that.
 */
export class UndoContact {
  readonly #deps: UndoContactDependencies;
  readonly #cookie: LinkCookie;

  constructor(deps: UndoContactDependencies) {
    this.#deps = deps;
    this.#cookie = new LinkCookie({
      name: 'undo',
      path: HERE,
      life: COOKIE_LIFE,
      secure: deps.secure,
      isToken: isUndoToken,
    });
  }

  mount(router: Router): void {
    router.page('/account/undo/:token', (ctx) => this.#take(ctx, String(ctx.params.token)));
    router.page(HERE, (ctx) => this.#show(ctx));
    router.form(HERE, (ctx) => this.#submit(ctx));
    router.page('/account/undone', (ctx) => this.#done(ctx));
  }

  /** Nothing is looked up and nothing spent: mail scanners and previews open links too. */
  #take(ctx: Context, token: string): void {
    this.#cookie.keep(ctx, token);
    redirect(ctx, HERE);
  }

  async #show(ctx: Context): Promise<void> {
    const token = this.#cookie.token(ctx);
    const change = token === undefined ? undefined : await this.#deps.changes.find(token);
    if (!change) return this.#refuse(ctx);
    const { page, csrf } = this.#deps;
    const { channel, oldValue } = change;
    const props = { ...page(ctx), channel, restores: oldValue !== null, csrf: csrf.token(ctx), action: HERE };
    renderPage(ctx, UndoPage(props));
  }

  async #submit(ctx: Context): Promise<void> {
    const token = this.#cookie.token(ctx);
    const undone = token !== undefined && (await this.#deps.undoContactChange.undo(token, originOf(ctx)));
    if (!undone) return this.#refuse(ctx);
    this.#cookie.forget(ctx);
    this.#deps.cookie.clear(ctx);
    redirect(ctx, '/account/undone');
  }

  #done(ctx: Context): void {
    const props = this.#deps.page(ctx);
    const { t } = props;
    renderPage(
      ctx,
      MessagePage({
        ...props,
        name: 'undone-contact',
        heading: t('undone.heading'),
        lead: t('undone.lead'),
        way: { href: RESET, label: t('undone.reset') },
        support: true,
      }),
    );
  }

  /** The same for unknown, used and expired links. */
  #refuse(ctx: Context): void {
    this.#cookie.forget(ctx);
    const props = this.#deps.page(ctx);
    const { t } = props;
    const page = MessagePage({
      ...props,
      name: 'undo-dead',
      heading: t('link-dead.heading'),
      lead: t('undo-dead.lead'),
      way: { href: RESET, label: t('undone.reset') },
      support: true,
    });
    renderPage(ctx, page, { status: 410 });
  }
}
