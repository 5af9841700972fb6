import type { Origin } from '../sessions/ledger.ts';

/** Someone who may be signing in. */
interface Candidate {
  readonly sub: string;
  readonly status: string;
  readonly passwordHash: string | null;
}

export interface SignInFailed {
  event: 'sign-in.failed';
  outcome: 'failure';
  reason: 'unknown-user-id' | 'wrong-password' | 'account-not-active';
  account?: string;
  app?: string;
}

export interface PasswordParts {
  readonly accounts: {
    findByUserId(userId: string): Promise<Candidate | undefined>;
    rehash(sub: string, from: string, to: string): Promise<void>;
  };
  readonly hasher: {
    verify(hash: string | null | undefined, password: string): Promise<boolean>;
    needsRehash(hash: string): boolean;
    hash(password: string): Promise<string>;
  };
  readonly append: (event: SignInFailed, origin: Origin) => Promise<void>;
}

/** The password step. */
export class PasswordStep {
  readonly #parts: PasswordParts;

  constructor(parts: PasswordParts) {
    this.#parts = parts;
  }

  /**
   * The account's sub when user ID and password belong together and the account is active. Somebody and
   * nobody cost the same verification and the same audit row. [ASVS 6.3.8]
   * @throws AppError `busy` when too many are signing in, `store-away`
   */
  async check(
    typed: { userId: string; password: string; app: string },
    origin: Origin,
  ): Promise<string | undefined> {
    const { accounts, hasher, append } = this.#parts;
    const account = await accounts.findByUserId(typed.userId);
    const matches = await hasher.verify(account?.passwordHash, typed.password);
    if (account && matches && account.status === 'active') {
      await this.#renew(account, typed.password);
      return account.sub;
    }
    const reason = !account ? 'unknown-user-id' : matches ? 'account-not-active' : 'wrong-password';
    await append(
      {
        event: 'sign-in.failed',
        outcome: 'failure',
        reason,
        app: typed.app,
        ...(account ? { account: account.sub } : {}),
      },
      origin,
    );
    return undefined;
  }

  /** A hash of yesterday's cost answers sooner than the decoy of today's, and so tells who exists. */
  async #renew({ sub, passwordHash }: Candidate, password: string): Promise<void> {
    const { accounts, hasher } = this.#parts;
    if (!passwordHash || !hasher.needsRehash(passwordHash)) return;
    await accounts.rehash(sub, passwordHash, await hasher.hash(password));
  }
}
