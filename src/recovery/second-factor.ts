import type { Note, Recorder } from '../audit-events.ts';
import type { SecondFactorError } from '../factors/pages/second-factor.tsx';
import { recoveryCodeFault } from '../factors/recovery-codes.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { codeFault } from '../http/six-digits.ts';
import { type AttemptPages, type Caller, MAILBOX } from '../lockout/attempt-pages.ts';
import { FactorPage } from './pages/second-factor.tsx';
import type { ReadReset, Resets } from './resets.ts';
import { addressOf, type Person, type Visit } from './visit.ts';

export interface FactorStepDependencies {
  readonly attemptPages: AttemptPages;
  readonly resets: Resets;
  readonly authenticators: { verify(account: string, code: string): Promise<object | undefined> };
  readonly recoveryCodes: {
    use(account: string, typed: string, record: Recorder): Promise<object | undefined>;
  };
  readonly recorder: (ctx: Context) => Recorder;
  readonly append: Note;
  readonly fold: (userId: string) => string;
}

type Form = Readonly<Record<string, string>>;
type Kind = 'app' | 'recovery';

/** The account's second factor, or a recovery code. A remembered device does not stand for it here. */
export class FactorStep {
  readonly #deps: FactorStepDependencies;

  constructor(deps: FactorStepDependencies) {
    this.#deps = deps;
  }

  async show(visit: Visit, kind = kindOf(visit.ctx.query.with), error?: SecondFactorError): Promise<void> {
    const { attemptPages, fold } = this.#deps;
    const { ctx, page } = visit;
    const { userId } = visit.person as Person;
    const tries = { secret: secretOf(kind), subject: fold(userId), device: deviceOf(visit) };
    const barred = await attemptPages.barred(ctx, tries);
    if (barred) return attemptPages.showBarred(callerOf(visit, kind), barred, tries);
    renderPage(ctx, FactorPage({ ...page, userId, with: kind, otherHref: otherWay(visit, kind), error }));
  }

  async submit(visit: Visit, form: Form): Promise<'next' | undefined> {
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.second_factor === undefined) return 'next';
    const kind = kindOf(form.with);
    const mistake = kind === 'app' ? codeFault(form.second_factor) : recoveryCodeFault(form.second_factor);
    // Told without a try, which it does not cost.
    if (mistake) return void (await this.show(visit, kind, mistake));
    const again = form.wrong_before === 'yes';
    return this.#check(visit, kind, form.second_factor, again ? 'wrong-again' : 'wrong');
  }

  async #check(
    visit: Visit,
    kind: Kind,
    code: string,
    wrong: SecondFactorError,
  ): Promise<'next' | undefined> {
    const { attemptPages, resets, fold, append } = this.#deps;
    const { ctx, app } = visit;
    const { sub: account, userId } = visit.person as Person;
    const secret = secretOf(kind);
    const typed = { subject: fold(userId), account, app, device: deviceOf(visit) };
    const tried = { error: 'second-factor.wrong' } as const;
    const entry = await attemptPages.enter(callerOf(visit, kind), secret, typed, tried);
    if (!entry) return undefined;
    if (await entry.verify(() => this.#isRight(ctx, kind, account, code))) {
      await entry.succeed();
      const read = visit.read as ReadReset;
      await resets.write(read, { ...read.reset, factor: secret });
      return 'next';
    }
    const failed = { event: 'factor.failed', outcome: 'failure', reason: secret, account } as const;
    await append({ ...failed, ...(app === undefined ? {} : { app }) }, originOf(ctx));
    return (await entry.fail()) ? undefined : void (await this.show(visit, kind, wrong));
  }

  async #isRight(ctx: Context, kind: Kind, account: string, code: string): Promise<boolean> {
    const { authenticators, recoveryCodes, recorder } = this.#deps;
    const used =
      kind === 'app'
        ? await authenticators.verify(account, code)
        : await recoveryCodes.use(account, code, recorder(ctx));
    return used !== undefined;
  }
}

function kindOf(value: unknown): Kind {
  return value === 'recovery' ? 'recovery' : 'app';
}

function secretOf(kind: Kind): 'totp' | 'recovery-code' {
  return kind === 'app' ? 'totp' : 'recovery-code';
}

/** Whoever knows the password and fails here has not got the mailbox: their failures lock no mailed link. [rule 37] */
function deviceOf({ read }: Visit): string | undefined {
  return read?.reset.proved?.by === 'link' ? MAILBOX : undefined;
}

/** The page for the other kind of code. */
function otherWay({ app }: Visit, kind: Kind): string {
  const here = addressOf('/recover/password', app);
  return kind === 'app' ? `${here}${app === undefined ? '?' : '&'}with=recovery` : here;
}

/** A lock of one kind of code says that the other is taken. */
function callerOf(visit: Visit, kind: Kind): Caller {
  const words = kind === 'app' ? 'locked.use-recovery-code' : 'locked.use-app';
  return { ...visit, page: { ...visit.page, instead: { words, href: otherWay(visit, kind) } } };
}
