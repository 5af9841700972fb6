import type Router from '@koa/router';
import { isUndoToken, type UndoableChange } from '../accounts/contact-changes.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import { readForm } from '../http/forms.ts';
import { goTo } from './access.ts';
import { MessagePage } from './pages/message.tsx';
import { UndoPage } from './pages/undo.tsx';

export interface UndoContactDependencies {
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  readonly find: (token: string) => Promise<UndoableChange | undefined>;
  /** Puts the old address back and ends what is open; false when the link can no longer be used. */
  readonly undo: (ctx: Context, token: string) => Promise<boolean>;
  /** Whether the issuer is https. */
  readonly secure: boolean;
  readonly clearSession: (ctx: Context) => void;
}

const HERE = '/account/undo';
/** Where a new password is chosen: whoever changed the address had signed in. */
const RESET = '/recover/password';
/** As long as people may take over the page, ms; the link's own life is what counts. */
const COOKIE_LIFE = 3600 * 1000;

/**
 * The link that undoes a change of address. Its token is a password, so it leaves the address at once for a cookie
 * that only these pages get; it needs no session, since a thief may have taken that.
 */
export class UndoContact {
  readonly #deps: UndoContactDependencies;
  readonly #cookie: string;

  constructor(deps: UndoContactDependencies) {
    this.#deps = deps;
    this.#cookie = `${deps.secure ? '__Secure-' : ''}vestibule_undo`;
  }

  mount(router: Router): void {
    router.get('/account/undo/:token', (ctx) =>
      this.#take(ctx as unknown as Context, String(ctx.params.token)),
    );
    router.get(HERE, (ctx) => this.#show(ctx as unknown as Context));
    router.post(HERE, (ctx) => this.#submit(ctx as unknown as Context));
    router.get('/account/undone', (ctx) => this.#done(ctx as unknown as Context));
  }

  /** Nothing is looked up and nothing spent: mail scanners and previews open links too. */
  #take(ctx: Context, token: string): void {
    this.#keep(ctx, isUndoToken(token) ? token : null);
    goTo(ctx, HERE);
  }

  async #show(ctx: Context): Promise<void> {
    const token = this.#token(ctx);
    const change = token === undefined ? undefined : await this.#deps.find(token);
    if (!change) return this.#refuse(ctx);
    const { page, csrf } = this.#deps;
    const { channel, oldValue } = change;
    const props = { ...page(ctx), channel, restores: oldValue !== null, csrf: csrf.token(ctx), action: HERE };
    renderPage(ctx, UndoPage(props));
  }

  async #submit(ctx: Context): Promise<void> {
    const form = await readForm(ctx);
    this.#deps.csrf.verify(ctx, form.csrf);
    const token = this.#token(ctx);
    if (token === undefined || !(await this.#deps.undo(ctx, token))) return this.#refuse(ctx);
    this.#keep(ctx, null);
    this.#deps.clearSession(ctx);
    goTo(ctx, '/account/undone');
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
    this.#keep(ctx, null);
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

  #token(ctx: Context): string | undefined {
    const token = ctx.cookies.get(this.#cookie, { signed: true });
    return isUndoToken(token) ? token : undefined;
  }

  #keep(ctx: Context, token: string | null): void {
    const { secure } = this.#deps;
    ctx.cookies.set(this.#cookie, token, {
      path: HERE,
      httpOnly: true,
      sameSite: 'lax',
      secure,
      signed: true,
      overwrite: true,
      ...(token === null ? {} : { maxAge: COOKIE_LIFE }),
    });
  }
}
