import type { MessageId, Translator } from '../../html/messages.ts';

const WORDS: ReadonlyMap<string, MessageId> = new Map([
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

/** Why something was not done. @param why a reason of factors/reset-refused.ts, or a sentence, which stays */
export function refusalWords(why: string, t: Translator): string {
  const words = WORDS.get(why);
  return words ? t(words) : why;
}
