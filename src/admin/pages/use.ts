import type { MessageId, Translator } from '../../html/messages.ts';
import type { SessionFacts } from '../operations/sessions.ts';

const WORDS = new Map<string, MessageId>([
  ['authorize', 'admin-use.authorize'],
  ['launcher', 'admin-use.launcher'],
  ['refresh', 'admin-use.refresh'],
  ['activity', 'admin-use.activity'],
  ['stay', 'admin-use.stay'],
]);

/** What last counted as activity, as sessions/use.ts names it, and in which app; null where nobody knows. */
export function useWords(
  { last_seen_by: by, last_seen_app: app }: Pick<SessionFacts, 'last_seen_by' | 'last_seen_app'>,
  t: Translator,
): string | null {
  if (by === null) return null;
  const words = WORDS.get(by);
  return `${words ? t(words) : by}${app ? ` (${app})` : ''}`;
}
