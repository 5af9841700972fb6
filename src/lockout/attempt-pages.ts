import { AppError } from '../errors.ts';
import type { MessageId } from '../html/messages.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { type Origin, originOf } from '../http/origin.ts';
import type { Allowance, Allowances, Spender } from './allowances.ts';
import { AT_THE_FRONT } from './attempt.ts';
import type { AttemptLimiter, AttemptToken, Barred, Guess, LockState, Secret } from './attempt-limiter.ts';
import type { DeviceCookie } from './device-cookie.ts';
import { answerLocked } from './locked-answer.ts';
import type { Instead } from './pages/locked.tsx';
import { SecurityCheckPage } from './pages/security-check.tsx';
import type { SecurityCheck } from './security-check.ts';

/** A request that may try a secret, and what the pages are given that stand in its way. */
export interface Caller {
  readonly ctx: Context;
  /** What a security check is solved for, such as an interaction's uid. */
  readonly binding: string;
  readonly page: PageProps & {
    /** Where the security check posts to. */
    readonly action: string;
    readonly csrf: string;
    /** Where the locked page leads back to. */
    readonly signIn: string;
    readonly forgotPassword?: string | undefined;
    /** What works although this secret is locked. */
    readonly instead?: Instead | undefined;
  };
}

export interface Typed {
  /** The form of the user ID that locks go by, whether or not there is such an account. */
  readonly subject: string;
  readonly account: string | undefined;
  readonly app?: string | undefined;
  readonly password?: string;
  /** Whose tries these are counted as, where not the browser's. */
  readonly device?: string | undefined;
}

export interface AttemptPagesDependencies {
  readonly limiter: AttemptLimiter;
  readonly device: DeviceCookie;
  readonly securityCheck: SecurityCheck;
  readonly allowances: Allowances;
  /** From a user ID as typed to the form that locks go by. */
  readonly fold: (userId: string) => string;
  /** The store's clock, which locks go by. */
  readonly now: () => Promise<Date>;
  readonly settings: {
    /** Seconds after which failures are forgotten. */
    readonly window: number;
    readonly security_check_work: number;
  };
}

/** The error is said after a failure alone. */
export interface Tried {
  readonly userId?: string | undefined;
  readonly error: MessageId;
}

/** What is tried, and of whom. */
type Tries = Pick<Guess, 'secret' | 'subject' | 'device'>;

interface CheckShown {
  readonly userId?: string | undefined;
  readonly work?: number;
  readonly error?: MessageId | undefined;
}

interface Admission {
  /** Whose allowance it is, where not the browser's. */
  readonly spender?: Spender;
  /** As it was typed, for the page. */
  readonly userId?: string;
  /** Hears of the first that is refused within a window. */
  readonly refused?: (origin: Origin) => Promise<void>;
}

/** What somebody who does not say who they are is counted as. */
const NOBODY = '';

/**
 * The device of whoever opened a mailed link, whatever the browser: failures of people who have not got the
 * mailbox are none of its owner's, and another link gives no fresh guesses.
 */
export const MAILBOX = 'mailbox';

/** Limits attempts at every secret that a page asks for, and shows the pages that a refusal leads to. */
export class AttemptPages {
  readonly #deps: AttemptPagesDependencies;

  constructor(deps: AttemptPagesDependencies) {
    this.#deps = deps;
  }

  /** Counts an attempt that may be verified. Undefined when it may not; the page that says so is shown. */
  async enter(
    caller: Caller,
    secret: Secret,
    typed: Typed,
    tried: Tried,
  ): Promise<PendingAttempt | undefined> {
    const { limiter, device } = this.#deps;
    const { ctx, binding } = caller;
    const { subject } = typed;
    // Behind a secret that was proved, its own lock is enough.
    const checked = !AT_THE_FRONT.has(secret) || (await this.takePass(binding, subject));
    const attempt = {
      ...typed,
      secret,
      checked,
      address: ctx.state.address,
      device: typed.device ?? device.knows(ctx, subject),
    };
    const verdict = await limiter.reserve(attempt, originOf(ctx));
    if (verdict.verdict === 'go') return new PendingAttempt(this, caller, verdict.token, tried);
    await this.answer(caller, verdict, { secret, subject }, { userId: tried.userId });
    return undefined;
  }

  /** Told by an entry: what a failure led to. */
  async failed(caller: Caller, token: AttemptToken, tried: Tried): Promise<boolean> {
    const { limiter } = this.#deps;
    const lockState = await limiter.fail(token, originOf(caller.ctx));
    return this.answer(caller, lockState, token.attempt, tried);
  }

  async succeeded(token: AttemptToken): Promise<void> {
    await this.#deps.limiter.succeed(token);
  }

  async released(token: AttemptToken): Promise<void> {
    await this.#deps.limiter.release(token);
  }

  /** Shows the page of the lock or security check that bars the attempt; false when none does. */
  async answer(
    caller: Caller,
    lockState: LockState,
    { secret, subject }: Tries,
    shown: CheckShown,
  ): Promise<boolean> {
    if (lockState.verdict === 'locked' || lockState.verdict === 'shut') {
      await this.showBarred(caller, lockState, { secret, subject });
      return true;
    }
    if (lockState.verdict !== 'check' || !AT_THE_FRONT.has(secret)) return false;
    await this.showCheck(caller, secret, { ...shown, work: lockState.work });
    return true;
  }

  /** Whether, and until when, a secret of this person may not be tried in this browser. */
  async barred(ctx: Context, { subject, secret, device: own }: Tries): Promise<Barred | undefined> {
    const { limiter, device } = this.#deps;
    const guess = { secret, subject, address: ctx.state.address, device: own ?? device.knows(ctx, subject) };
    const lockState = await limiter.lockState({ ...guess, checked: true });
    return lockState.verdict === 'locked' || lockState.verdict === 'shut' ? lockState : undefined;
  }

  /** Until when what was begun may not go on: who has proved a secret is not kept out by its failures in a row. */
  async lockedUntil(ctx: Context, tries: Tries): Promise<Date | undefined> {
    const barred = await this.barred(ctx, tries);
    return barred?.verdict === 'locked' ? barred.until : undefined;
  }

  /** The same whether or not the user ID exists. */
  async showBarred({ ctx, page }: Caller, barred: Barred, { secret, subject }: Tries): Promise<void> {
    const known = this.#deps.device.knows(ctx, subject) !== undefined;
    answerLocked(ctx, { ...page, known }, { barred, secret, now: await this.#deps.now() });
  }

  /** Whether this address is under suspicion, so that even the first attempt needs the security check. */
  async isCheckDue({ ctx }: Caller, secret: Secret): Promise<boolean> {
    const { limiter, device } = this.#deps;
    const guess = { secret, subject: NOBODY, address: ctx.state.address };
    const lockState = await limiter.lockState({ ...guess, device: device.browser(ctx) });
    return lockState.verdict === 'check';
  }

  /**
   * Whether something may happen that strangers can cause, within its allowance; beyond the free part of it a
   * security check comes first. False when the page that asks for one is shown.
   * @throws AppError `too-many-requests`
   */
  async admit(caller: Caller, allowance: Allowance, tries: Tries, by: Admission = {}): Promise<boolean> {
    const { allowances } = this.#deps;
    const { secret, subject } = tries;
    const spender = by.spender ?? caller.ctx;
    const solved = async () => {
      if (await this.takePass(caller.binding, subject)) return true;
      await this.showCheck(caller, secret, { userId: by.userId });
      return false;
    };
    const suspicious = await this.isCheckDue(caller, secret);
    if (suspicious && !(await solved())) return false;
    let taken = await allowances.take(spender, allowance, suspicious);
    if (taken.verdict === 'check') {
      if (!(await solved())) return false;
      taken = await allowances.take(spender, allowance, true);
    }
    if (taken.verdict === 'go') return true;
    if (taken.verdict === 'first') await by.refused?.(originOf(caller.ctx));
    throw new AppError('too-many-requests', { retryAfter: taken.left });
  }

  async showCheck(caller: Caller, secret: Secret, { userId, work, error }: CheckShown = {}): Promise<void> {
    const { securityCheck, settings } = this.#deps;
    const challenge = await securityCheck.challenge(caller.binding, work ?? settings.security_check_work);
    const purpose = secret === 'password' ? 'sign-in' : 'recovery';
    const props = { ...caller.page, challenge, purpose, window: settings.window, userId, error } as const;
    renderPage(caller.ctx, SecurityCheckPage(props));
  }

  /** Whether the posted solution buys an attempt; the check is shown again when it does not. */
  async check(caller: Caller, secret: Secret, form: Readonly<Record<string, string>>): Promise<boolean> {
    const { securityCheck, fold } = this.#deps;
    const { binding } = caller;
    const userId = form.user_id?.trim();
    if (await securityCheck.redeem(binding, form.security_check ?? '')) {
      await securityCheck.pass(binding, userId ? fold(userId) : NOBODY);
      return true;
    }
    const work = await this.#workFor(caller, secret, userId);
    await this.showCheck(caller, secret, { userId, work, error: 'security-check.again' });
    return false;
  }

  /** Takes the attempt that a solved check allows this subject, or anybody. */
  async takePass(binding: string, subject: string): Promise<boolean> {
    const { securityCheck } = this.#deps;
    return (await securityCheck.takePass(binding, subject)) || securityCheck.takePass(binding, NOBODY);
  }

  /** As much as before: a solution that was refused must not make the next one cheaper. */
  async #workFor({ ctx }: Caller, secret: Secret, userId: string | undefined): Promise<number> {
    const { limiter, device, fold, settings } = this.#deps;
    const subject = userId ? fold(userId) : NOBODY;
    const guess = { secret, subject, address: ctx.state.address };
    const lockState = await limiter.lockState({ ...guess, device: device.knows(ctx, subject) });
    return lockState.verdict === 'check' ? lockState.work : settings.security_check_work;
  }
}

/** An attempt that may be verified: it is counted already. Its outcome is told once. */
export class PendingAttempt {
  readonly #attemptPages: AttemptPages;
  readonly #caller: Caller;
  readonly #token: AttemptToken;
  readonly #tried: Tried;

  constructor(attemptPages: AttemptPages, caller: Caller, token: AttemptToken, tried: Tried) {
    this.#attemptPages = attemptPages;
    this.#caller = caller;
    this.#token = token;
    this.#tried = tried;
  }

  /** It was right. */
  succeed(): Promise<void> {
    return this.#attemptPages.succeeded(this.#token);
  }

  /** It was wrong. True when a page was shown that says what comes now: locked, or the security check. */
  fail(): Promise<boolean> {
    return this.#attemptPages.failed(this.#caller, this.#token, this.#tried);
  }

  /**
   * Verifies it; what was shed under load was not tried, so it does not count as a failure.
   * @throws AppError `busy`
   */
  async verify<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.code === 'busy') await this.#attemptPages.released(this.#token);
      throw error;
    }
  }
}
