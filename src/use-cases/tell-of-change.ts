import type { Accounts } from '../accounts/accounts.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { EventName, Recorder } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';
import { momentFor, type ReadersMoment } from '../moments.ts';
import type { NoticeWords } from '../notices/kinds.ts';
import type { Notices } from '../notices/notices.ts';
import type { Transaction } from '../postgres/database.ts';

export interface TellOfChangeDependencies {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly notices: Pick<Notices, 'alarm'>;
  readonly trail: Pick<AuditTrail, 'recorder'>;
}

/** Changes that their person is told of wherever they are made. [ASVS 6.3.7] */
const TOLD = new Map<EventName, 'factor-enrolled' | 'factor-removed' | 'password-changed'>([
  ['factor.enrolled', 'factor-enrolled'],
  ['factor.removed', 'factor-removed'],
  ['password.changed', 'password-changed'],
]);

/** Tells people what happened to their account, in the transaction in which it happens. */
export class TellOfChange {
  readonly #deps: TellOfChangeDependencies;

  constructor(deps: TellOfChangeDependencies) {
    this.#deps = deps;
  }

  /** Tells nobody of an account that cannot sign in. @param everywhere on every channel at once */
  async tell(
    tx: Transaction,
    sub: string,
    words: (moment: ReadersMoment) => NoticeWords,
    { everywhere = false } = {},
  ): Promise<void> {
    const account = await this.#deps.accounts.find(sub, tx);
    if (account?.status !== 'active') return;
    await this.#deps.notices.alarm(tx, account, words(momentFor(account)), { everywhere });
  }

  /** The audit trail's recorder, which also tells the person. */
  recorder(origin: Origin): Recorder {
    const record = this.#deps.trail.recorder(origin);
    return async (tx, event) => {
      await record(tx, event);
      const kind = TOLD.get(event.event);
      if (kind && event.account) await this.tell(tx, event.account, (values) => ({ kind, values }));
    };
  }
}
