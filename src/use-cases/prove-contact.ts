import type { Account } from '../accounts/account.ts';
import type { Contact } from '../accounts/contact.ts';
import type { ContactChanges } from '../accounts/contact-changes.ts';
import type { ContactCodes } from '../accounts/contact-codes.ts';
import type { Recorder } from '../audit-events.ts';
import type { Notices } from '../notices/notices.ts';
import type { Database } from '../postgres/database.ts';

export interface ProveContactDependencies {
  readonly db: Database;
  readonly codes: Pick<ContactCodes, 'begin' | 'forget'>;
  readonly changes: Pick<ContactChanges, 'prove'>;
  readonly notices: Pick<Notices, 'mayGo' | 'enqueue'>;
  /** s that a code is good for. */
  readonly life: number;
}

/** Who proves an address, and by which kind of message. */
export interface Prover {
  /** Whose code it is: a session's uid, an interaction's, or an operator's name. */
  readonly owner: string;
  readonly account: Pick<Account, 'sub' | 'locale'>;
  /** Who enters the code: the person, or an operator to whom they read it. */
  readonly by: 'person' | 'operator';
  /** The client's. */
  readonly address?: string;
}

/** `wait`, `many`: as `ContactCodes.begin`; `mailbox`: that mailbox was sent many messages lately. */
export type CodeWithheld = 'wait' | 'many' | 'mailbox';

/** An address is proved by a code that was sent there. */
export class ProveContact {
  readonly #deps: ProveContactDependencies;

  constructor(deps: ProveContactDependencies) {
    this.#deps = deps;
  }

  /** @returns why no code was sent; undefined when it was @throws AppError('store-away') */
  async sendCode(
    { owner, account: { sub: account, locale }, by, address }: Prover,
    contact: Contact,
  ): Promise<CodeWithheld | undefined> {
    const { db, codes, notices, life } = this.#deps;
    const begun = await codes.begin(owner, account, contact);
    if (typeof begun === 'string') return begun;
    const kind = by === 'person' ? 'contact-code' : 'support-code';
    if (!(await notices.mayGo({ ...contact, kind, account }))) {
      await codes.forget(owner, account);
      return 'mailbox';
    }
    const values = { code: begun.code, minutes: Math.round(life / 60) };
    const notice = { kind, values, life, ...contact, account, locale, address } as const;
    await db.transaction().execute((tx) => notices.enqueue(tx, notice));
    return undefined;
  }

  /** The code for the address on file came back. An address changed meanwhile stays unproved. */
  async noteProved(sub: string, contact: Contact, record: Recorder): Promise<void> {
    const { db, changes } = this.#deps;
    await db.transaction().execute((tx) => changes.prove(tx, sub, contact, record));
  }
}
