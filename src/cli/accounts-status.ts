import type { Command } from 'commander';
import type { Touched } from '../sessions/session-list.ts';
import { disableAccount, enableAccount } from '../use-cases/disable-account.ts';
import { withTools } from './command.ts';
import { Failure } from './failure.ts';
import { calling, findAccount, onAccount, type Whose } from './find.ts';
import { clean, count, writeJson, writeLine } from './output.ts';
import { type Common, verb } from './verb.ts';

interface Options extends Common, Whose {
  readonly dryRun?: true;
}

/** `accounts disable` and `accounts enable`. */
export function accountsStatusCommands(accounts: Command): void {
  const what = 'disable an account and end all its sessions, tokens and phone sign-ins now';
  onAccount(verb(accounts, 'disable [account]', what))
    .option('--dry-run', 'only show what it would end')
    .action(disable);
  onAccount(verb(accounts, 'enable [account]', 'enable a disabled account')).action(enable);
}

async function disable(name: string | undefined, { dryRun, json, ...whose }: Options): Promise<void> {
  await withTools(async (tools) => {
    const account = await findAccount(tools, { ...whose, account: name });
    const touched = await tools.sessionList.openOfAccount(account.sub);
    // Whether or not Redis is there: the service does the rest, and tells the apps.
    if (!dryRun)
      await disableAccount({ ...tools, sessions: await tools.sessions() }, account.sub, tools.actor);
    if (json) {
      return writeJson({
        sub: account.sub,
        user_id: account.userId || null,
        status: dryRun ? account.status : 'disabled',
        dry_run: dryRun ?? false,
        sessions_ended: touched.sessions,
        offline_grants_ended: touched.offline,
      });
    }
    const verb = dryRun ? 'would be disabled, ending' : 'is disabled, ending';
    writeLine(`${clean(calling(account))} ${verb} ${describe(touched)}.`);
  });
}

async function enable(name: string | undefined, { json, ...whose }: Common & Whose): Promise<void> {
  await withTools(async (tools) => {
    const account = await findAccount(tools, { ...whose, account: name });
    if (account.status !== 'disabled')
      throw new Failure(`${calling(account)} is ${account.status}, not disabled`);
    const status = await enableAccount(tools, account.sub, tools.actor);
    if (json) return writeJson({ sub: account.sub, user_id: account.userId || null, status });
    const next =
      status === 'active' ? 'can sign in again' : 'is invited again: create a link with accounts invite';
    writeLine(`${clean(calling(account))} ${next}.`);
  });
}

/** `2 sessions and 1 offline grant (a phone's sign-in)`. */
export function describe({ sessions, offline }: Touched): string {
  const phones = offline > 0 ? ` and ${count(offline, 'offline grant')} (a phone's sign-in)` : '';
  return `${count(sessions, 'open session')}${phones}`;
}
