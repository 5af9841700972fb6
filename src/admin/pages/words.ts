/** The words of a page for what the stores name by codes. */

import type { MessageId, Translator } from '../../html/messages.ts';
import { ROLES } from '../../roles.ts';
import type { SessionFacts } from '../operations/sessions.ts';

/** A device as http/device-name.ts names it, in the page's language. */
export function deviceWords(name: string, t: Translator): string {
  const [browser, system] = name.split(' on ');
  if (!browser) return t('account-second-factor.device-unknown');
  return system ? t('account-second-factor.device', { browser, system }) : browser;
}

/** A role in words. */
export function roleWords(role: string, t: Translator): string {
  const known = ROLES.find((each) => each === role);
  return known ? t(`role.${known}`) : role;
}

const END_REASONS: ReadonlyMap<string, MessageId> = new Map([
  ['signed-out', 'admin-end.signed-out'],
  ['idle', 'admin-end.idle'],
  ['absolute', 'admin-end.absolute'],
  ['switched-user', 'admin-end.switched-user'],
  ['revoked', 'admin-end.revoked'],
  ['not-me', 'admin-end.not-me'],
  ['password-changed', 'admin-end.password-changed'],
  ['factor-removed', 'admin-end.factor-removed'],
  ['account-disabled', 'admin-end.account-disabled'],
  ['too-many', 'admin-end.too-many'],
]);

/** Why a session ended. @param reason as sessions/ledger.ts names it; one that this page does not know stays */
export function endWords(reason: string | null, t: Translator): string {
  const words = reason === null ? 'admin-sessions.ended' : END_REASONS.get(reason);
  return words ? t(words) : String(reason);
}

const USES: ReadonlyMap<string, MessageId> = new Map([
  ['authorize', 'admin-use.authorize'],
  ['launcher', 'admin-use.launcher'],
  ['refresh', 'admin-use.refresh'],
  ['activity', 'admin-use.activity'],
  ['stay', 'admin-use.stay'],
]);

/** What last counted as activity, as sessions/ledger.ts names it, and in which app; null where nobody knows. */
export function useWords(
  { last_seen_by: by, last_seen_app: app }: Pick<SessionFacts, 'last_seen_by' | 'last_seen_app'>,
  t: Translator,
): string | null {
  if (by === null) return null;
  const words = USES.get(by);
  return `${words ? t(words) : by}${app ? ` (${app})` : ''}`;
}

const REFUSALS: ReadonlyMap<string, MessageId> = new Map([
  ['role-missing', 'admin-refused.role-missing'],
  ['own-account', 'admin-refused.own-account'],
  ['not-active', 'admin-refused.not-active'],
  ['no-factor', 'admin-refused.no-factor'],
  ['no-contact', 'admin-refused.no-contact'],
  ['contact-changed', 'admin-refused.contact-changed'],
  ['many-messages', 'admin-refused.many-messages'],
  ['running', 'admin-refused.running'],
  ['stopped-lately', 'admin-refused.stopped-lately'],
  ['no-code', 'admin-refused.no-code'],
  ['malformed', 'admin-refused.malformed'],
  ['wrong-code', 'admin-refused.wrong-code'],
  ['locked', 'admin-refused.locked'],
  ['not-verified', 'admin-refused.not-verified'],
  ['not-theirs', 'admin-refused.not-theirs'],
  ['nothing-held', 'admin-refused.nothing-held'],
  ['second-person', 'admin-refused.second-person'],
]);

/** Why something was not done. @param why a reason of help-desk/refusals.ts, or a sentence, which stays */
export function refusalWords(why: string, t: Translator): string {
  const words = REFUSALS.get(why);
  return words ? t(words) : why;
}
