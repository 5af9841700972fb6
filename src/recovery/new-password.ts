import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { NewPasswordPage } from '../passwords/pages/new-password.tsx';
import type { About } from '../passwords/personal.ts';
import type { Fault, PasswordRules } from '../passwords/policy.ts';
import { Ways } from './pages/ways.tsx';
import type { ReadReset } from './resets.ts';
import type { Person, Visit } from './visit.ts';

export interface ResetPasswordDependencies {
  readonly policy: {
    readonly rules: PasswordRules;
    check(password: string, about: About): Promise<Fault | undefined>;
  };
  readonly hasher: { hash(password: string): Promise<string> };
  readonly practices: (sub: string) => Promise<readonly { readonly name: string }[]>;
  /**
   * Stores it, unless the account may not be reset any more by this reset; false then. It spends the reset, and
   * every other of the account: of any number of parallel calls, on any replica, one is true.
   */
  readonly change: (
    ctx: Context,
    reset: ReadReset,
    hash: string,
    app: string | undefined,
  ) => Promise<boolean>;
}

/** Somebody who has proved all that there is to prove chooses a new password. */
export class ResetPasswordStep {
  readonly #deps: ResetPasswordDependencies;

  constructor(deps: ResetPasswordDependencies) {
    this.#deps = deps;
  }

  show({ ctx, page, person }: Visit, fault?: Fault): void {
    const { userId } = person as Person;
    const { rules } = this.#deps.policy;
    const children = Ways(page);
    renderPage(ctx, NewPasswordPage({ ...page, userId, rules, fault, why: 'forgotten', children }));
  }

  /** `done` when it is changed, `next` when something else comes first. */
  async submit(visit: Visit, form: Readonly<Record<string, string>>): Promise<'done' | 'next' | undefined> {
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.password === undefined) return 'next';
    const { policy, hasher, practices, change } = this.#deps;
    const { sub, userId, name } = visit.person as Person;
    const about = { userId, names: [name], practices: (await practices(sub)).map((each) => each.name) };
    const fault = await policy.check(form.password, about);
    if (fault) return void this.show(visit, fault);
    const hash = await hasher.hash(form.password);
    return (await change(visit.ctx, visit.read as ReadReset, hash, visit.app)) ? 'done' : 'next';
  }
}
