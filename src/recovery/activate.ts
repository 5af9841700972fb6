/**
 * Ways to an account that need no password: activation, and later forgotten passwords and user IDs. The link's
 * token is a password too, so it leaves the address at once for a cookie that only these pages get.
 */

import type { VNode } from 'preact';
import { UserIdTaken } from '../accounts/accounts.ts';
import { type Activations, type Invited, isActivationToken } from '../accounts/activations.ts';
import type { Change } from '../accounts/changes.ts';
import { foldUserId, typedUserId, userIdFault } from '../accounts/user-id.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { Form } from '../http/forms.ts';
import { LinkCookie } from '../http/link-cookie.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { Allowance } from '../lockout/allowances.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import type { AttemptPages, Caller } from '../lockout/attempt-pages.ts';
import { ACTORS } from '../names.ts';
import type { About } from '../passwords/personal.ts';
import type { Fault, PasswordRules } from '../passwords/policy.ts';
import type { Transaction } from '../postgres/database.ts';
import type { Origin } from '../sessions/ledger.ts';
import { type ActivateFaults, ActivatePage } from './pages/activate.tsx';
import { ActivatedPage } from './pages/activated.tsx';
import { LinkDeadPage } from './pages/link-dead.tsx';

interface Chosen {
  readonly userId: string;
  readonly password: string;
}

export interface ActivationDependencies {
  readonly activations: Activations;
  readonly append: (tx: Transaction, change: Change, origin: Origin) => Promise<void>;
  readonly limiter: Pick<AttemptLimiter, 'open'>;
  readonly hasher: { hash(password: string): Promise<string> };
  readonly policy: {
    readonly rules: PasswordRules;
    check(password: string, about: About): Promise<Fault | undefined>;
  };
  /** The practices that an account works for. */
  readonly practices: (sub: string) => Promise<readonly { readonly name: string }[]>;
  readonly csrf: Csrf;
  readonly attemptPages: Pick<AttemptPages, 'admit' | 'check'>;
  /** How often one link may be tried. */
  readonly allowance: Allowance;
  readonly page: (ctx: Context) => PageProps;
  /** Whether the issuer is https. */
  readonly secure: boolean;
  /** Where a person signs in as themselves, whoever else is signed in in this browser. */
  readonly signIn: string;
}

const USER_ID_FAULTS = {
  malformed: 'activate.user-id-wrong',
  reserved: 'activate.user-id-reserved',
} as const;

/** As long as people may take over the form, ms; the link's own life is what counts. */
const COOKIE_LIFE = 3600 * 1000;

export class Activation {
  readonly #deps: ActivationDependencies;
  readonly #cookie: LinkCookie;

  constructor(deps: ActivationDependencies) {
    this.#deps = deps;
    this.#cookie = new LinkCookie({
      name: 'activation',
      path: '/activate',
      life: COOKIE_LIFE,
      secure: deps.secure,
      isToken: isActivationToken,
    });
  }

  mount(router: Router): void {
    router.page('/activate/:token', (ctx) => this.#take(ctx, String(ctx.params.token)));
    router.page('/activate', (ctx) => this.#show(ctx));
    router.form('/activate', (ctx, form) => this.#submit(ctx, form));
    router.page('/activated', (ctx) => {
      const { page, signIn } = this.#deps;
      render(ctx, ActivatedPage({ ...page(ctx), signIn }));
    });
  }

  /** Nothing is looked up and nothing spent: mail scanners and previews open links too. */
  #take(ctx: Context, token: string): void {
    this.#cookie.keep(ctx, token);
    redirect(ctx, '/activate');
  }

  async #show(ctx: Context): Promise<void> {
    const invited = await this.#invited(ctx);
    if (!invited) return this.#refuse(ctx);
    this.#form(ctx, invited, { userId: invited.userId });
  }

  async #submit(ctx: Context, form: Form): Promise<void> {
    const invited = await this.#invited(ctx);
    if (!invited) return this.#refuse(ctx);
    const shown = { userId: typedUserId(form.user_id ?? '') };
    if (form.security_check !== undefined) {
      if (await this.#deps.attemptPages.check(this.#caller(ctx), 'sent-code', form))
        this.#form(ctx, invited, shown);
      return;
    }
    if (!(await this.#admitted(ctx))) return;
    const chosen = { ...shown, password: form.password ?? '' };
    const faults = await this.#faultsIn(chosen, invited);
    if (faults) return this.#form(ctx, invited, { userId: chosen.userId, ...faults });
    const done = await this.#redeem(ctx, invited, chosen);
    if (done === 'taken') {
      return this.#form(ctx, invited, { userId: chosen.userId, userIdFault: 'activate.user-id-taken' });
    }
    if (!done) return this.#refuse(ctx);
    this.#cookie.forget(ctx);
    redirect(ctx, '/activated');
  }

  /** Whoever has a link could ask which user IDs are taken, as often as they liked. */
  #admitted(ctx: Context): Promise<boolean> {
    const { attemptPages, allowance } = this.#deps;
    const spender = `activation ${this.#cookie.token(ctx)}`;
    return attemptPages.admit(
      this.#caller(ctx),
      allowance,
      { secret: 'sent-code', subject: '' },
      { spender },
    );
  }

  /** What the page of a security check is given. */
  #caller(ctx: Context): Caller {
    const { page, csrf, signIn } = this.#deps;
    const token = csrf.token(ctx);
    return {
      ctx,
      binding: String(csrf.browserId(ctx)),
      page: { ...page(ctx), action: '/activate', csrf: token, signIn },
    };
  }

  /** The account's sub; 'taken' when somebody was quicker with the user ID, undefined when with the link. */
  async #redeem(ctx: Context, { sub }: Invited, { userId, password }: Chosen): Promise<string | undefined> {
    const { activations, append, limiter, hasher } = this.#deps;
    const passwordHash = await hasher.hash(password);
    const origin = originOf(ctx);
    const record = async (tx: Transaction, change: Change) => {
      await append(tx, change, origin);
      // Strangers may have failed at this name before anybody had it.
      await limiter.open(tx, foldUserId(userId), { actor: ACTORS.recovery, account: sub, origin });
    };
    try {
      return await activations.redeem(String(this.#cookie.token(ctx)), { userId, passwordHash }, record);
    } catch (error) {
      if (error instanceof UserIdTaken) return 'taken';
      throw error;
    }
  }

  async #faultsIn({ userId, password }: Chosen, invited: Invited): Promise<ActivateFaults | undefined> {
    const { activations, policy, practices } = this.#deps;
    if (!userId) return { userIdFault: 'activate.user-id-missing' };
    const fault = userIdFault(userId);
    if (fault) return { userIdFault: USER_ID_FAULTS[fault] };
    if (await activations.isTaken(userId, invited.sub)) return { userIdFault: 'activate.user-id-taken' };
    const passwordFault = await policy.check(password, {
      userId,
      names: [invited.name],
      practices: (await practices(invited.sub)).map(({ name }) => name),
    });
    return passwordFault && { passwordFault };
  }

  #form(ctx: Context, { name }: Invited, shown: { userId: string } & ActivateFaults): void {
    const { page, csrf, policy } = this.#deps;
    const props = { ...page(ctx), ...shown, userName: name, rules: policy.rules, csrf: csrf.token(ctx) };
    render(ctx, ActivatePage(props));
  }

  /** The same for unknown, used and expired links: it tells nobody which accounts there are. */
  #refuse(ctx: Context): void {
    this.#cookie.forget(ctx);
    const { page, signIn } = this.#deps;
    render(ctx, LinkDeadPage({ ...page(ctx), signIn, of: 'activation' }), 410);
  }

  async #invited(ctx: Context): Promise<Invited | undefined> {
    const token = this.#cookie.token(ctx);
    return token === undefined ? undefined : this.#deps.activations.find(token);
  }
}

function render(ctx: Context, page: VNode, status = 200): void {
  renderPage(ctx, page, { status });
}
