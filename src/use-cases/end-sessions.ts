import type { SessionCriteria } from '../sessions/session-filter.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Actor } from './actor.ts';

/**
 * Ends every open session that matches. The first step commits, and all of them are dead with it; the second closes
 * them in the ledger and tells their apps, so that the caller sees it done. The service's sweep does what is left.
 * @param note why, in the actor's words
 * @returns how many, and the id that each session's audit event names as `bulk_end`
 * @throws TypeError when the criteria name no sessions in particular; AppError('store-away')
 */
export async function endSessions(
  sessions: Pick<Sessions, 'endMatching' | 'settleMarked'>,
  criteria: SessionCriteria,
  { name: by, origin }: Pick<Actor, 'name' | 'origin'>,
  note: string | undefined,
): Promise<{ id: string; sessions: number }> {
  const ended = await sessions.endMatching(criteria, { by, note, origin });
  await sessions.settleMarked();
  return ended;
}
