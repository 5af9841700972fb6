import type { Command } from 'commander';
import type { Lock } from '../lockout/lock-store.ts';
import type { Streak } from '../lockout/streaks.ts';
import { unlockAccount } from '../use-cases/unlock-account.ts';
import { withTools } from './command.ts';
import { Failure } from './failure.ts';
import { calling, findAccount, onAccount, type Whose } from './find.ts';
import { cell, clean, count, writeJson, writeLine } from './output.ts';
import { type Common, verb } from './verb.ts';

/** `accounts unlock`. */
export function accountsUnlockCommand(accounts: Command): void {
  const what = 'end all locks of an account now and reset its failed attempts';
  onAccount(verb(accounts, 'unlock [account]', what)).action(unlock);
}

async function unlock(name: string | undefined, { json, ...whose }: Common & Whose): Promise<void> {
  await withTools(async (tools) => {
    const account = await findAccount(tools, { ...whose, account: name });
    if (!account.userId) throw new Failure(`${calling(account)} has no user ID yet, so nothing is locked`);
    const { locks, opened } = await unlockAccount(await tools.limiter(), account, tools.actor);
    if (json) {
      return writeJson({ sub: account.sub, user_id: account.userId, locks_lifted: locks, opened });
    }
    const ended = [
      ...(locks > 0 ? [count(locks, 'lock')] : []),
      ...(opened > 0 ? [count(opened, 'block')] : []),
    ];
    const what = ended.length > 0 ? `is unlocked: ${ended.join(' and ')} ended` : 'was not locked';
    writeLine(`${clean(calling(account))} ${what}. Failed attempts were reset.`);
  });
}

/** A lock as JSON has it. */
export function lockFacts({ secret, device, beganAt, endsAt }: Lock) {
  return { secret, of: device ? 'one device' : 'unknown devices', began_at: beganAt, ends_at: endsAt };
}

/** `password until 2026-01-31 09:15:00Z`, one after the other. */
export function describeLocks(locks: readonly Lock[]): string[] {
  return locks.map(
    ({ secret, device, endsAt }) => `${secret}${device ? ' (one device)' : ''} until ${cell(endsAt)}`,
  );
}

/** Failures in a row as JSON has them. */
export function failureFacts({ secret, device, failures, lastAt, shutAt }: Streak) {
  const of = device ? 'one device' : 'unknown devices';
  return { secret, of, in_a_row: failures, last_at: lastAt, shut_at: shutAt };
}

/** `totp 57, the last 2026-01-31 09:15:00Z`, or that no more are taken, one after the other. */
export function describeFailures(streaks: readonly Streak[]): string[] {
  return streaks.map(({ secret, device, failures, lastAt, shutAt }) => {
    const whose = `${secret}${device ? ' (one device)' : ''} ${failures}`;
    return shutAt ? `${whose}, not accepted since ${cell(shutAt)}` : `${whose}, the last ${cell(lastAt)}`;
  });
}
