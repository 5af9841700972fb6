import type { AccountContactDependencies } from '../account/contact.ts';
import type { UndoContactDependencies } from '../account/undo.ts';
import type { Config } from '../config.ts';
import { originOf } from '../http/origin.ts';
import { momentFor } from '../moments.ts';
import type { AccountDependencies } from './account.ts';

type ContactDependencies = Pick<
  AccountContactDependencies,
  'codes' | 'channels' | 'rules' | 'codeLife' | 'sendCode' | 'change'
> &
  Pick<UndoContactDependencies, 'find' | 'undo'>;

/** Changing an e-mail address or phone number, and undoing it. */
export function createContactDependencies(
  config: Config,
  {
    accounts,
    devices,
    trail,
    notices,
    sessions,
    contactChanges,
    contactCodes,
    changeContact,
    sendContactCode,
  }: AccountDependencies,
): ContactDependencies {
  const { contact_code_life: codeLife } = config.accounts;
  return {
    codes: contactCodes,
    channels: () => notices.channels,
    rules: { country: config.recovery.default_country, countries: config.notices.sms.countries },
    codeLife,
    sendCode: (ctx, { sub, account: { locale } }, contact, code) =>
      sendContactCode(contact, { code, account: sub, locale, by: 'person', address: ctx.state.address }),
    change: (ctx, sub, contact) => changeContact.make(sub, contact, trail.recorder(originOf(ctx))),
    find: (token) => contactChanges.find(token),
    undo: (ctx, token) =>
      sessions.changing(async (tx, end) => {
        const both = await contactChanges.undo(tx, token, trail.recorder(originOf(ctx)));
        if (!both) return false;
        const { before, after } = both;
        await accounts.revokeSessions(tx, after.sub);
        // Whoever changed it may have had their browser remembered.
        await devices.forgetAllWithin(tx, after.sub, trail.recorder(originOf(ctx)));
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
