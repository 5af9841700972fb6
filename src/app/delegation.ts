import type { AccountPracticeParts } from '../account/practice.ts';
import { Activations } from '../accounts/activations.ts';
import { Delegation } from '../accounts/delegation.ts';
import { Practices } from '../accounts/practices.ts';
import type { Config } from '../config.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { Transaction } from '../postgres/database.ts';
import type { AccountParts } from './account.ts';
import type { Stores } from './parts.ts';

type DelegationParts = Pick<AccountPracticeParts, 'delegation' | 'invite' | 'inviteAgain' | 'assign' | 'end'>;

/** A practice's own administration, with the links that it sends. */
export function createDelegation(
  config: Config,
  { db }: Pick<Stores, 'db'>,
  { accounts, trail, notices }: AccountParts,
): DelegationParts {
  const activations = new Activations(db, config.accounts.activation_life);
  const practices = new Practices(db);
  const delegation = new Delegation({ db, accounts, activations, practices });
  const recorder = (ctx: Context) => trail.recorder(originOf(ctx));
  const send = async (tx: Transaction, sub: string, link: { token: string; expiresAt: Date }) => {
    const account = await accounts.find(sub, tx);
    if (!account?.email) throw new Error('whoever is invited has an e-mail address');
    const { name, email: to, locale, zoneinfo } = account;
    const values = {
      ...{ name, link: `${config.issuer}/activate/${link.token}`, at: link.expiresAt.toJSON() },
      ...(zoneinfo ? { zone: zoneinfo } : {}),
    };
    const life = config.accounts.activation_life;
    const notice = { kind: 'activation', values, channel: 'email', to, account: sub, locale, life } as const;
    await notices.enqueue(tx, notice);
  };
  return {
    delegation,
    invite: (ctx, who, invitation) =>
      db.transaction().execute(async (tx) => {
        const invited = await delegation.invite(tx, who, invitation, recorder(ctx));
        if (typeof invited !== 'string') await send(tx, invited.account.sub, invited.link);
        return invited;
      }),
    inviteAgain: (ctx, who, id) =>
      db.transaction().execute(async (tx) => {
        const again = await delegation.inviteAgain(tx, who, id, recorder(ctx));
        if (typeof again === 'string') return 'gone';
        await send(tx, again.account, again.link);
        return 'sent';
      }),
    assign: (ctx, who, change) =>
      db.transaction().execute((tx) => delegation.assign(tx, who, change, recorder(ctx))),
    end: (ctx, who, id) => db.transaction().execute((tx) => delegation.end(tx, who, id, recorder(ctx))),
  };
}
