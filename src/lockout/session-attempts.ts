import type { Account } from '../accounts/account.ts';
import { AppError } from '../errors.ts';
import type { PageProps } from '../html/page.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { AttemptLimiter, AttemptToken, Refusal, Secret } from './attempt-limiter.ts';
import type { DeviceCookie } from './device-cookie.ts';
import { answerLocked } from './locked-answer.ts';

export interface SessionAttemptsDependencies {
  readonly limiter: Pick<AttemptLimiter, 'reserve' | 'succeed' | 'fail' | 'release'>;
  readonly device: Pick<DeviceCookie, 'knows'>;
  /** From a user ID to the form that locks go by. */
  readonly fold: (userId: string) => string;
  readonly page: (ctx: Context) => PageProps;
  /** The store's clock, which locks go by. */
  readonly now: () => Promise<Date>;
}

/** Where a forgotten password is reset. */
const RESET = '/recover/password';

interface Tried {
  readonly secret: Secret;
  /** What was typed, where it is a password. */
  readonly password?: string;
  /** The page that the person comes from. */
  readonly here: string;
  /** Writes down that it was wrong. */
  readonly failed: () => Promise<void>;
}

/** Limits attempts at secrets that are asked for again on a session: a thief who has the session may not guess them. */
export class SessionAttempts {
  readonly #deps: SessionAttemptsDependencies;

  constructor(deps: SessionAttemptsDependencies) {
    this.#deps = deps;
  }

  /**
   * Counts an attempt, then verifies it.
   * @param verify whether what was typed is right; `undefined` when there was nothing to compare it with
   * @returns `shown` when the page that says until when it is locked was shown
   * @throws AppError `busy`, `store-away`
   */
  async judge<T>(
    ctx: Context,
    owner: Pick<Account, 'sub' | 'userId'>,
    { secret, password, here, failed }: Tried,
    verify: () => Promise<T | undefined>,
  ): Promise<{ right: T } | 'wrong' | 'shown'> {
    const { limiter, device, fold } = this.#deps;
    const subject = fold(owner.userId);
    const who = {
      subject,
      account: owner.sub,
      address: ctx.state.address,
      device: device.knows(ctx, subject),
    };
    // The security check is for people without a session: here a sign-in came first.
    const verdict = await limiter.reserve({ ...who, secret, password, checked: true }, originOf(ctx));
    if (verdict.verdict !== 'go') return this.#refuse(ctx, verdict, secret, here);
    const right = await this.#verified(verdict.token, verify);
    if (right !== undefined) {
      await limiter.succeed(verdict.token);
      return { right };
    }
    await failed();
    const lockState = await limiter.fail(verdict.token, originOf(ctx));
    return lockState.verdict === 'go' ? 'wrong' : this.#refuse(ctx, lockState, secret, here);
  }

  /** What was shed under load was not tried, so it does not count as a failure. */
  async #verified<T>(token: AttemptToken, verify: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await verify();
    } catch (error) {
      if (error instanceof AppError && error.code === 'busy') await this.#deps.limiter.release(token);
      throw error;
    }
  }

  async #refuse(ctx: Context, refusal: Refusal, secret: Secret, here: string): Promise<'wrong' | 'shown'> {
    if (refusal.verdict === 'check') return 'wrong';
    const page = { ...this.#deps.page(ctx), signIn: here, forgotPassword: RESET };
    answerLocked(ctx, page, { barred: refusal, secret, now: await this.#deps.now() });
    return 'shown';
  }
}
