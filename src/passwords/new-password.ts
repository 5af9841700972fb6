import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { PasswordHasher } from './hasher.ts';
import { NewPasswordPage, type NewPasswordPageProps } from './pages/new-password.tsx';
import type { Fault, PasswordPolicy, PasswordRules } from './policy.ts';

export interface NewPasswordDependencies {
  readonly policy: Pick<PasswordPolicy, 'rules' | 'check'>;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly accounts: Pick<Accounts, 'practices'>;
}

/** Who chooses a password: it must not be built from any of this. */
export type Chooser = Pick<Account, 'sub' | 'userId' | 'name'>;

/** The step in which somebody chooses a new password. Every page that has one mounts this: one set of rules, one check. */
export class NewPassword {
  readonly #deps: NewPasswordDependencies;

  constructor(deps: NewPasswordDependencies) {
    this.#deps = deps;
  }

  /** What a person is told before typing. */
  get rules(): PasswordRules {
    return this.#deps.policy.rules;
  }

  /**
   * The hash of a password that may be taken; what is wrong with it otherwise.
   * @throws AppError('busy'), AppError('store-away')
   */
  async choose(
    { sub, userId, name }: Chooser,
    password: string,
  ): Promise<{ hash: string } | { fault: Fault }> {
    const { policy, hasher, accounts } = this.#deps;
    const practices = (await accounts.practices(sub)).map((practice) => practice.name);
    const fault = await policy.check(password, { userId, names: [name], practices });
    return fault ? { fault } : { hash: await hasher.hash(password) };
  }

  /** The page that asks for it; it posts `password`. */
  show(ctx: Context, props: Omit<NewPasswordPageProps, 'rules'>): void {
    renderPage(ctx, NewPasswordPage({ ...props, rules: this.rules }));
  }
}
