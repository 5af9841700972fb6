import { clock } from '../clock.ts';

import { SwitchUser } from '../html/form.tsx';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { PasswordChangedPage } from '../passwords/pages/changed.tsx';
import { NewPasswordPage } from '../passwords/pages/new-password.tsx';
import type { About } from '../passwords/personal.ts';
import type { Fault, PasswordRules } from '../passwords/policy.ts';
import type { ProgressStore } from './progress.ts';
import type { SigningIn, Visit } from './visit.ts';

export interface NewPasswordDependencies {
  readonly policy: {
    readonly rules: PasswordRules;
    check(password: string, about: About): Promise<Fault | undefined>;
  };
  readonly hasher: { hash(password: string): Promise<string> };
  /** Stores it and ends what was open before; the moment from which sign-ins count, by the store's clock. */
  readonly change: (ctx: Context, account: string, hash: string) => Promise<Date>;
  readonly practices: (sub: string) => Promise<readonly { readonly name: string }[]>;
  readonly progress: ProgressStore;
}

/** A password that thieves know was right: it lets nobody in before there is another. */
export class NewPasswordStep {
  readonly #deps: NewPasswordDependencies;

  constructor(deps: NewPasswordDependencies) {
    this.#deps = deps;
  }

  show({ ctx, page, person }: Visit, fault?: Fault): void {
    const { rules } = this.#deps.policy;
    const { userId } = person as SigningIn;
    const children = SwitchUser(page);
    renderPage(ctx, NewPasswordPage({ ...page, userId, rules, fault, why: 'guessable', children }));
  }

  async submit(visit: Visit, form: Readonly<Record<string, string>>): Promise<'next' | undefined> {
    // The sign-in form, sent twice: what it holds is the old password.
    if (form.user_id !== undefined || form.password === undefined) return 'next';
    const { policy, hasher, change, practices, progress } = this.#deps;
    const { sub, userId, name } = visit.person as SigningIn;
    const about = { userId, names: [name], practices: (await practices(sub)).map((each) => each.name) };
    const fault = await policy.check(form.password, about);
    if (fault) return void this.show(visit, fault);
    const moment = await change(visit.ctx, sub, await hasher.hash(form.password));
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
