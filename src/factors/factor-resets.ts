import { randomBytes } from 'node:crypto';
import { ACTORS } from '../names.ts';
import type { Page, PageRequest } from '../postgres/keyset.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import { CallerVerification, type Started } from './caller-verification.ts';
import { APPROVERS, handleCase, STOPPERS, VERIFIERS } from './factor-reset-case.ts';
import type { FactorResetsDependencies, Origin } from './factor-reset-dependencies.ts';
import { FactorResetEnds, momentFor } from './factor-reset-ends.ts';
import {
  accountsToSettle,
  findByToken,
  fromNow,
  hashToken,
  holdsRole,
  type ListedReset,
  listResets,
  lockPerson,
  runningReset,
  untold,
} from './factor-reset-store.ts';
import { Refusals } from './refusals.ts';
import { ResetRefused } from './reset-refused.ts';

/** A reset as the link that stops it finds it. */
export interface Stoppable {
  readonly state: 'held' | 'stopped' | 'done';
  /** When it happens by itself, unless something ends it before. */
  readonly dueAt: Date;
  /** The person's time zone. */
  readonly zone: string | null;
}

const SWEEP_BATCH = 100;
/** s that whoever did a reset is given to end its sessions, before the sweep does. */
const YOUNG = 10;
const TOKEN = /^[\w-]{43}$/;

/** Whether a text can be the token of a link that stops a reset at all. */
export function isStopToken(text: string | undefined): text is string {
  return text !== undefined && TOKEN.test(text);
}

/**
 * Resets of a second factor by the help desk, which is how thieves get in by telephone. Whoever talks to the
 * caller can only verify them by a code to the address on file, and then ask for a reset. It happens when a
 * second person approves it or when the hold is over; the owner hears of it at once on every channel, with a
 * link that stops it. Of everything that can end a reset exactly one does, on any number of replicas: the
 * account's row is locked first, and PostgreSQL's clock decides. [NIST SP 800-63B-4 §4.2; ASVS 6.4.x]
 *
 * `by` is always a sub. What is refused is written down too. All methods throw AppError('store-away').
 */
export class FactorResets {
  readonly #deps: FactorResetsDependencies;
  readonly #ends: FactorResetEnds;
  readonly #verification: CallerVerification;
  readonly #refusals: Refusals;

  constructor(deps: FactorResetsDependencies) {
    this.#deps = deps;
    this.#ends = new FactorResetEnds(deps);
    this.#verification = new CallerVerification(deps, this.#ends);
    this.#refusals = new Refusals(deps);
  }

  /**
   * Sends a code to the address on file; nobody here ever sees it.
   * @param how.channel mail before SMS, whichever there is, unless given
   * @throws ResetRefused
   */
  async start(
    account: string,
    how: Started,
    origin: Origin,
  ): Promise<{ channel: NoticeChannel; expiresAt: Date }> {
    const asked = { act: 'verification-start', account, by: how.by } as const;
    return this.#refusals.noting(asked, origin, () => this.#verification.start(account, how, origin));
  }

  /**
   * Takes the code that the caller reads out. A guess is counted before it is checked, a new code gives no
   * fresh guesses, and of any number of parallel calls with the right one a single one succeeds.
   * @returns until when the reset can be asked for
   * @throws ResetRefused
   */
  async verify(account: string, typed: { by: string; code: string }, origin: Origin): Promise<Date> {
    const asked = { act: 'verification', account, by: typed.by } as const;
    return this.#refusals.noting(asked, origin, () => this.#verification.verify(account, typed, origin));
  }

  /**
   * Asks for the reset of a factor whose owner was just verified, by the same person, and tells the owner on
   * every channel.
   * @returns when it happens, unless it is approved before or stopped
   * @throws ResetRefused
   */
  async request(account: string, { by }: { by: string }, origin: Origin): Promise<Date> {
    const asked = { act: 'reset-request', account, by } as const;
    return this.#refusals.noting(asked, origin, () => this.#request(account, by, origin));
  }

  async #request(account: string, by: string, origin: Origin): Promise<Date> {
    const { db, notices, append, settings, issuer } = this.#deps;
    return handleCase(db, { account, by, roles: VERIFIERS }, async ({ tx, person, running }) => {
      if (running?.dueAt) throw new ResetRefused('running', running.dueAt);
      if (running?.state !== 'verified' || running.over) throw new ResetRefused('not-verified');
      if (running.startedBy !== by) throw new ResetRefused('not-theirs');
      const { id } = running;
      const token = randomBytes(32).toString('base64url');
      const held = await tx
        .updateTable('factor_resets')
        .set({ state: 'held', due_at: fromNow(settings.hold), stop_token_hash: hashToken(token) })
        .where('id', '=', id)
        .returning('due_at')
        .executeTakeFirstOrThrow();
      const dueAt = held.due_at as Date;
      const after = { id, due_at: dueAt.toJSON() };
      const event = { event: 'factor-reset.requested', outcome: 'success', after } as const;
      await append(tx, { ...event, account, actor: by }, origin);
      const values = { ...momentFor(person, dueAt), link: `${issuer}/recover/stop/${token}` };
      await notices.alarm(tx, person, { kind: 'factor-reset-held', values }, { everywhere: true });
      return dueAt;
    });
  }

  /**
   * Does what was asked for now, by a second person's word. Everything of the account is dead when this
   * returns.
   * @returns whether its apps were told too; otherwise the sweep does it
   * @throws ResetRefused
   */
  async approve(account: string, { by }: { by: string }, origin: Origin): Promise<{ told: boolean }> {
    const asked = { act: 'reset-approval', account, by } as const;
    const id = await this.#refusals.noting(asked, origin, () => this.#approve(account, by, origin));
    return { told: await this.#ends.tell({ id, account, by }, origin) };
  }

  async #approve(account: string, by: string, origin: Origin): Promise<string> {
    const { db, append } = this.#deps;
    return handleCase(db, { account, by, roles: APPROVERS }, async ({ tx, person, running }) => {
      if (running?.state !== 'held' || running.over) throw new ResetRefused('nothing-held');
      if (running.startedBy === by) throw new ResetRefused('second-person');
      const after = { id: running.id };
      const event = { event: 'factor-reset.approved', outcome: 'success', after } as const;
      await append(tx, { ...event, account, actor: by }, origin);
      await this.#ends.carryOut(tx, person, running, { by, reason: 'approved', origin });
      return running.id;
    });
  }

  /**
   * Ends what runs, a verification too, by the help desk's word; none can be begun for as long as the hold.
   * @throws ResetRefused
   */
  async stop(account: string, { by }: { by: string }, origin: Origin): Promise<void> {
    const asked = { act: 'reset-stop', account, by } as const;
    await this.#refusals.noting(asked, origin, () => this.#stop(account, by, origin));
  }

  async #stop(account: string, by: string, origin: Origin): Promise<void> {
    await this.#deps.db.transaction().execute(async (tx) => {
      await lockPerson(tx, account);
      if (!(await holdsRole(tx, by, STOPPERS))) throw new ResetRefused('role-missing');
      const running = await runningReset(tx, account);
      if (!running || running.over) throw new ResetRefused('nothing-held');
      await this.#ends.stop(tx, running, { by, reason: 'help-desk', origin });
    });
  }

  /** What a link is about; undefined for none of ours. Spends nothing: mail scanners open links too. */
  async find(token: string): Promise<Stoppable | undefined> {
    const row = isStopToken(token) ? await findByToken(this.#deps.db, token) : undefined;
    if (!row) return undefined;
    const state = row.state === 'stopped' || row.state === 'done' ? row.state : 'held';
    return { state, dueAt: row.due_at as Date, zone: row.zoneinfo };
  }

  /** Ends a reset by the link that its owner was sent, without any sign-in; what has ended stays as it is. */
  async stopByLink(token: string, origin: Origin): Promise<void> {
    const found = isStopToken(token) ? await findByToken(this.#deps.db, token) : undefined;
    if (!found) return;
    const { id, account } = found;
    await this.#deps.db.transaction().execute(async (tx) => {
      await lockPerson(tx, account);
      const running = await runningReset(tx, account);
      if (running?.id !== id) return;
      await this.#ends.stop(tx, running, { by: account, reason: 'link', origin });
    });
  }

  /** What runs for an account, as it is now; undefined where nothing does, or it must not go on. */
  async running(
    account: string,
  ): Promise<{ state: string; startedBy: string; dueAt: Date | null } | undefined> {
    const found = await runningReset(this.#deps.db, account);
    return found?.over === false ? found : undefined;
  }

  /** Those that run, with `ended` all, the newest first. */
  async list(request: PageRequest & { ended?: boolean | undefined }): Promise<Page<ListedReset>> {
    return listResets(this.#deps.db, request);
  }

  /**
   * Does the resets whose hold is over, gives up what must not go on, and ends the sessions of done ones where
   * whoever did them died. Safe on any number of replicas at once, and after any crash.
   * @returns how many resets it did
   */
  async sweep(): Promise<number> {
    const { db, log } = this.#deps;
    let done = 0;
    for (const account of await accountsToSettle(db, SWEEP_BATCH)) {
      try {
        if (await this.#settle(account)) done += 1;
      } catch (error) {
        // The others do not wait for one that fails.
        log.warn({ err: error, account }, 'a reset of a second factor was not settled');
      }
    }
    for (const reset of await untold(db, YOUNG, SWEEP_BATCH)) await this.#ends.tell(reset, {});
    return done;
  }

  /** Looks again, with the account locked: another replica may have been quicker. True when it did the reset. */
  async #settle(account: string): Promise<boolean> {
    const id = await this.#deps.db.transaction().execute(async (tx) => {
      const person = await lockPerson(tx, account);
      const running = await runningReset(tx, account);
      if (!person || !running) return undefined;
      if (running.over) {
        await this.#ends.giveUp(tx, running, {});
        return undefined;
      }
      if (!running.due) return undefined;
      await this.#ends.carryOut(tx, person, running, { by: ACTORS.service, reason: 'hold-over', origin: {} });
      return running.id;
    });
    if (id === undefined) return false;
    await this.#ends.tell({ id, account, by: ACTORS.service }, {});
    return true;
  }
}
