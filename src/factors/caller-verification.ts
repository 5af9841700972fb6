import { randomInt, timingSafeEqual } from 'node:crypto';
import { newRowId } from '../postgres/row-id.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import { type Case, handleCase, VERIFIERS } from './factor-reset-case.ts';
import type { FactorResetsDependencies, Origin } from './factor-reset-dependencies.ts';
import type { FactorResetEnds } from './factor-reset-ends.ts';
import { fromNow, hasFactor, pausedUntil, type RunningReset } from './factor-reset-store.ts';
import { ResetRefused } from './reset-refused.ts';
import { codeFault, digitsOf } from './totp.ts';

/** Who talks to a caller, and in what way the code is to go. */
export interface Started {
  /** A sub. */
  readonly by: string;
  readonly channel?: NoticeChannel | undefined;
}

/** Finds out whether who calls the help desk is who they say: they read out a code that was sent to the owner. */
export class CallerVerification {
  readonly #deps: FactorResetsDependencies;
  readonly #ends: FactorResetEnds;

  constructor(deps: FactorResetsDependencies, ends: FactorResetEnds) {
    this.#deps = deps;
    this.#ends = ends;
  }

  async start(
    account: string,
    how: Started,
    origin: Origin,
  ): Promise<{ channel: NoticeChannel; expiresAt: Date }> {
    const { db, settings } = this.#deps;
    return handleCase(db, { account, by: how.by, roles: VERIFIERS }, async (found) => {
      const { tx, running } = found;
      if (running && !running.over) throw new ResetRefused('running', running.dueAt ?? running.expiresAt);
      if (running) await this.#ends.giveUp(tx, running, origin);
      const paused = await pausedUntil(tx, { account, by: how.by }, settings.hold);
      if (paused) throw new ResetRefused('stopped-lately', paused);
      if (!(await hasFactor(tx, account))) throw new ResetRefused('no-factor');
      return this.#send(found, how, origin);
    });
  }

  async #send(found: Case, { by, channel: wanted }: Started, origin: Origin) {
    const { notices, seals, settings, append } = this.#deps;
    const { tx, person } = found;
    const contact = await this.#contact(found, wanted);
    const { sub: account, locale } = person;
    if (!(await notices.mayGo({ ...contact, kind: 'support-code', account })))
      throw new ResetRefused('many-messages');
    const { channel } = contact;
    const id = newRowId();
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    const { expires_at: expiresAt } = await tx
      .insertInto('factor_resets')
      .values({
        id,
        account,
        state: 'code-sent',
        channel,
        started_by: by,
        code: seals.seal(code, placeOf(id)),
        expires_at: fromNow(settings.code_life),
      })
      .returning('expires_at')
      .executeTakeFirstOrThrow();
    const values = { code, minutes: Math.ceil(settings.code_life / 60) };
    const notice = { kind: 'support-code', values, life: settings.code_life } as const;
    await notices.enqueue(tx, { ...notice, ...contact, account, locale });
    const after = { id, channel };
    const event = { event: 'helpdesk.verification-started', outcome: 'success', after } as const;
    await append(tx, { ...event, account, actor: by }, origin);
    return { channel, expiresAt };
  }

  /** Where the code goes: never to an address that the caller names, but to the one that they must prove to have. */
  async #contact({ tx, person }: Case, wanted: NoticeChannel | undefined) {
    const { notices, changedContacts } = this.#deps;
    const contacts = notices.contacts(person).filter(({ channel }) => (wanted ?? channel) === channel);
    if (contacts.length === 0) throw new ResetRefused('no-contact');
    // Whoever got into a session may have put their own telephone there, to pass the help desk with it.
    const changed = await changedContacts(tx, person.sub);
    const contact = contacts.find(({ channel }) => !changed.has(channel));
    if (contact) return contact;
    const ends = contacts.flatMap(({ channel }) => changed.get(channel) ?? []);
    throw new ResetRefused('contact-changed', new Date(Math.min(...ends.map(Number))));
  }

  async verify(account: string, { by, code }: { by: string; code: string }, origin: Origin): Promise<Date> {
    const { db, guess } = this.#deps;
    if (codeFault(code)) throw new ResetRefused('malformed');
    const subject = await handleCase(db, { account, by, roles: VERIFIERS }, async ({ person, running }) => {
      codeSentBy(by, running);
      return person.subject;
    });
    const leave = await guess({ subject, account }, origin);
    if ('until' in leave) throw new ResetRefused('locked', leave.until);
    let proved: Date | undefined;
    try {
      proved = await this.#check(account, { by, code: digitsOf(code) }, origin);
    } catch (error) {
      await leave.settle('unchecked');
      throw error;
    }
    await leave.settle(proved ? 'right' : 'wrong');
    if (!proved) throw new ResetRefused('wrong-code');
    return proved;
  }

  /** Until when the proof is good; undefined for a wrong code. */
  async #check(account: string, { by, code }: { by: string; code: string }, origin: Origin) {
    const { db, seals, append, settings } = this.#deps;
    return handleCase(db, { account, by, roles: VERIFIERS }, async ({ tx, running }) => {
      const { id, sealed } = codeSentBy(by, running);
      const told = { account, actor: by, after: { id } };
      if (!timingSafeEqual(seals.open(sealed, placeOf(id)), Buffer.from(code))) {
        const failed = { event: 'helpdesk.verification-failed', outcome: 'failure' } as const;
        await append(tx, { ...failed, reason: 'wrong-code', ...told }, origin);
        return undefined;
      }
      const { expires_at } = await tx
        .updateTable('factor_resets')
        .set({ state: 'verified', code: null, expires_at: fromNow(settings.code_life) })
        .where('id', '=', id)
        .returning('expires_at')
        .executeTakeFirstOrThrow();
      await append(tx, { event: 'helpdesk.verified', outcome: 'success', ...told }, origin);
      return expires_at;
    });
  }
}

/** The code that can be entered now. @throws ResetRefused when there is none, or somebody else had it sent */
function codeSentBy(by: string, running: RunningReset | undefined): { id: string; sealed: Buffer } {
  if (!running?.code || running.over) throw new ResetRefused('no-code');
  if (running.startedBy !== by) throw new ResetRefused('not-theirs');
  return { id: running.id, sealed: running.code };
}

/** What is sealed of a reset. */
export const sealedCode = { table: 'factor_resets', id: 'id', column: 'code', aad: placeOf } as const;

function placeOf(id: string): string {
  return `factor_resets:${id}:code`;
}
