import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { ContactStep } from './contact.ts';
import type { EnrolmentStep } from './enrolment.ts';
import type { Interactions, Login } from './interaction.ts';
import type { NewPasswordStep } from './new-password.ts';
import type { OnSession } from './on-session.ts';
import type { PasswordStep } from './password.ts';
import type { ProgressStore } from './progress.ts';
import type { SecondFactorStep } from './second-factor.ts';
import type { SigningIn, Visit, Visits } from './visit.ts';

export interface SignInDependencies {
  readonly interactions: Interactions;
  readonly visits: Visits;
  readonly progress: ProgressStore;
  readonly attemptPages: AttemptPages;
  readonly password: PasswordStep;
  readonly secondFactor: SecondFactorStep;
  readonly enrolment: EnrolmentStep;
  readonly newPassword: NewPasswordStep;
  readonly contact: ContactStep;
  readonly onSession: OnSession;
  readonly complete: (visit: Visit) => Login;
  /** Hears of each full sign-in. */
  readonly finished: (visit: Visit) => Promise<void>;
}

export class SignIn {
  readonly #deps: SignInDependencies;

  constructor(deps: SignInDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page('/sign-in/:uid', (ctx) => this.#get(ctx, String(ctx.params.uid)));
    router.form('/sign-in/:uid', (ctx, form) => this.#post(ctx, String(ctx.params.uid), form), {
      interaction: (ctx) => String(ctx.params.uid),
      lost: (ctx) => this.#lost(ctx, String(ctx.params.uid)),
    });
  }

  async #get(ctx: Context, uid: string): Promise<void> {
    const { visits, interactions } = this.#deps;
    const visit = await visits.open(ctx, uid);
    if (!visit) return redirect(ctx, await interactions.again(ctx, uid));
    await this.#show(visit);
  }

  /** Cookies were lost since the page was shown: what was typed goes nowhere. */
  async #lost(ctx: Context, uid: string): Promise<boolean> {
    const { interactions } = this.#deps;
    if (await interactions.of(ctx, uid)) return false;
    redirect(ctx, await interactions.again(ctx, uid));
    return true;
  }

  async #post(ctx: Context, uid: string, form: Form): Promise<void> {
    const { visits, interactions } = this.#deps;
    const visit = await visits.open(ctx, uid);
    if (!visit) return redirect(ctx, await interactions.again(ctx, uid));
    if (visit.step === 'done') return redirect(ctx, await interactions.goOn(ctx, visit.interaction));
    if (form.choice === 'switch-user') return redirect(ctx, await this.#switchUser(visit));
    if ((await this.#submit(visit, form)) !== 'next') return;
    const next = await visits.open(ctx, uid);
    // A lock that began during the last step stops the finish. [rule 15]
    if (next?.step === 'finish' && !next.lockedUntil) return redirect(ctx, await this.#finish(next));
    // The next step's page is opened by its address, so that reloading it posts nothing again.
    redirect(ctx, visit.page.action);
  }

  async #show(visit: Visit): Promise<void> {
    const { password, secondFactor, enrolment, newPassword, contact, onSession, attemptPages, interactions } =
      this.#deps;
    const { ctx, step } = visit;
    if (step === 'done') return redirect(ctx, await interactions.goOn(ctx, visit.interaction));
    if (step === 'access-denied' || step === 'continue' || step === 'consent')
      return onSession.show(visit, step);
    if (visit.lockedUntil) return this.#showLocked(visit, visit.lockedUntil);
    switch (step) {
      case 'password':
        return (await attemptPages.isCheckDue(visit, 'password'))
          ? attemptPages.showCheck(visit, 'password')
          : password.open(visit);
      case 'second-factor':
        return secondFactor.show(visit);
      case 'enrol-second-factor':
        return enrolment.show(visit);
      case 'recovery-codes':
        return enrolment.showCodes(visit);
      case 'new-password':
        return newPassword.show(visit);
      case 'contact':
        return contact.show(visit);
      case 'finish':
        return redirect(ctx, await this.#finish(visit));
    }
  }

  /** `next` when the step is done; otherwise its answer is given already. */
  async #submit(visit: Visit, form: Form): Promise<'next' | undefined> {
    const { password, secondFactor, enrolment, newPassword, contact, onSession, attemptPages } = this.#deps;
    const { ctx, step } = visit;
    if (step === 'access-denied' || step === 'continue' || step === 'consent') {
      redirect(ctx, await onSession.answer(visit, step, form.choice));
      return undefined;
    }
    // A lock that began after the last step stops this one. [rule 15]
    if (visit.lockedUntil) {
      await this.#showLocked(visit, visit.lockedUntil);
      return undefined;
    }
    switch (step) {
      case 'password':
        if (form.security_check === undefined) return password.submit(visit, form);
        if (await attemptPages.check(visit, 'password', form)) password.show(visit, { userId: form.user_id });
        return undefined;
      case 'second-factor':
        return secondFactor.submit(visit, form);
      case 'enrol-second-factor':
        return enrolment.submit(visit, form);
      case 'recovery-codes':
        return enrolment.acknowledge(visit, form);
      case 'new-password':
        return newPassword.submit(visit, form);
      case 'contact':
        return contact.submit(visit, form);
      default:
        return 'next';
    }
  }

  #showLocked(visit: Visit, until: Date): Promise<void> {
    const { subject } = visit.person as SigningIn;
    return this.#deps.attemptPages.showBarred(
      visit,
      { verdict: 'locked', until },
      { secret: 'password', subject },
    );
  }

  async #switchUser(visit: Visit): Promise<string> {
    await this.#deps.progress.forget(visit.interaction.uid);
    return this.#deps.onSession.switchUser(visit);
  }

  async #finish(visit: Visit): Promise<string> {
    const { interactions, complete, finished } = this.#deps;
    const address = await interactions.finish(visit.ctx, visit.interaction, complete(visit));
    await finished(visit);
    return address;
  }
}
