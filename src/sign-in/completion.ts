import type { CompletedLogin } from '../sessions/interaction.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import type { Progress } from './progress.ts';
import type { IdentifiedRequest } from './sign-in-request.ts';

/** The names of the two assurance levels; oidc/claims.ts has them. */
export interface Levels {
  readonly one: string;
  readonly two: string;
}

/**
 * What a finished sign-in says of itself. A factor that the same person proved on the same session before goes
 * on to count (NIST SP 800-63B-4 §2.2.3: one factor and the session's secret reauthenticate); a remembered
 * device is no factor, and a session that never had one says so.
 */
export function completedLogin(
  { progress, session, person }: IdentifiedRequest,
  levels: Levels,
): CompletedLogin {
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
