import type { Recorder } from '../audit-events.ts';
import { codeFault } from '../http/six-digits.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { RedisRecord, type Seals } from '../redis/record.ts';
import type { RedisStore } from '../redis/store.ts';
import { ownerHash, ToShow } from '../redis/to-show.ts';
import type { Authenticators } from './authenticators.ts';
import { lockAccount } from './changes.ts';
import type { CodeSet, RecoveryCodes } from './recovery-codes.ts';
import { inGroups, keyUri, newSecret } from './totp.ts';

/** An authenticator app that is being set up. */
export interface PendingEnrolment {
  /** Base32 in groups of four. */
  readonly secret: string;
  /** `otpauth://…`, for the picture. */
  readonly uri: string;
}

/**
 * What came of a confirmation. `gone`: there is nothing to confirm (expired, confirmed by another request, or
 * the account may no longer sign in); `full`: the account has as many authenticators as it may.
 */
export type Confirmed = 'enrolled' | 'wrong' | 'missing' | 'too-short' | 'gone' | 'full';

export interface EnrolmentDependencies {
  readonly db: Database;
  readonly redis: RedisStore;
  readonly keys: RedisKeys;
  readonly seals: Seals;
  readonly authenticators: Authenticators;
  readonly recoveryCodes: RecoveryCodes;
  readonly settings: {
    /** Shown by the authenticator app: the operator's name. */
    readonly issuerName: string;
    /** s that a key waits for its first code, and new recovery codes to be saved. */
    readonly life: number;
  };
}

interface Kept {
  /** The authenticator's, once it is confirmed: what makes the confirmation happen once. */
  readonly id: string;
  readonly secret: string;
}

/**
 * Setting up authenticator apps. An `owner` (the uid of an interaction or of a session) has one going for an
 * account at a time. All methods throw AppError('store-away').
 */
export class Enrolments {
  readonly #deps: EnrolmentDependencies;
  readonly #pending: RedisRecord<Kept>;
  readonly #fresh: ToShow<readonly string[]>;

  constructor(deps: EnrolmentDependencies) {
    const { redis, keys, seals, settings } = deps;
    this.#deps = deps;
    const sealed = { seals, as: 'enrolment' };
    const key = (id: string) => keys.pendingEnrolment(id);
    this.#pending = new RedisRecord(redis, { key, life: settings.life, sealed });
    this.#fresh = new ToShow(deps, 'fresh-codes', deps.settings.life);
  }

  /** The key to be set up: the same one each time until it is confirmed, in parallel tabs too. */
  async pending(owner: string, account: string, label: string): Promise<PendingEnrolment> {
    const issuer = this.#deps.settings.issuerName;
    const mine = { id: newRowId(), secret: newSecret() };
    const { secret } = await this.#pending.putFirst(ownerHash(owner, account), mine);
    return { secret: inGroups(secret), uri: keyUri({ secret, issuer, label }) };
  }

  /**
   * Stores the authenticator that is being set up, if the code is its own; that code is spent with it. An
   * account without recovery codes gets some, to be shown: see {@link codesToShow}. Of any number of parallel
   * calls one answers `enrolled`.
   * @param typed.name what the person calls it; see nameFault
   * @throws AppError('bad-request') for a name that is none; AppError('busy')
   */
  async confirm(
    owner: string,
    account: string,
    typed: { code: string; name: string },
    record: Recorder,
  ): Promise<Confirmed> {
    const fault = codeFault(typed.code);
    if (fault) return fault;
    const kept = await this.#pending.read(ownerHash(owner, account));
    if (!kept) return 'gone';
    const { id, secret } = kept.value;
    const step = await this.#deps.authenticators.stepOf(secret, typed.code);
    if (step === undefined) return 'wrong';
    const added = { id, account, name: typed.name, secret, step };
    const confirmed = await this.#store(owner, added, record);
    // Only the key that was confirmed: the person may have begun with another meanwhile. The factor is enrolled by now,
    // so a failure here is not told: a key that is left over confirms nothing, and expires. [rule 40]
    await this.#pending.take(ownerHash(owner, account), kept.seen).catch(() => undefined);
    return confirmed;
  }

  async #store(
    owner: string,
    added: Parameters<Authenticators['add']>[1],
    record: Recorder,
  ): Promise<'enrolled' | 'gone' | 'full'> {
    const { db, authenticators, recoveryCodes } = this.#deps;
    const { account } = added;
    // Before the transaction: hashing would hold its locks for as long as the queue is.
    const codes = (await recoveryCodes.remaining(account)) === 0 ? await recoveryCodes.prepare() : undefined;
    return db.transaction().execute(async (tx) => {
      if (!(await lockAccount(tx, account))) return 'gone';
      const outcome = await authenticators.add(tx, added, record);
      if (outcome !== 'added') return outcome === 'full' ? 'full' : 'gone';
      const lacking = (await recoveryCodes.remainingWithin(tx, account)) === 0;
      if (codes && lacking) await this.#storeCodes(tx, owner, account, codes, record);
      return 'enrolled';
    });
  }

  /** Makes new recovery codes, to be shown; the earlier ones are dead. @throws AppError('busy') */
  async regenerate(owner: string, account: string, record: Recorder): Promise<void> {
    const codes = await this.#deps.recoveryCodes.prepare();
    await this.#deps.db.transaction().execute(async (tx) => {
      await lockAccount(tx, account);
      await this.#storeCodes(tx, owner, account, codes, record);
    });
  }

  /** Recovery codes that were made for this owner and not yet saved; undefined when there are none. */
  async codesToShow(owner: string, account: string): Promise<readonly string[] | undefined> {
    return this.#fresh.find(owner, account);
  }

  /** The person has saved the codes. */
  async acknowledge(owner: string, account: string): Promise<void> {
    await this.#fresh.forget(owner, account);
  }

  async #storeCodes(
    tx: Transaction,
    owner: string,
    account: string,
    set: CodeSet,
    record: Recorder,
  ): Promise<void> {
    await this.#deps.recoveryCodes.replace(tx, account, set, record);
    // Before the commit: codes that nobody can be shown must not come to be.
    await this.#fresh.keep(owner, account, set.codes);
  }
}
