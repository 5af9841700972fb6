/**
 * The help desk: verifies callers by a code to the address on file, and asks for resets of a second factor. This
 * folder owns the table factor_resets; `use-cases/reset-factor` carries resets out.
 */

import { createHash, randomBytes } from 'node:crypto';
import type { Origin } from '../http/origin.ts';
import type { Page, PageRequest } from '../postgres/keyset.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import { CallerVerification, type HelpDeskDependencies, type Started } from './caller-verification.ts';
import { handleCase, STOPPERS, VERIFIERS } from './case.ts';
import { ResetRefused, recordingRefusals } from './refusals.ts';
import { stopReset } from './reset-ends.ts';
import {
  findByToken,
  fromNow,
  holdsRole,
  type ListedReset,
  listResets,
  lockPerson,
  type RunningReset,
  runningReset,
} from './reset-store.ts';

/** A reset as the page behind the link that stops it shows it. */
export interface Stoppable {
  readonly state: 'held' | 'stopped' | 'done';
  /** When it happens by itself, unless something ends it before. */
  readonly dueAt: Date;
  /** The person's time zone. */
  readonly zone: string | null;
}

const TOKEN = /^[\w-]{43}$/;

/** Whether a text can be the token of a link that stops a reset at all. */
export function isStopToken(text: string | undefined): text is string {
  return text !== undefined && TOKEN.test(text);
}

/**
 * Resets of a second factor by the help desk, which thieves try to talk into one by telephone. The colleague on the
 * line can only verify the caller by a code to the address on file, and then ask for a reset. It happens when a
 * second person approves it or when the hold is over; the owner is told at once on every channel, with a link that
 * stops it. Of everything that can end a reset exactly one does, on any number of replicas: the account's row is
 * locked first, and PostgreSQL's clock decides. [NIST SP 800-63B-4 §4.2; ASVS 6.4.x]
 *
 * `by` is always a sub. Refusals are recorded too. All methods throw AppError('store-away').
 */
export class FactorResets {
  readonly #deps: HelpDeskDependencies;
  readonly #verification: CallerVerification;

  constructor(deps: HelpDeskDependencies) {
    this.#deps = deps;
    this.#verification = new CallerVerification(deps);
  }

  /**
   * Sends a code to the address on file; nobody here ever sees it.
   * @param how.channel unless given, mail where there is an address, otherwise SMS
   * @throws ResetRefused
   */
  async start(
    account: string,
    how: Started,
    origin: Origin,
  ): Promise<{ channel: NoticeChannel; expiresAt: Date }> {
    const request = { act: 'verification-start', account, by: how.by } as const;
    return recordingRefusals(this.#deps, request, origin, () =>
      this.#verification.start(account, how, origin),
    );
  }

  /**
   * Takes the code that the caller reads out. A guess is counted before it is checked, a new code gives no
   * fresh guesses, and of any number of parallel calls with the right one a single one succeeds.
   * @returns until when the reset can be asked for
   * @throws ResetRefused
   */
  async verify(account: string, typed: { by: string; code: string }, origin: Origin): Promise<Date> {
    const request = { act: 'verification', account, by: typed.by } as const;
    return recordingRefusals(this.#deps, request, origin, () =>
      this.#verification.verify(account, typed, origin),
    );
  }

  /**
   * Asks for the reset of a factor whose owner the same person has just verified, and tells the owner on every
   * channel.
   * @returns when it happens, unless it is approved before or stopped
   * @throws ResetRefused
   */
  async request(account: string, { by }: { by: string }, origin: Origin): Promise<Date> {
    const request = { act: 'reset-request', account, by } as const;
    return recordingRefusals(this.#deps, request, origin, () => this.#request(account, by, origin));
  }

  async #request(account: string, by: string, origin: Origin): Promise<Date> {
    const { db, notices, trail, settings, issuer } = this.#deps;
    return handleCase(db, { account, by, roles: VERIFIERS }, async ({ tx, person, running }) => {
      if (running?.dueAt) throw new ResetRefused('running', running.dueAt);
      if (running?.state !== 'verified' || running.over) throw new ResetRefused('not-verified');
      if (running.startedBy !== by) throw new ResetRefused('not-theirs');
      const { id } = running;
      const token = randomBytes(32).toString('base64url');
      const { due_at: dueAt } = await tx
        .updateTable('factor_resets')
        .set({ state: 'held', due_at: fromNow(settings.hold), stop_token_hash: hashToken(token) })
        .where('id', '=', id)
        .returning((row) => row.ref('due_at').$notNull().as('due_at'))
        .executeTakeFirstOrThrow();
      const at = dueAt.toJSON();
      const event = { event: 'factor-reset.requested', outcome: 'success' } as const;
      await trail.append(tx, { ...event, account, actor: by, after: { id, due_at: at } }, origin);
      const values = { at, zone: person.zoneinfo ?? undefined, link: `${issuer}/recover/stop/${token}` };
      await notices.alarm(tx, person, { kind: 'factor-reset-held', values }, { everywhere: true });
      return dueAt;
    });
  }

  /**
   * Ends what is in progress, a verification too; none can be begun for as long as the hold.
   * @throws ResetRefused
   */
  async stop(account: string, { by }: { by: string }, origin: Origin): Promise<void> {
    const request = { act: 'reset-stop', account, by } as const;
    await recordingRefusals(this.#deps, request, origin, () => this.#stop(account, by, origin));
  }

  async #stop(account: string, by: string, origin: Origin): Promise<void> {
    const { db, trail } = this.#deps;
    await db.transaction().execute(async (tx) => {
      await lockPerson(tx, account);
      if (!(await holdsRole(tx, by, STOPPERS))) throw new ResetRefused('role-missing');
      const running = await runningReset(tx, account);
      if (!running || running.over) throw new ResetRefused('nothing-held');
      await stopReset(tx, trail, running, { by, reason: 'help-desk', origin });
    });
  }

  /** The reset that a link is about; undefined for none of ours. Spends nothing: mail scanners open links too. */
  async find(token: string): Promise<Stoppable | undefined> {
    const row = isStopToken(token) ? await findByToken(this.#deps.db, hashToken(token)) : undefined;
    if (!row) return undefined;
    const state = row.state === 'stopped' || row.state === 'done' ? row.state : 'held';
    return { state, dueAt: row.dueAt, zone: row.zoneinfo };
  }

  /** Stops a reset by the link that its owner was sent, without any sign-in; one that has ended stays as it is. */
  async stopByLink(token: string, origin: Origin): Promise<void> {
    const { db, trail } = this.#deps;
    const found = isStopToken(token) ? await findByToken(db, hashToken(token)) : undefined;
    if (!found) return;
    const { id, account } = found;
    await db.transaction().execute(async (tx) => {
      await lockPerson(tx, account);
      const running = await runningReset(tx, account);
      if (running?.id !== id) return;
      await stopReset(tx, trail, running, { by: account, reason: 'link', origin });
    });
  }

  /** What is in progress for an account; undefined where nothing is, or where it may not go on. */
  async running(account: string): Promise<RunningReset | undefined> {
    const found = await runningReset(this.#deps.db, account);
    return found?.over === false ? found : undefined;
  }

  /** Those in progress, with `ended` all, the newest first. */
  async list(request: PageRequest & { ended?: boolean | undefined }): Promise<Page<ListedReset>> {
    return listResets(this.#deps.db, request);
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
