import type { FactorResetsDependencies, Origin } from './factor-reset-dependencies.ts';
import { ResetRefused } from './reset-refused.ts';

/** What somebody of the help desk asks for. */
export type HelpdeskAct =
  | 'verification-start'
  | 'verification'
  | 'reset-request'
  | 'reset-approval'
  | 'reset-stop';

export interface Asked {
  readonly act: HelpdeskAct;
  /** A sub. */
  readonly account: string;
  /** A sub. */
  readonly by: string;
}

/** Writes down what the help desk was refused: somebody who tries what they may not do is to be seen. */
export class Refusals {
  readonly #deps: Pick<FactorResetsDependencies, 'db' | 'append'>;

  constructor(deps: Pick<FactorResetsDependencies, 'db' | 'append'>) {
    this.#deps = deps;
  }

  /**
   * Does the work. A refusal gets a row of its own, after the work's transaction is rolled back.
   * @throws ResetRefused; AppError('store-away') where that cannot be written
   */
  async noting<T>(asked: Asked, origin: Origin, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ResetRefused) await this.#write(asked, error, origin);
      throw error;
    }
  }

  async #write(
    { act, account, by }: Asked,
    { because: reason }: ResetRefused,
    origin: Origin,
  ): Promise<void> {
    // It has its row already, in the transaction that compared the code.
    if (reason === 'wrong-code') return;
    const { db, append } = this.#deps;
    const event = { event: 'helpdesk.refused', outcome: 'failure', reason, after: { act } } as const;
    await db.transaction().execute((tx) => append(tx, { ...event, account, actor: by }, origin));
  }
}
