import type { Command } from 'commander';
import type { Account } from '../accounts/account.ts';
import { foldUserId } from '../accounts/user-id.ts';
import { Failure } from './failure.ts';
import type { Tools } from './tools.ts';

/** How commands name an account. */
export const ACCOUNT = 'a sub or a user ID (case-sensitive); use --sub or --user-id to say which';

/** Whose account; all that is given must name the same one. */
export interface Whose {
  /** A sub or a user ID. */
  readonly account?: string | undefined;
  readonly sub?: string | undefined;
  readonly userId?: string | undefined;
}

/** Adds the options that say what the name of an account is. */
export function named(command: Command): Command {
  return command
    .option('--sub <sub>', 'the account with this sub')
    .option('--user-id <id>', 'the account with this user ID (case-sensitive)');
}

/** A command on one account, which is its last argument (`[account]`) or given by the options of {@link named}. */
export function onAccount(command: Command): Command {
  return named(command)
    .addHelpText('after', `\nAn account is ${ACCOUNT}.`)
    .hook('preAction', (_, action) => {
      const { sub, userId } = action.opts<Whose>();
      if (action.processedArgs.at(-1) ?? sub ?? userId) return;
      action.error('error: say whose account: ACCOUNT, --sub or --user-id', { exitCode: 2 });
    });
}

/** Whether any account is named. */
export function namesAny({ account, sub, userId }: Whose): boolean {
  return (account ?? sub ?? userId) !== undefined;
}

/** The account that an operator names. @throws Failure that says what comes near */
export async function findAccount({ accounts, directory }: Tools, whose: Whose): Promise<Account> {
  const ways = [
    [whose.account, (text: string) => accounts.findNamed(text)],
    [whose.sub, (text: string) => accounts.find(text)],
    [whose.userId, (text: string) => accounts.findByUserId(text)],
  ] as const;
  let found: Account | undefined;
  for (const [text, find] of ways) {
    if (text === undefined) continue;
    const account = await find(text);
    if (!account) throw noAccount(text, await directory.spelledAlike(foldUserId(text)));
    if (found && found.sub !== account.sub) throw new Failure('These name more than one account');
    found = account;
  }
  if (!found) throw new Error('no account is named');
  return found;
}

function noAccount(name: string, alike: string | undefined): Failure {
  return new Failure(
    `There is no account ${name}${alike ? `: did you mean ${alike}? User IDs are case-sensitive` : ''}`,
  );
}

/** The practice that an operator names, by id or tax id. */
export async function findPractice(tools: Tools, name: string): Promise<{ id: string; name: string }> {
  const found = await tools.directory.practiceById(name);
  if (found) return found;
  throw new Failure(`There is no practice with the id or tax id ${name}`);
}

/** Which account it is, as JSON has it. */
export function identity({ sub, userId }: Pick<Account, 'sub' | 'userId'>) {
  return { sub, user_id: userId || null };
}

/** What an account is called in a sentence: its user ID, before activation its name. */
export function calling({ userId, name }: { userId: string; name: string }): string {
  return userId || name;
}
