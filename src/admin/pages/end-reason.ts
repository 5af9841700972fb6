import type { MessageId, Translator } from '../../html/messages.ts';

const WORDS: ReadonlyMap<string, MessageId> = new Map([
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
  const words = reason === null ? 'admin-sessions.ended' : WORDS.get(reason);
  return words ? t(words) : String(reason);
}
