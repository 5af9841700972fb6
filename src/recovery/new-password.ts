import type { Context } from '../http/context.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import type { Fault } from '../passwords/policy.ts';
import { Ways } from './pages/ways.tsx';
import type { ReadReset } from './resets.ts';
import type { Person, Visit } from './visit.ts';

export interface ResetPasswordDependencies {
  readonly newPassword: NewPassword;
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
    const children = Ways(page);
    this.#deps.newPassword.show(ctx, { ...page, userId, fault, why: 'forgotten', children });
  }

  /** `done` when it is changed, `next` when something else comes first. */
  async submit(visit: Visit, form: Readonly<Record<string, string>>): Promise<'done' | 'next' | undefined> {
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.password === undefined) return 'next';
    const { newPassword, change } = this.#deps;
    const chosen = await newPassword.choose(visit.person as Person, form.password);
    if ('fault' in chosen) return void this.show(visit, chosen.fault);
    return (await change(visit.ctx, visit.read as ReadReset, chosen.hash, visit.app)) ? 'done' : 'next';
  }
}
