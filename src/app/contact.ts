import type { AccountContactParts } from '../account/contact.ts';
import type { UndoContactParts } from '../account/undo.ts';
import { ContactChanges } from '../accounts/contact-changes.ts';
import { ContactCodes } from '../accounts/contact-codes.ts';
import type { Config } from '../config.ts';
import { originOf } from '../http/origin.ts';
import type { AccountParts } from './account.ts';
import { momentFor } from './alarms.ts';
import type { Stores } from './parts.ts';

type ContactParts = Pick<
  AccountContactParts,
  'codes' | 'channels' | 'rules' | 'codeLife' | 'sendCode' | 'change'
> &
  Pick<UndoContactParts, 'find' | 'undo'>;

/** Changing an e-mail address or phone number, and undoing it. */
export function createContactParts(
  config: Config,
  { db, redis, keys }: Pick<Stores, 'db' | 'redis' | 'keys'>,
  { accounts, trail, notices, sessions, sealer }: AccountParts,
): ContactParts {
  const { contact_code_life: codeLife, undo_life: undoLife } = config.accounts;
  const changes = new ContactChanges(db, undoLife);
  return {
    codes: new ContactCodes({ redis, keys, seals: sealer, life: codeLife }),
    channels: () => notices.channels,
    rules: { country: config.recovery.default_country, countries: config.notices.sms.countries },
    codeLife,
    sendCode: async (ctx, { sub, account }, contact, code) => {
      const values = { code, minutes: Math.round(codeLife / 60) };
      const about = { account: sub, locale: account.locale, address: ctx.state.address, life: codeLife };
      await db
        .transaction()
        .execute((tx) => notices.enqueue(tx, { kind: 'contact-code', values, ...contact, ...about }));
    },
    change: async (ctx, sub, contact) =>
      db.transaction().execute(async (tx) => {
        const changed = await changes.change(tx, sub, contact, trail.recorder(originOf(ctx)));
        if (!changed) return false;
        const { before, token } = changed;
        const kind = contact.channel === 'email' ? 'email-changed' : 'phone-changed';
        const link = `${config.issuer}/account/undo/${token}`;
        const values = { ...momentFor(before), link, hours: Math.round(undoLife / 3600) };
        // To where the account was reached before, on every channel: the new address may be a thief's.
        await notices.alarm(tx, before, { kind, values }, { everywhere: true });
        return true;
      }),
    find: (token) => changes.find(token),
    undo: (ctx, token) =>
      sessions.changing(async (tx, end) => {
        const both = await changes.undo(tx, token, trail.recorder(originOf(ctx)));
        if (!both) return false;
        const { before, after } = both;
        await accounts.revokeSessions(tx, after.sub);
        const words = { kind: 'contact-restored', values: momentFor(after) } as const;
        await notices.alarm(tx, after, words, { everywhere: true });
        // Whoever undoes it may be a thief in the old mailbox: the address that goes hears of it too.
        const email = before.email === after.email ? null : before.email;
        const phoneNumber = before.phoneNumber === after.phoneNumber ? null : before.phoneNumber;
        await notices.alarm(tx, { ...before, email, phoneNumber }, words, { everywhere: true });
        await end(after.sub, { reason: 'revoked', by: after.sub, origin: originOf(ctx) });
        return true;
      }),
  };
}
