import type { AccountPracticeDependencies } from '../account/practice.ts';
import { Delegation } from '../accounts/delegation.ts';
import { Practices } from '../accounts/practices.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { Invite } from '../use-cases/invite.ts';
import type { AccountDependencies } from './account.ts';
import type { Stores } from './capabilities.ts';

/** Undoes what was made for somebody whose mailbox gets no more for now. */
class TooMuchMail extends Error {}

type DelegationDependencies = Pick<
  AccountPracticeDependencies,
  'delegation' | 'invite' | 'inviteAgain' | 'assign' | 'end'
>;

/** A practice's own administration, with the links that it sends. */
export function createDelegation(
  { db }: Pick<Stores, 'db'>,
  { accounts, trail }: AccountDependencies,
  invite: Invite,
): DelegationDependencies {
  const practices = new Practices(db);
  const delegation = new Delegation({ db, accounts, practices });
  const recorder = (ctx: Context) => trail.recorder(originOf(ctx));
  return {
    delegation,
    invite: (ctx, who, invitation) =>
      db
        .transaction()
        .execute(async (tx) => {
          const invited = await delegation.invite(tx, who, invitation, recorder(ctx));
          if (typeof invited === 'string') return invited;
          const sent = await invite.send(tx, { account: invited.sub, by: who.actor }, recorder(ctx));
          // Nobody is made who then hears nothing of it.
          if (sent === 'many') throw new TooMuchMail();
          return invited;
        })
        .catch((error: unknown) => {
          if (error instanceof TooMuchMail) return 'many' as const;
          throw error;
        }),
    inviteAgain: (ctx, who, id) =>
      db.transaction().execute(async (tx) => {
        const again = await delegation.mayInviteAgain(tx, who, id);
        if (typeof again === 'string') return 'gone';
        const sent = await invite.send(tx, { account: again.sub, by: who.actor }, recorder(ctx));
        if (sent === 'many') return sent;
        return sent === 'not-invited' || sent === 'unreachable' ? 'gone' : 'sent';
      }),
    assign: (ctx, who, change) =>
      db.transaction().execute((tx) => delegation.assign(tx, who, change, recorder(ctx))),
    end: (ctx, who, id) => db.transaction().execute((tx) => delegation.end(tx, who, id, recorder(ctx))),
  };
}
