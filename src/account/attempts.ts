import { foldUserId } from '../accounts/user-id.ts';
import { AppError } from '../errors.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { AttemptLimiter, Barred, Refusal, Secret } from '../lockout/attempt-limiter.ts';
import type { DeviceCookie } from '../lockout/device-cookie.ts';
import { LockedPage } from '../lockout/pages/locked.tsx';
import type { Owner } from './access.ts';

export interface AttemptsDependencies {
  readonly limiter: Pick<AttemptLimiter, 'reserve' | 'succeed' | 'fail' | 'release'>;
  readonly device: Pick<DeviceCookie, 'knows'>;
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

/** Limits attempts at the secrets that are asked for again on a session: whoever has it may not guess them either. */
export class Attempts {
  readonly #deps: AttemptsDependencies;

  constructor(deps: AttemptsDependencies) {
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
    owner: Owner,
    { secret, password, here, failed }: Tried,
    verify: () => Promise<T | undefined>,
  ): Promise<{ right: T } | 'wrong' | 'shown'> {
    const { limiter, device } = this.#deps;
    const subject = foldUserId(owner.userId);
    const who = {
      subject,
      account: owner.sub,
      address: ctx.state.address,
      device: device.knows(ctx, subject),
    };
    // The security check is for those outside: here a session stands before the lock.
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
  async #verified<T>(
    token: Parameters<AttemptLimiter['release']>[0],
    verify: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    try {
      return await verify();
    } catch (error) {
      if (error instanceof AppError && error.code === 'busy') await this.#deps.limiter.release(token);
      throw error;
    }
  }

  async #refuse(ctx: Context, refusal: Refusal, secret: Secret, here: string): Promise<'wrong' | 'shown'> {
    if (refusal.verdict === 'check') return 'wrong';
    await this.#show(ctx, refusal, secret, here);
    return 'shown';
  }

  async #show(ctx: Context, barred: Barred, secret: Secret, signIn: string): Promise<void> {
    const now = await this.#deps.now();
    const until = barred.verdict === 'locked' ? barred.until : undefined;
    if (until) {
      ctx.set('Retry-After', String(Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))));
    }
    const kind = secret === 'password' ? 'password' : 'code';
    const props = { ...this.#deps.page(ctx), kind, until, now, signIn, forgotPassword: RESET } as const;
    renderPage(ctx, LockedPage(props), { status: 429 });
  }
}
