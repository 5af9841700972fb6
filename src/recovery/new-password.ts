import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import type { Fault } from '../passwords/policy.ts';
import type { ResetPassword } from '../use-cases/reset-password.ts';
import { Ways } from './pages/ways.tsx';
import type { IdentifiedRequest } from './recovery-request.ts';

export interface NewPasswordStepDependencies {
  readonly newPassword: NewPassword;
  readonly resetPassword: Pick<ResetPassword, 'reset'>;
}

/** Somebody who has proved all that there is to prove chooses a new password. */
export class NewPasswordStep {
  readonly #deps: NewPasswordStepDependencies;

  constructor(deps: NewPasswordStepDependencies) {
    this.#deps = deps;
  }

  show({ ctx, page, person: { userId } }: IdentifiedRequest, fault?: Fault): void {
    const children = Ways(page);
    this.#deps.newPassword.show(ctx, { ...page, userId, fault, why: 'forgotten', children });
  }

  /** `done` when it is changed, `next` when something else comes first. */
  async submit(request: IdentifiedRequest, form: Form): Promise<'done' | 'next' | undefined> {
    const { ctx, app, person, read } = request;
    const { proved, channel, begunAt } = read.reset;
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.password === undefined || !proved) return 'next';
    const { newPassword, resetPassword } = this.#deps;
    const chosen = await newPassword.choose(person, form.password);
    if ('fault' in chosen) return void this.show(request, chosen.fault);
    const reset = { ...proved, channel, begunAt, app };
    return (await resetPassword.reset(reset, chosen.hash, originOf(ctx))) ? 'done' : 'next';
  }
}
