import type { Challenged, FactorChallenge } from '../factors/challenge.ts';
import type { Form } from '../http/forms.ts';
import { MAILBOX } from '../lockout/attempt-pages.ts';
import { AfterFactor } from './pages/ways.tsx';
import type { IdentifiedRequest } from './recovery-request.ts';
import type { ReadReset, Resets } from './resets.ts';

export interface FactorStepDependencies {
  readonly challenge: FactorChallenge;
  readonly resets: Resets;
  readonly fold: (userId: string) => string;
}

/** The account's second factor, or a recovery code. A remembered device does not stand for it here. */
export class FactorStep {
  readonly #deps: FactorStepDependencies;

  constructor(deps: FactorStepDependencies) {
    this.#deps = deps;
  }

  async show(request: IdentifiedRequest): Promise<void> {
    await this.#deps.challenge.show(this.#challenged(request));
  }

  async submit(request: IdentifiedRequest, form: Form): Promise<'next' | undefined> {
    const { challenge, resets } = this.#deps;
    const factor = await challenge.submit(this.#challenged(request), form);
    if (factor === undefined || factor === 'next') return factor;
    await resets.write(request.read, { ...request.read.reset, factor });
    return 'next';
  }

  #challenged(request: IdentifiedRequest): Challenged {
    const { app, person, page, read } = request;
    const { sub: account, userId } = person;
    return {
      caller: request,
      account,
      subject: this.#deps.fold(userId),
      app,
      device: deviceOf(read),
      page: { at: 'recovery', user: userId, after: (other) => AfterFactor({ ...page, children: other }) },
    };
  }
}

/** Failures of somebody who knows the password, and has not got the mailbox, lock no mailed link. [rule 37] */
function deviceOf({ reset }: ReadReset): string | undefined {
  return reset.proved?.by === 'link' ? MAILBOX : undefined;
}
