import { Access } from '../account/access.ts';
import { AccountSecondFactor } from '../account/second-factor.ts';
import type { Config } from '../config.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { AAL2 } from '../oidc/claims.ts';
import { SessionList } from '../sessions/session-list.ts';
import type { Factors, People, SignedIn, Stores } from './parts.ts';

export type AccountParts = People & SignedIn & Factors;

/** The pages of a person's own account, in the order of its menu. */
export function createAccount(
  config: Config,
  { db }: Stores,
  parts: AccountParts,
  active: (uid: string) => Promise<void>,
): AccountSecondFactor[] {
  const { accounts, trail, sessions, cookie, csrf, page } = parts;
  const { authenticators, enrolments, recoveryCodes, devices } = parts;
  const recorder = (ctx: Context) => trail.recorder(originOf(ctx));
  const list = new SessionList(db);
  const access = new Access({
    ...{
      issuer: config.issuer,
      cookie,
      accounts,
      active,
      withFactor: AAL2,
      fresh: config.second_factor.fresh,
    },
    // The session that has just set up the factor is shown its recovery codes before it is asked for a code:
    // the one that confirmed it is spent.
    hasFactor: async (sub, session) =>
      (await authenticators.isEnrolled(sub)) && !(await enrolments.codesToShow(session, sub)),
  });
  return [
    new AccountSecondFactor({
      ...{ access, csrf, page, authenticators, enrolments, recoveryCodes, devices, recorder },
      openSessions: async (sub) => (await list.openOfAccount(sub)).sessions,
      removeAuthenticator: async (ctx, sub, id) => {
        const removed = await db.transaction().execute(async (tx) => {
          const done = await authenticators.remove(sub, id, recorder(ctx), tx);
          // PostgreSQL's word first: what was opened with it is dead even if Redis forgets that it ended.
          if (done) await accounts.revokeSessions(tx, sub);
          return done;
        });
        if (removed)
          await sessions.endAllOf(sub, { reason: 'factor-removed', by: sub, origin: originOf(ctx) });
        return removed;
      },
    }),
  ];
}
