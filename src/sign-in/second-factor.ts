import type { Note, Recorder } from '../audit-events.ts';
import { type SecondFactorError, SecondFactorPage } from '../factors/pages/second-factor.tsx';
import { recoveryCodeFault } from '../factors/recovery-codes.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { codeFault } from '../http/six-digits.ts';
import type { AttemptPages, Caller } from '../lockout/attempt-pages.ts';
import { factorProved, type ProgressStore } from './progress.ts';
import type { SigningIn, Visit } from './visit.ts';

export interface SecondFactorDependencies {
  readonly attemptPages: AttemptPages;
  readonly progress: ProgressStore;
  readonly browserOf: (ctx: Context) => string | undefined;
  readonly authenticators: { verify(account: string, code: string): Promise<object | undefined> };
  readonly recoveryCodes: {
    use(account: string, typed: string, record: Recorder): Promise<object | undefined>;
  };
  readonly recorder: (ctx: Context) => Recorder;
  readonly append: Note;
  /** Lets this browser stand for the second factor from now on. */
  readonly rememberDevice: (ctx: Context, person: SigningIn) => Promise<void>;
  /** Seconds that a device is remembered; 0: never. */
  readonly deviceLife: number;
}

type Form = Readonly<Record<string, string>>;
type Kind = 'app' | 'recovery';

const DAY = 24 * 3600;

/** The code of an authenticator app, or a recovery code in its place. */
export class SecondFactorStep {
  readonly #deps: SecondFactorDependencies;

  constructor(deps: SecondFactorDependencies) {
    this.#deps = deps;
  }

  async show(visit: Visit, kind = kindOf(visit.ctx.query.with), error?: SecondFactorError): Promise<void> {
    const { attemptPages, deviceLife } = this.#deps;
    const { ctx, page } = visit;
    const { name: userName, subject } = visit.person as SigningIn;
    const secret = secretOf(kind);
    const barred = await attemptPages.barred(ctx, { secret, subject });
    if (barred) return attemptPages.showBarred(callerOf(visit, kind), barred, { secret, subject });
    renderPage(
      ctx,
      SecondFactorPage({
        ...page,
        userName,
        with: kind,
        error,
        otherHref: otherWay(visit, kind),
        rememberDays: this.#mayRemember(visit) ? Math.max(1, Math.floor(deviceLife / DAY)) : undefined,
        switchUserAction: page.action,
      }),
    );
  }

  async submit(visit: Visit, form: Form): Promise<'next' | undefined> {
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.code === undefined) return 'next';
    const kind = kindOf(form.with);
    const mistake = kind === 'app' ? codeFault(form.code) : recoveryCodeFault(form.code);
    // Told without a try, which it does not cost.
    if (mistake) return void (await this.show(visit, kind, mistake));
    return this.#check(visit, kind, form);
  }

  async #check(visit: Visit, kind: Kind, form: Form): Promise<'next' | undefined> {
    const { attemptPages, append } = this.#deps;
    const person = visit.person as SigningIn;
    const { subject, sub: account } = person;
    const app = visit.interaction.clientId;
    const secret = secretOf(kind);
    const tried = { error: 'second-factor.wrong' } as const;
    const attempt = await attemptPages.enter(callerOf(visit, kind), secret, { subject, account, app }, tried);
    if (!attempt) return undefined;
    if (await attempt.verify(() => this.#isRight(visit.ctx, kind, account, String(form.code)))) {
      await attempt.succeed();
      if (form.remember_device === 'yes' && this.#mayRemember(visit)) {
        await this.#deps.rememberDevice(visit.ctx, person);
      }
      return this.#goOn(visit, account, kind);
    }
    await append(
      { event: 'factor.failed', outcome: 'failure', reason: secret, account, app },
      originOf(visit.ctx),
    );
    if (await attempt.fail()) return undefined;
    return void (await this.show(visit, kind, form.wrong_before === 'yes' ? 'wrong-again' : 'wrong'));
  }

  async #isRight(ctx: Context, kind: Kind, account: string, code: string): Promise<boolean> {
    const { authenticators, recoveryCodes, recorder } = this.#deps;
    const used =
      kind === 'app'
        ? await authenticators.verify(account, code)
        : await recoveryCodes.use(account, code, recorder(ctx));
    return used !== undefined;
  }

  /** Neither on a shared computer nor for an app that wants a code each time. */
  #mayRemember({ interaction, isPublic }: Visit): boolean {
    return this.#deps.deviceLife > 0 && interaction.factor !== 'proved' && !isPublic;
  }

  async #goOn({ ctx, interaction, read, progress }: Visit, account: string, kind: Kind) {
    const { progress: store, browserOf } = this.#deps;
    const proved = factorProved(
      progress,
      kind === 'app' ? 'otp' : 'recovery-code',
      account,
      String(browserOf(ctx)),
    );
    await store.write(interaction.uid, read, proved);
    return 'next' as const;
  }
}

function kindOf(value: unknown): Kind {
  return value === 'recovery' ? 'recovery' : 'app';
}

function secretOf(kind: Kind): 'totp' | 'recovery-code' {
  return kind === 'app' ? 'totp' : 'recovery-code';
}

/** The page for the other kind of code. */
function otherWay({ page }: Visit, kind: Kind): string {
  return `${page.action}${kind === 'app' ? '&with=recovery' : ''}`;
}

/** A lock of one kind of code says that the other is taken. */
function callerOf(visit: Visit, kind: Kind): Caller {
  const words = kind === 'app' ? 'locked.use-recovery-code' : 'locked.use-app';
  return { ...visit, page: { ...visit.page, instead: { words, href: otherWay(visit, kind) } } };
}
