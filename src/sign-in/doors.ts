import { foldUserId } from '../accounts/user-id.ts';
import { AppError } from '../errors.ts';
import { renderPage } from '../html/render.ts';
import { originOf } from '../http/origin.ts';
import type { DeviceCookie } from '../lockout/device-cookie.ts';
import type { Guard, Secret, Standing, Ticket } from '../lockout/guard.ts';
import { LockedPage } from '../lockout/pages/locked.tsx';
import { SecurityCheckPage } from '../lockout/pages/security-check.tsx';
import type { SecurityCheck } from '../lockout/security-check.ts';
import type { Visit } from './visit.ts';

export interface Typed {
  /** The form of the user ID that locks go by, whether or not there is such an account. */
  readonly subject: string;
  readonly account: string | undefined;
  readonly app: string;
  readonly password?: string;
}

export interface DoorsParts {
  readonly guard: Guard;
  readonly device: DeviceCookie;
  readonly securityCheck: SecurityCheck;
  /** The store's clock, which locks go by. */
  readonly now: () => Promise<Date>;
  readonly settings: {
    /** Seconds after which failures are forgotten. */
    readonly window: number;
    readonly security_check_work: number;
  };
}

interface CheckShown {
  readonly userId?: string | undefined;
  readonly work?: number;
  readonly error?: 'security-check.again' | 'sign-in.incorrect';
}

/** What somebody who does not say who they are is counted as. */
const NOBODY = '';

/** The guard before every secret of the sign-in, and the pages that it answers with. */
export class Doors {
  readonly #parts: DoorsParts;

  constructor(parts: DoorsParts) {
    this.#parts = parts;
  }

  /** Counts an attempt that may be verified. Undefined when it may not; the page that says so is shown. */
  async enter(visit: Visit, secret: Secret, typed: Typed, userId?: string): Promise<Entry | undefined> {
    const { guard, device } = this.#parts;
    const { ctx, interaction } = visit;
    const { subject } = typed;
    // A code is asked for behind a password, and its own lock is enough: the check is for those who guess those.
    const checked = secret !== 'password' || (await this.#takePass(interaction.uid, subject));
    const attempt = {
      ...typed,
      ...{ secret, checked, address: ctx.state.address, device: device.knows(ctx, subject) },
    };
    const verdict = await guard.reserve(attempt, originOf(ctx));
    if (verdict.verdict === 'go') return new Entry(this, visit, verdict.ticket, userId);
    await this.answer(visit, verdict, secret, { userId });
    return undefined;
  }

  /** Told by an entry: what a failure led to. */
  async failed(visit: Visit, ticket: Ticket, userId: string | undefined): Promise<boolean> {
    const { guard } = this.#parts;
    const { secret } = ticket.attempt;
    const standing = await guard.fail(ticket, originOf(visit.ctx));
    return this.answer(visit, standing, secret, { userId, error: 'sign-in.incorrect' });
  }

  async succeeded(ticket: Ticket): Promise<void> {
    await this.#parts.guard.succeed(ticket);
  }

  async released(ticket: Ticket): Promise<void> {
    await this.#parts.guard.release(ticket);
  }

  /** Shows the page for what stands in the way; false when nothing does. */
  async answer(visit: Visit, standing: Standing, secret: Secret, shown: CheckShown): Promise<boolean> {
    if (standing.verdict === 'locked') {
      await this.showLocked(visit, standing.until, secret);
      return true;
    }
    if (standing.verdict !== 'check' || secret !== 'password') return false;
    await this.showCheck(visit, { ...shown, work: standing.work });
    return true;
  }

  /** Until when a secret of this person may not be tried in this browser. */
  async lockedUntil(ctx: Visit['ctx'], subject: string, secret: Secret): Promise<Date | undefined> {
    const { guard, device } = this.#parts;
    const guess = { secret, subject, address: ctx.state.address, device: device.knows(ctx, subject) };
    const standing = await guard.standing({ ...guess, checked: true });
    return standing.verdict === 'locked' ? standing.until : undefined;
  }

  /** The same whether or not the user ID exists. */
  async showLocked(visit: Visit, until: Date, secret: Secret = 'password'): Promise<void> {
    const now = await this.#parts.now();
    const kind = secret === 'password' ? 'password' : 'code';
    visit.ctx.set('Retry-After', String(Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000))));
    const page = LockedPage({ ...visit.page, kind, until, now, signIn: visit.page.action });
    renderPage(visit.ctx, page, { status: 429 });
  }

  /** Whether this address is under suspicion, so that even the first attempt needs the security check. */
  async isCheckDue({ ctx }: Visit): Promise<boolean> {
    const { guard, device } = this.#parts;
    const guess = { secret: 'password', subject: NOBODY, address: ctx.state.address } as const;
    const standing = await guard.standing({ ...guess, device: device.browser(ctx) });
    return standing.verdict === 'check';
  }

  async showCheck(visit: Visit, { userId, work, error }: CheckShown = {}): Promise<void> {
    const { securityCheck, settings } = this.#parts;
    const needed = work ?? settings.security_check_work;
    const challenge = await securityCheck.challenge(visit.interaction.uid, needed);
    const props = { ...visit.page, challenge, window: settings.window, userId, error };
    renderPage(visit.ctx, SecurityCheckPage(props));
  }

  /** Whether the posted solution buys an attempt; the check is shown again when it does not. */
  async check(visit: Visit, form: Readonly<Record<string, string>>): Promise<boolean> {
    const { securityCheck } = this.#parts;
    const { uid } = visit.interaction;
    const userId = form.user_id?.trim();
    if (await securityCheck.redeem(uid, form.security_check ?? '')) {
      await securityCheck.pass(uid, userId ? foldUserId(userId) : NOBODY);
      return true;
    }
    await this.showCheck(visit, {
      userId,
      work: await this.#workFor(visit, userId),
      error: 'security-check.again',
    });
    return false;
  }

  /** As much as before: a solution that was refused must not make the next one cheaper. */
  async #workFor({ ctx }: Visit, userId: string | undefined): Promise<number> {
    const { guard, device, settings } = this.#parts;
    const subject = userId ? foldUserId(userId) : NOBODY;
    const guess = { secret: 'password', subject, address: ctx.state.address } as const;
    const standing = await guard.standing({ ...guess, device: device.knows(ctx, subject) });
    return standing.verdict === 'check' ? standing.work : settings.security_check_work;
  }

  async #takePass(uid: string, subject: string): Promise<boolean> {
    const { securityCheck } = this.#parts;
    return (await securityCheck.takePass(uid, subject)) || securityCheck.takePass(uid, NOBODY);
  }
}

/** An attempt that may be verified: it is counted already. Its outcome is told once. */
export class Entry {
  readonly #doors: Doors;
  readonly #visit: Visit;
  readonly #ticket: Ticket;
  readonly #userId: string | undefined;

  constructor(doors: Doors, visit: Visit, ticket: Ticket, userId: string | undefined) {
    this.#doors = doors;
    this.#visit = visit;
    this.#ticket = ticket;
    this.#userId = userId;
  }

  /** It was right. */
  succeed(): Promise<void> {
    return this.#doors.succeeded(this.#ticket);
  }

  /** It was wrong. True when a page was shown that says what comes now: locked, or the security check. */
  fail(): Promise<boolean> {
    return this.#doors.failed(this.#visit, this.#ticket, this.#userId);
  }

  /**
   * Verifies it; what was shed under load was not tried, so it does not count as a failure.
   * @throws AppError `busy`
   */
  async verify<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof AppError && error.code === 'busy') await this.#doors.released(this.#ticket);
      throw error;
    }
  }
}
