import { clock } from '../clock.ts';
import { SwitchUser } from '../html/form.tsx';
import { renderPage } from '../html/render.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import { PasswordChangedPage } from '../passwords/pages/new-password.tsx';
import type { Fault } from '../passwords/policy.ts';
import type { ReplaceForcedPassword } from '../use-cases/replace-forced-password.ts';
import type { ProgressStore } from './progress.ts';
import type { IdentifiedRequest } from './sign-in-request.ts';

export interface NewPasswordStepDependencies {
  readonly newPassword: NewPassword;
  readonly replacePassword: Pick<ReplaceForcedPassword, 'replace'>;
  readonly progress: ProgressStore;
}

/** A password that thieves know was right: it lets nobody in before there is another. */
export class NewPasswordStep {
  readonly #deps: NewPasswordStepDependencies;

  constructor(deps: NewPasswordStepDependencies) {
    this.#deps = deps;
  }

  show({ ctx, page, person: { userId } }: IdentifiedRequest, fault?: Fault): void {
    const children = SwitchUser(page);
    this.#deps.newPassword.show(ctx, { ...page, userId, fault, why: 'guessable', children });
  }

  async submit(request: IdentifiedRequest, form: Form): Promise<'next' | undefined> {
    // The sign-in form, sent twice: what it holds is the old password.
    if (form.user_id !== undefined || form.password === undefined) return 'next';
    const { newPassword, replacePassword, progress } = this.#deps;
    const { ctx, interaction, read, person, page } = request;
    const chosen = await newPassword.choose(person, form.password);
    if ('fault' in chosen) return void this.show(request, chosen.fault);
    const moment = await replacePassword.replace(person.sub, chosen.hash, originOf(ctx));
    if (!request.progress) return 'next';
    const { mustChange: _changed, ...kept } = request.progress;
    const provedAt = Math.max(clock.now(), moment.getTime());
    try {
      await progress.write(interaction.uid, read, { ...kept, provedAt });
      return 'next';
    } catch (err) {
      // It is changed: an error page would say otherwise. The way on is this sign-in, with the new password. [rule 40]
      ctx.state.log.warn({ err }, 'a sign-in cannot go on after its password was changed');
      renderPage(ctx, PasswordChangedPage({ ...page, signIn: page.action }));
      return undefined;
    }
  }
}
