import { clock } from '../clock.ts';
import type { RedisKeys } from '../redis/keys.ts';
import { RedisRecord } from '../redis/record.ts';
import type { RedisStore } from '../redis/store.ts';
import type { CompletedLogin } from '../sessions/interaction.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import type { SigningIn } from './flow.ts';

/** What was proved in one sign-in so far. It is not a session: nothing is opened before every step is done. */
export interface Progress {
  readonly account: string;
  /** The browser that proved it; another one with the same interaction cookie begins anew. */
  readonly browser: string;
  /** When the person began to prove who they are, epoch ms: what was revoked since lets nobody in. */
  readonly provedAt: number;
  /** When the password was given, epoch seconds; absent in a step-up of a session. */
  readonly passwordAt?: number;
  /** The second factor that was proved, and when, epoch seconds. */
  readonly factor?: { readonly kind: 'otp' | 'recovery-code'; readonly at: number };
  readonly mustChange?: boolean;
  readonly contactAsked?: boolean;
  readonly isPublic?: boolean;
}

/** A progress as it was read; `seen` is what it is compared with when it is changed. */
export interface ReadProgress {
  readonly seen: string;
  readonly progress: Progress | undefined;
}

/**
 * The progress of sign-ins, one an interaction. Beside oidc-provider's own record, which it writes back whole;
 * changes are compare-and-set, so that of two posts at once neither undoes the other's step.
 */
export class ProgressStore {
  readonly #records: RedisRecord<Progress>;

  /** @param life seconds that an interaction may take */
  constructor(redis: RedisStore, keys: RedisKeys, life: number) {
    this.#records = new RedisRecord(redis, { key: (uid) => keys.signInProgress(uid), life });
  }

  /** @param browser names the browser by a secret that only it holds */
  async read(uid: string, browser: string | undefined): Promise<ReadProgress> {
    const { seen = '', value: progress } = (await this.#records.read(uid)) ?? {};
    return { seen, progress: progress?.browser === browser ? progress : undefined };
  }

  /** True when nobody changed it since it was read; else the caller looks at the sign-in again. */
  write(uid: string, { seen }: ReadProgress, progress: Progress): Promise<boolean> {
    return this.#records.replace(uid, seen, progress);
  }

  forget(uid: string): Promise<void> {
    return this.#records.forget(uid);
  }
}

/** What is proved once a second factor is: with the password before it, or alone in a step-up of a session. */
export function factorProved(
  before: Progress | undefined,
  kind: NonNullable<Progress['factor']>['kind'],
  account: string,
  browser: string,
): Progress {
  const now = clock.now();
  const begun = before ?? { account, browser, provedAt: now };
  return { ...begun, factor: { kind, at: Math.floor(now / 1000) } };
}

/** The names of the two assurance levels; oidc/claims.ts has them. */
export interface Levels {
  readonly one: string;
  readonly two: string;
}

interface Completed {
  readonly progress: Progress | undefined;
  readonly session: StoredSession | undefined;
  readonly person: SigningIn;
}

/**
 * What a finished sign-in says of itself. A factor that the same person proved on the same session before goes
 * on to count (NIST SP 800-63B-4 §2.2.3: one factor and the session's secret reauthenticate); a remembered
 * device is no factor, and a session that never had one says so.
 */
export function completedLogin({ progress, session, person }: Completed, levels: Levels): CompletedLogin {
  const { sub, deviceIsRemembered } = person;
  const before = session?.login.accountId === sub ? session : undefined;
  const factor = progress?.factor;
  const factorAt = factor?.at ?? before?.login.factorAt;
  return {
    accountId: sub,
    acr: factorAt === undefined ? levels.one : levels.two,
    amr: methods(progress, before),
    ts: progress?.passwordAt ?? before?.login.loginTs ?? 0,
    provedAt: progress?.provedAt ?? 0,
    factorAt,
    remembered: factorAt === undefined && deviceIsRemembered,
    isPublic: progress?.isPublic === true,
    session: before?.uid,
    continues: before !== undefined && (progress?.passwordAt === undefined || factor === undefined),
  };
}

/** RFC 8176; a recovery code is no one-time password by any of its names, so it only makes it `mfa`. */
function methods(progress: Progress | undefined, before: StoredSession | undefined): string[] {
  if (!progress?.factor) {
    return before?.login.factorAt === undefined ? ['pwd'] : [...(before.login.amr ?? ['pwd'])];
  }
  return progress.factor.kind === 'otp' ? ['pwd', 'otp', 'mfa'] : ['pwd', 'mfa'];
}
