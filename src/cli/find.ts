import type { Account } from '../accounts/accounts.ts';
import { foldUserId } from '../accounts/user-id.ts';
import { Failure } from './failure.ts';
import type { Tools } from './tools.ts';

/** How commands name an account. */
export const ACCOUNT = 'a user ID, exactly as it was chosen, or a sub';

/** The account that an operator names. @throws Failure that says what comes near */
export async function findAccount(tools: Tools, name: string): Promise<Account> {
  const found =
    (await tools.accounts.findByUserId(name)) ?? (await tools.accounts.find(name.replaceAll('\0', '')));
  if (found) return found;
  const alike = await tools.directory.spelledAlike(foldUserId(name));
  throw new Failure(
    `There is no account ${name}${alike ? `: did you mean ${alike}? Capital letters matter` : ''}`,
  );
}

/** The practice that an operator names, by id or tax id. */
export async function findPractice(tools: Tools, name: string): Promise<{ id: string; name: string }> {
  const found = await tools.directory.practiceById(name.replaceAll('\0', ''));
  if (found) return found;
  throw new Failure(`There is no practice with the id or tax id ${name}`);
}

/** What an account is called in a sentence: its user ID, before activation its name. */
export function calling({ userId, name }: { userId: string; name: string }): string {
  return userId || name;
}
