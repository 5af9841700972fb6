import type { Administering, Delegation, Invitation, Invited } from '../accounts/delegation.ts';
import type { Recorder } from '../audit-events.ts';
import type { Database } from '../postgres/database.ts';
import type { Invite } from './invite.ts';

export interface InviteMemberDependencies {
  readonly db: Database;
  readonly delegation: Pick<Delegation, 'invite' | 'mayInviteAgain'>;
  readonly invite: Pick<Invite, 'send'>;
}

/** Undoes what was made for somebody whose mailbox gets no more for now. */
class TooMuchMail extends Error {}

/** A practice's administrator invites somebody to work there: an account, a role, and the link to activate both. */
export class InviteMember {
  readonly #deps: InviteMemberDependencies;

  constructor(deps: InviteMemberDependencies) {
    this.#deps = deps;
  }

  /** @returns `many` when that mailbox was sent many messages lately @throws AppError('store-away') */
  async invite(who: Administering, invitation: Invitation, record: Recorder): Promise<Invited | 'many'> {
    const { db, delegation, invite } = this.#deps;
    try {
      return await db.transaction().execute(async (tx) => {
        const invited = await delegation.invite(tx, who, invitation, record);
        if (typeof invited === 'string') return invited;
        const sent = await invite.send(tx, { account: invited.sub, by: who.actor }, record);
        // No account is made for somebody who would hear nothing of it.
        if (sent === 'many') throw new TooMuchMail();
        return invited;
      });
    } catch (error) {
      if (error instanceof TooMuchMail) return 'many';
      throw error;
    }
  }

  /** Sends a new link to a member who has not come yet; the earlier one is dead. @throws AppError('store-away') */
  again(who: Administering, membership: string, record: Recorder): Promise<'sent' | 'gone' | 'many'> {
    const { db, delegation, invite } = this.#deps;
    return db.transaction().execute(async (tx) => {
      const member = await delegation.mayInviteAgain(tx, who, membership);
      if (typeof member === 'string') return 'gone';
      const sent = await invite.send(tx, { account: member.sub, by: who.actor }, record);
      if (sent === 'many') return sent;
      return sent === 'not-invited' || sent === 'unreachable' ? 'gone' : 'sent';
    });
  }
}
