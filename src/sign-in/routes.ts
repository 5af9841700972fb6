import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { DeviceCookie } from '../lockout/device-cookie.ts';
import type { Interactions } from '../sessions/interaction.ts';
import type { TellOfDevice } from '../use-cases/tell-of-device.ts';
import type { ContactStep } from './contact.ts';
import type { EnrolmentStep } from './enrolment.ts';
import type { SessionStep } from './flow.ts';
import type { NewPasswordStep } from './new-password.ts';
import type { OnSession } from './on-session.ts';
import type { PasswordStep } from './password.ts';
import { completedLogin, type Levels, type ProgressStore } from './progress.ts';
import type { SecondFactorStep } from './second-factor.ts';
import type { IdentifiedRequest, SignInRequest, SignInRequests } from './sign-in-request.ts';

export interface SignInDependencies {
  readonly interactions: Interactions;
  readonly requests: SignInRequests;
  readonly progress: ProgressStore;
  readonly attemptPages: AttemptPages;
  readonly password: PasswordStep;
  readonly secondFactor: SecondFactorStep;
  readonly enrolment: EnrolmentStep;
  readonly newPassword: NewPasswordStep;
  readonly contact: ContactStep;
  readonly onSession: OnSession;
  readonly levels: Levels;
  readonly device: Pick<DeviceCookie, 'keep' | 'knows'>;
  /** Left out where people are not told of new devices. */
  readonly tellOfDevice: Pick<TellOfDevice, 'of'> | undefined;
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
    const { requests, interactions } = this.#deps;
    const request = await requests.open(ctx, uid);
    if (!request) return redirect(ctx, await interactions.again(ctx, uid));
    await this.#show(request);
  }

  /** Cookies were lost since the page was shown: what was typed goes nowhere. */
  async #lost(ctx: Context, uid: string): Promise<boolean> {
    const { interactions } = this.#deps;
    if (await interactions.of(ctx, uid)) return false;
    redirect(ctx, await interactions.again(ctx, uid));
    return true;
  }

  async #post(ctx: Context, uid: string, form: Form): Promise<void> {
    const { requests, interactions } = this.#deps;
    const request = await requests.open(ctx, uid);
    if (!request) return redirect(ctx, await interactions.again(ctx, uid));
    if (request.step === 'done') return redirect(ctx, await interactions.goOn(ctx, request.interaction));
    if (form.choice === 'switch-user') return redirect(ctx, await this.#switchUser(request));
    if ((await this.#submit(request, form)) !== 'next') return;
    const next = await requests.open(ctx, uid);
    // A lock that began during the last step stops the finish. [rule 15]
    if (next?.step === 'finish' && !next.locked) return redirect(ctx, await this.#finish(next));
    // The next step's page is opened by its address, so that reloading it posts nothing again.
    redirect(ctx, request.page.action);
  }

  async #show(request: SignInRequest): Promise<void> {
    const { password, secondFactor, enrolment, newPassword, contact, onSession, attemptPages, interactions } =
      this.#deps;
    const { ctx } = request;
    if (request.step === 'done') return redirect(ctx, await interactions.goOn(ctx, request.interaction));
    if (isOnSession(request.step)) return onSession.show(request, request.step);
    if (request.locked) return this.#showLocked(request, request.locked);
    switch (request.step) {
      case 'password':
        return (await attemptPages.isCheckDue(request, 'password'))
          ? attemptPages.showCheck(request, 'password')
          : password.open(request);
      case 'second-factor':
        return secondFactor.show(request);
      case 'enrol-second-factor':
        return enrolment.show(request);
      case 'recovery-codes':
        return enrolment.showCodes(request);
      case 'new-password':
        return newPassword.show(request);
      case 'contact':
        return contact.show(request);
      case 'finish':
        return redirect(ctx, await this.#finish(request));
    }
  }

  /** `next` when the step is done; otherwise its answer is given already. */
  async #submit(request: SignInRequest, form: Form): Promise<'next' | undefined> {
    const { password, secondFactor, enrolment, newPassword, contact, onSession, attemptPages } = this.#deps;
    const { ctx } = request;
    if (isOnSession(request.step)) {
      redirect(ctx, await onSession.answer(request, request.step, form.choice));
      return undefined;
    }
    // A lock that began after the last step stops this one. [rule 15]
    if (request.locked) {
      await this.#showLocked(request, request.locked);
      return undefined;
    }
    switch (request.step) {
      case 'password':
        if (form.security_check === undefined) return password.submit(request, form);
        if (await attemptPages.check(request, 'password', form))
          password.show(request, { userId: form.user_id });
        return undefined;
      case 'second-factor':
        return secondFactor.submit(request, form);
      case 'enrol-second-factor':
        return enrolment.submit(request, form);
      case 'recovery-codes':
        return enrolment.acknowledge(request, form);
      case 'new-password':
        return newPassword.submit(request, form);
      case 'contact':
        return contact.submit(request, form);
      default:
        return 'next';
    }
  }

  #showLocked(
    request: SignInRequest,
    { until, subject }: NonNullable<SignInRequest['locked']>,
  ): Promise<void> {
    const barred = { verdict: 'locked', until } as const;
    return this.#deps.attemptPages.showBarred(request, barred, { secret: 'password', subject });
  }

  async #switchUser(request: SignInRequest): Promise<string> {
    await this.#deps.progress.forget(request.interaction.uid);
    return this.#deps.onSession.switchUser(request);
  }

  async #finish(request: IdentifiedRequest): Promise<string> {
    const { interactions, levels } = this.#deps;
    const login = completedLogin(request, levels);
    const address = await interactions.finish(request.ctx, request.interaction, login);
    await this.#noteDevice(request);
    return address;
  }

  async #noteDevice({ ctx, person: { sub, subject }, isPublic, session }: IdentifiedRequest): Promise<void> {
    const { device, tellOfDevice } = this.#deps;
    const goesOn = session?.login.accountId === sub;
    if (!goesOn && device.knows(ctx, subject) === undefined) {
      await tellOfDevice?.of(sub, { userAgent: ctx.get('user-agent'), address: ctx.state.address });
    }
    // From now on a stranger's failures do not lock this person out in this browser. [rule 3]
    if (!isPublic) device.keep(ctx, subject);
  }
}

function isOnSession(step: SignInRequest['step']): step is SessionStep {
  return step === 'access-denied' || step === 'continue' || step === 'consent';
}
