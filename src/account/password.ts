import type { Note } from '../audit-events.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { SessionAttempts } from '../lockout/session-attempts.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import { PasswordChangedPage } from '../passwords/pages/new-password.tsx';
import type { Fault } from '../passwords/policy.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { SessionList } from '../sessions/session-list.ts';
import type { ChangePassword } from '../use-cases/change-password.ts';
import { ACCOUNT_PAGES, type Access, type Owner } from './access.ts';
import type { PagePropsOf } from './page-props.tsx';
import { AccountPasswordPage } from './pages/password.tsx';

export interface AccountPasswordDependencies {
  readonly access: Access;
  readonly attempts: Pick<SessionAttempts, 'judge'>;
  readonly propsOf: PagePropsOf;
  readonly page: (ctx: Context) => PageProps;
  readonly newPassword: Pick<NewPassword, 'rules' | 'choose'>;
  readonly hasher: Pick<PasswordHasher, 'verify'>;
  readonly list: Pick<SessionList, 'openOfAccount'>;
  readonly append: Note;
  readonly changePassword: Pick<ChangePassword, 'change'>;
  readonly cookie: Pick<SessionCookie, 'clear'>;
}

interface Shown {
  readonly error?: 'current-missing' | 'current-wrong';
  readonly fault?: Fault;
}

const HERE = '/account/password';
const DONE = '/account/password/changed';

/** A new password for a person who knows the current one. It ends every session, this one too. [ASVS 6.2.3, 7.4.3] */
export class AccountPassword {
  readonly #deps: AccountPasswordDependencies;

  constructor(deps: AccountPasswordDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
    router.page(DONE, (ctx) => this.#done(ctx));
  }

  async #get(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.owner(ctx, HERE);
    if (owner) await this.#show(ctx, owner);
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const owner = await this.#deps.access.owner(ctx, HERE);
    if (!owner) return;
    const current = form.current_password ?? '';
    if (!current) return this.#show(ctx, owner, { error: 'current-missing' });
    const proved = await this.#prove(ctx, owner, current);
    if (proved === undefined) return;
    await this.#change(ctx, owner, proved, form);
  }

  /** The hash that the current password was right for; undefined when the answer is given already. */
  async #prove(ctx: Context, owner: Owner, password: string): Promise<string | undefined> {
    const { attempts, hasher, append } = this.#deps;
    const { passwordHash: held } = owner.account;
    const verify = async () => ((await hasher.verify(held, password)) ? (held ?? undefined) : undefined);
    const event = { event: 'sign-in.failed', outcome: 'failure', reason: 'wrong-password' } as const;
    const failed = () => append({ ...event, account: owner.sub, app: ACCOUNT_PAGES }, originOf(ctx));
    const tried = { secret: 'password', password, here: HERE, failed } as const;
    const judged = await attempts.judge(ctx, owner, tried, verify);
    if (typeof judged === 'object') return judged.right;
    if (judged === 'wrong') await this.#show(ctx, owner, { error: 'current-wrong' });
    return undefined;
  }

  async #change(ctx: Context, owner: Owner, proved: string, form: Form): Promise<void> {
    const { newPassword, changePassword, cookie } = this.#deps;
    const chosen = await newPassword.choose(owner, form.password ?? '');
    if ('fault' in chosen) return this.#show(ctx, owner, chosen);
    const change = { proved, hash: chosen.hash };
    if (!(await changePassword.change(owner.sub, change, originOf(ctx)))) return redirect(ctx, HERE);
    cookie.clear(ctx);
    redirect(ctx, DONE);
  }

  async #show(ctx: Context, owner: Owner, shown: Shown = {}): Promise<void> {
    const { propsOf, newPassword, list } = this.#deps;
    const { sessions } = await list.openOfAccount(owner.sub);
    const props = { ...propsOf(ctx, owner, HERE), ...shown, sessions, userId: owner.userId };
    renderPage(ctx, AccountPasswordPage({ ...props, rules: newPassword.rules }));
  }

  #done(ctx: Context): void {
    const { page, access } = this.#deps;
    const signIn = access.signIn('/account', { prompt: 'login' });
    renderPage(ctx, PasswordChangedPage({ ...page(ctx), signIn }));
  }
}
