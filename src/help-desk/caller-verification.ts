import { timingSafeEqual } from 'node:crypto';
import type { ContactChanges } from '../accounts/contact-changes.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Origin } from '../http/origin.ts';
import { codeFault, digitsOf, newCode } from '../http/six-digits.ts';
import type { Sealer } from '../keys/sealer.ts';
import type { AttemptLimiter } from '../lockout/attempt-limiter.ts';
import type { Notices } from '../notices/notices.ts';
import type { Database } from '../postgres/database.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import { type Case, handleCase, VERIFIERS } from './case.ts';
import { ResetRefused } from './refusals.ts';
import { giveUp } from './reset-ends.ts';
import { fromNow, hasFactor, pausedUntil, type RunningReset } from './reset-store.ts';

export interface HelpDeskDependencies {
  readonly db: Database;
  readonly sealer: Pick<Sealer, 'seal' | 'open'>;
  readonly notices: Pick<Notices, 'contacts' | 'mayGo' | 'enqueue' | 'alarm'>;
  readonly contactChanges: Pick<ContactChanges, 'undoable'>;
  readonly limiter: Pick<AttemptLimiter, 'reserve' | 'succeed' | 'fail' | 'release'>;
  readonly trail: Pick<AuditTrail, 'append'>;
  readonly issuer: string;
  /** s */
  readonly settings: { readonly code_life: number; readonly hold: number };
}

/** Who talks to a caller, and over which channel the code is to go. */
export interface Started {
  /** A sub. */
  readonly by: string;
  readonly channel?: NoticeChannel | undefined;
}

/** Verifies that a caller is the account's owner: they read out a code that was sent to the address on file. */
export class CallerVerification {
  readonly #deps: HelpDeskDependencies;

  constructor(deps: HelpDeskDependencies) {
    this.#deps = deps;
  }

  async start(
    account: string,
    how: Started,
    origin: Origin,
  ): Promise<{ channel: NoticeChannel; expiresAt: Date }> {
    const { db, trail, settings } = this.#deps;
    return handleCase(db, { account, by: how.by, roles: VERIFIERS }, async (found) => {
      const { tx, running } = found;
      if (running && !running.over) throw new ResetRefused('running', running.dueAt ?? running.expiresAt);
      if (running) await giveUp(tx, trail, running, origin);
      const paused = await pausedUntil(tx, { account, by: how.by }, settings.hold);
      if (paused) throw new ResetRefused('stopped-lately', paused);
      if (!(await hasFactor(tx, account))) throw new ResetRefused('no-factor');
      return this.#send(found, how, origin);
    });
  }

  async #send(found: Case, { by, channel: wanted }: Started, origin: Origin) {
    const { notices, sealer, settings, trail } = this.#deps;
    const { tx, person } = found;
    const contact = await this.#contact(found, wanted);
    const { sub: account, locale } = person;
    if (!(await notices.mayGo({ ...contact, kind: 'support-code', account })))
      throw new ResetRefused('many-messages');
    const { channel } = contact;
    const id = newRowId();
    const code = newCode();
    const { expires_at: expiresAt } = await tx
      .insertInto('factor_resets')
      .values({
        id,
        account,
        state: 'code-sent',
        channel,
        started_by: by,
        code: sealer.seal(code, placeOf(id)),
        expires_at: fromNow(settings.code_life),
      })
      .returning('expires_at')
      .executeTakeFirstOrThrow();
    const values = { code, minutes: Math.ceil(settings.code_life / 60) };
    const notice = { kind: 'support-code', values, life: settings.code_life } as const;
    await notices.enqueue(tx, { ...notice, ...contact, account, locale });
    const event = { event: 'helpdesk.verification-started', outcome: 'success' } as const;
    await trail.append(tx, { ...event, account, actor: by, after: { id, channel } }, origin);
    return { channel, expiresAt };
  }

  /** Where the code goes: always an address on file, never one that the caller names. */
  async #contact({ tx, person }: Case, wanted: NoticeChannel | undefined) {
    const { notices, contactChanges } = this.#deps;
    const contacts = notices.contacts(person).filter(({ channel }) => (wanted ?? channel) === channel);
    if (contacts.length === 0) throw new ResetRefused('no-contact');
    // A thief in a stolen session could have put their own telephone there, to pass the help desk with it.
    const changed = await contactChanges.undoable(tx, person.sub);
    const contact = contacts.find(({ channel }) => !changed.has(channel));
    if (contact) return contact;
    const ends = contacts.flatMap(({ channel }) => changed.get(channel) ?? []);
    throw new ResetRefused('contact-changed', new Date(Math.min(...ends.map(Number))));
  }

  async verify(account: string, { by, code }: { by: string; code: string }, origin: Origin): Promise<Date> {
    const { db, limiter } = this.#deps;
    if (codeFault(code)) throw new ResetRefused('malformed');
    const subject = await handleCase(db, { account, by, roles: VERIFIERS }, async ({ person, running }) => {
      codeSentBy(by, running);
      return person.subject;
    });
    const token = await this.#reserve({ subject, account }, origin);
    let proved: Date | undefined;
    try {
      proved = await this.#check(account, { by, code: digitsOf(code) }, origin);
    } catch (error) {
      await limiter.release(token);
      throw error;
    }
    if (!proved) {
      await limiter.fail(token, origin);
      throw new ResetRefused('wrong-code');
    }
    await limiter.succeed(token);
    return proved;
  }

  /** Guesses at what callers read out count apart from the owner's own: they lock nothing of the owner's. */
  async #reserve(whose: { subject: string; account: string }, origin: Origin) {
    // The security check is for browsers: here a colleague types the code, so wrong ones lock and that is all.
    const how = { secret: 'support-code', checked: true, address: origin.address ?? 'cli' } as const;
    const verdict = await this.#deps.limiter.reserve({ ...whose, ...how }, origin);
    if (verdict.verdict === 'check') throw new Error('a checked attempt is not asked for another check');
    if (verdict.verdict === 'go') return verdict.token;
    throw new ResetRefused('locked', verdict.verdict === 'locked' ? verdict.until : undefined);
  }

  /** Until when the proof is good; undefined for a wrong code. */
  async #check(account: string, { by, code }: { by: string; code: string }, origin: Origin) {
    const { db, sealer, trail, settings } = this.#deps;
    return handleCase(db, { account, by, roles: VERIFIERS }, async ({ tx, running }) => {
      const { id, sealed } = codeSentBy(by, running);
      const told = { account, actor: by, after: { id } };
      if (!timingSafeEqual(sealer.open(sealed, placeOf(id)), Buffer.from(code))) {
        const failed = { event: 'helpdesk.verification-failed', outcome: 'failure' } as const;
        await trail.append(tx, { ...failed, reason: 'wrong-code', ...told }, origin);
        return undefined;
      }
      const { expires_at } = await tx
        .updateTable('factor_resets')
        .set({ state: 'verified', code: null, expires_at: fromNow(settings.code_life) })
        .where('id', '=', id)
        .returning('expires_at')
        .executeTakeFirstOrThrow();
      await trail.append(tx, { event: 'helpdesk.verified', outcome: 'success', ...told }, origin);
      return expires_at;
    });
  }
}

/** The code that can be entered now. @throws ResetRefused when there is none, or a colleague had it sent */
function codeSentBy(by: string, running: RunningReset | undefined): { id: string; sealed: Buffer } {
  if (!running?.code || running.over) throw new ResetRefused('no-code');
  if (running.startedBy !== by) throw new ResetRefused('not-theirs');
  return { id: running.id, sealed: running.code };
}

/** The sealed column of a reset. */
export const sealedCode = { table: 'factor_resets', id: 'id', column: 'code', aad: placeOf } as const;

function placeOf(id: string): string {
  return `factor_resets:${id}:code`;
}
