import { clock } from '../clock.ts';
import { SwitchUser } from '../html/form.tsx';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { NewPassword } from '../passwords/new-password.ts';
import { PasswordChangedPage } from '../passwords/pages/changed.tsx';
import type { Fault } from '../passwords/policy.ts';
import type { ProgressStore } from './progress.ts';
import type { SigningIn, Visit } from './visit.ts';

export interface NewPasswordDependencies {
  readonly newPassword: NewPassword;
  /** Stores it and ends what was open before; the moment from which sign-ins count, by the store's clock. */
  readonly change: (ctx: Context, account: string, hash: string) => Promise<Date>;
  readonly progress: ProgressStore;
}

/** A password that thieves know was right: it lets nobody in before there is another. */
export class NewPasswordStep {
  readonly #deps: NewPasswordDependencies;

  constructor(deps: NewPasswordDependencies) {
    this.#deps = deps;
  }

  show({ ctx, page, person }: Visit, fault?: Fault): void {
    const { userId } = person as SigningIn;
    const children = SwitchUser(page);
    this.#deps.newPassword.show(ctx, { ...page, userId, fault, why: 'guessable', children });
  }

  async submit(visit: Visit, form: Readonly<Record<string, string>>): Promise<'next' | undefined> {
    // The sign-in form, sent twice: what it holds is the old password.
    if (form.user_id !== undefined || form.password === undefined) return 'next';
    const { newPassword, change, progress } = this.#deps;
    const person = visit.person as SigningIn;
    const chosen = await newPassword.choose(person, form.password);
    if ('fault' in chosen) return void this.show(visit, chosen.fault);
    const moment = await change(visit.ctx, person.sub, chosen.hash);
    if (!visit.progress) return 'next';
    const { mustChange: _changed, ...kept } = visit.progress;
    const provedAt = Math.max(clock.now(), moment.getTime());
    try {
      await progress.write(visit.interaction.uid, visit.read, { ...kept, provedAt });
      return 'next';
    } catch (err) {
      // It is changed: an error page would say otherwise. The way on is this sign-in, with the new password.
      visit.ctx.state.log.warn({ err }, 'a sign-in cannot go on after its password was changed');
      renderPage(visit.ctx, PasswordChangedPage({ ...visit.page, signIn: visit.page.action }));
      return undefined;
    }
  }
}
