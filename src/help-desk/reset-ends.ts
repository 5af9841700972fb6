import type { AuditTrail } from '../audit/trail.ts';
import type { Origin } from '../http/origin.ts';
import { ACTORS } from '../names.ts';
import type { Transaction } from '../postgres/database.ts';
import { endReset, type RunningReset } from './reset-store.ts';

type Trail = Pick<AuditTrail, 'append'>;

/** Stops a reset, while its account is locked. @param how.by a sub, or the service itself */
export async function stopReset(
  tx: Transaction,
  trail: Trail,
  { id, account, state }: RunningReset,
  { by, reason, origin }: { by: string; reason: 'link' | 'help-desk' | 'account-disabled'; origin: Origin },
): Promise<void> {
  await endReset(tx, id, { state: 'stopped', by, reason });
  const event = { event: 'factor-reset.stopped', outcome: 'success', before: { id, state } } as const;
  await trail.append(tx, { ...event, reason, account, actor: by }, origin);
}

/** Ends a reset that may not go on: its account was disabled, or its code or proof is too old. */
export async function giveUp(
  tx: Transaction,
  trail: Trail,
  reset: RunningReset,
  origin: Origin,
): Promise<void> {
  const { id, account, state, accountDisabled } = reset;
  const by = ACTORS.service;
  if (accountDisabled) return stopReset(tx, trail, reset, { by, reason: 'account-disabled', origin });
  const reason = state === 'verified' ? 'unused' : 'expired';
  await endReset(tx, id, { state: 'expired', by, reason });
  const event = { event: 'helpdesk.verification-failed', outcome: 'failure', after: { id } } as const;
  await trail.append(tx, { ...event, reason, account, actor: by }, origin);
}
