import type { AuditEvent, Note, Recorder } from '../audit-events.ts';
import { renderPage } from '../html/render.ts';
import { type Origin, originOf } from '../http/origin.ts';
import { codeFault } from '../http/six-digits.ts';
import type { AttemptPages, Caller } from '../lockout/attempt-pages.ts';
import type { Authenticators } from './authenticators.ts';
import {
  FIELDS,
  type SecondFactorError,
  SecondFactorPage,
  type SecondFactorPageProps,
} from './pages/second-factor.tsx';
import { type RecoveryCodes, recoveryCodeFault } from './recovery-codes.ts';

export interface FactorChallengeDependencies {
  readonly attemptPages: Pick<AttemptPages, 'enter' | 'barred' | 'showBarred'>;
  readonly authenticators: Pick<Authenticators, 'verify'>;
  readonly recoveryCodes: Pick<RecoveryCodes, 'use'>;
  readonly recorder: (origin: Origin) => Recorder;
  readonly append: Note;
}

/** Who is asked for a second factor, and on what page. */
export interface Challenged {
  readonly caller: Caller;
  readonly account: string;
  /** The form of the user ID that locks go by. */
  readonly subject: string;
  readonly app: string | undefined;
  /** Whose tries these are counted as, where not the browser's. */
  readonly device?: string | undefined;
  readonly page: Pick<SecondFactorPageProps, 'at' | 'user' | 'rememberDays' | 'switchUserAction' | 'after'>;
}

/** What the code is of: the authenticator app, or the list of recovery codes. */
type Kind = 'app' | 'recovery';
export type ProvedBy = 'totp' | 'recovery-code';

/**
 * Asks for the code of an authenticator app, or a recovery code in its place: at sign-in and in a reset the same page,
 * the same locks and the same audit rows.
 */
export class FactorChallenge {
  readonly #deps: FactorChallengeDependencies;

  constructor(deps: FactorChallengeDependencies) {
    this.#deps = deps;
  }

  async show(challenged: Challenged): Promise<void> {
    await this.#show(challenged, kindOf(challenged.caller.ctx.query.with));
  }

  /** What proved it; `next` for another page's form; undefined when the answer is given already. */
  async submit(
    challenged: Challenged,
    form: Readonly<Record<string, string>>,
  ): Promise<ProvedBy | 'next' | undefined> {
    const typed = form[FIELDS[challenged.page.at]];
    // Another page's form, sent twice: this step's own page is what comes next.
    if (typed === undefined) return 'next';
    const kind = kindOf(form.with);
    const mistake = kind === 'app' ? codeFault(typed) : recoveryCodeFault(typed);
    // A slip of the fingers is told without costing an attempt.
    if (mistake) return void (await this.#show(challenged, kind, mistake));
    return this.#check(challenged, kind, typed, form.wrong_before === 'yes' ? 'wrong-again' : 'wrong');
  }

  async #show(challenged: Challenged, kind: Kind, error?: SecondFactorError): Promise<void> {
    const { attemptPages } = this.#deps;
    const { caller, subject, device, page } = challenged;
    const tries = { secret: secretOf(kind), subject, device };
    const barred = await attemptPages.barred(caller.ctx, tries);
    if (barred) return attemptPages.showBarred(withOtherWay(caller, kind), barred, tries);
    const otherHref = otherWay(caller, kind);
    renderPage(caller.ctx, SecondFactorPage({ ...caller.page, ...page, with: kind, otherHref, error }));
  }

  async #check(
    challenged: Challenged,
    kind: Kind,
    code: string,
    wrong: SecondFactorError,
  ): Promise<ProvedBy | undefined> {
    const { attemptPages, append } = this.#deps;
    const { caller, subject, account, app, device } = challenged;
    const secret = secretOf(kind);
    const tried = { error: 'second-factor.wrong' } as const;
    const typed = { subject, account, app, device };
    const attempt = await attemptPages.enter(withOtherWay(caller, kind), secret, typed, tried);
    if (!attempt) return undefined;
    const origin = originOf(caller.ctx);
    if (await attempt.verify(() => this.#isRight(kind, account, code, origin))) {
      await attempt.succeed();
      return secret;
    }
    const failed: AuditEvent = { event: 'factor.failed', outcome: 'failure', reason: secret, account, app };
    await append(failed, origin);
    return (await attempt.fail()) ? undefined : void (await this.#show(challenged, kind, wrong));
  }

  async #isRight(kind: Kind, account: string, code: string, origin: Origin): Promise<boolean> {
    const { authenticators, recoveryCodes, recorder } = this.#deps;
    const used =
      kind === 'app'
        ? await authenticators.verify(account, code)
        : await recoveryCodes.use(account, code, recorder(origin));
    return used !== undefined;
  }
}

function kindOf(value: unknown): Kind {
  return value === 'recovery' ? 'recovery' : 'app';
}

function secretOf(kind: Kind): ProvedBy {
  return kind === 'app' ? 'totp' : 'recovery-code';
}

/** The page for the other kind of code. */
function otherWay({ page: { action } }: Caller, kind: Kind): string {
  return kind === 'app' ? `${action}${action.includes('?') ? '&' : '?'}with=recovery` : action;
}

/** The page that says one kind of code is locked offers the other. */
function withOtherWay(caller: Caller, kind: Kind): Caller {
  const words = kind === 'app' ? 'locked.use-recovery-code' : 'locked.use-app';
  return { ...caller, page: { ...caller.page, instead: { words, href: otherWay(caller, kind) } } };
}
