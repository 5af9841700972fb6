import { type Command, InvalidArgumentError } from 'commander';
import { type Account, accountFacts, UserIdTaken } from '../accounts/account.ts';
import { foldUserId, userIdFault } from '../accounts/user-id.ts';
import type { AccountStatus } from '../postgres/schema.ts';
import { GLOBAL_ROLES, type GlobalRole } from '../roles.ts';
import { accountsChangeCommand } from './accounts-change.ts';
import { accountsResetsCommands } from './accounts-resets.ts';
import { accountsStatusCommands } from './accounts-status.ts';
import {
  accountsUnlockCommand,
  describeFailures,
  describeLocks,
  failureFacts,
  lockFacts,
} from './accounts-unlock.ts';
import { type Made, makeLink, writeMade } from './activation-link.ts';
import {
  oneOf,
  type Paging,
  paged,
  several,
  someText,
  withAccount,
  withTools,
  writePage,
} from './command.ts';
import { mailAddress, phoneNumber } from './contact.ts';
import { Failure } from './failure.ts';
import { onAccount } from './find.ts';
import { writeFacts, writeJson, writeLine, writeTable } from './output.ts';
import { ACTOR, type Tools } from './tools.ts';
import { type Common, verb } from './verb.ts';

const SEND = 'send the link to the address on file instead of printing it; using it confirms that address';
const STATUSES: readonly AccountStatus[] = ['invited', 'active', 'disabled'];

export function accountsCommands(accounts: Command): void {
  verb(accounts, 'create', 'create an account, and print or send its one-time activation link')
    .requiredOption('--given-name <name>', 'given name', someText(64))
    .requiredOption('--family-name <name>', 'family name', someText(64))
    .option('--email <address>', 'email address', mailAddress)
    .option('--phone <number>', 'telephone number', phoneNumber)
    .option('--user-id <id>', 'reserved for the person, who can choose another', userId)
    .option('--role <role>', `${GLOBAL_ROLES.join(', ')}; can be repeated`, several(role))
    .option('--send', SEND)
    .action(create);
  onAccount(
    verb(accounts, 'invite [account]', 'print or send a new activation link; the old one no longer works'),
  )
    .option('--send', SEND)
    .action(withAccount(invite));
  paged(verb(accounts, 'list', 'list accounts, newest first'))
    .addOption(oneOf('--status <status>', 'only these', STATUSES))
    .action(list);
  onAccount(verb(accounts, 'show [account]', 'show one account')).action(withAccount(show));
  accountsChangeCommand(accounts);
  accountsStatusCommands(accounts);
  accountsUnlockCommand(accounts);
  accountsResetsCommands(accounts);
}

interface NewPerson extends Common {
  readonly givenName: string;
  readonly familyName: string;
  readonly email?: string;
  readonly phone?: string;
  readonly userId?: string;
  readonly role?: GlobalRole[];
  readonly send?: true;
}

async function create(options: NewPerson): Promise<void> {
  const { givenName, familyName, email, phone, role: roles = [], send, json } = options;
  const person = {
    givenName,
    familyName,
    ...(email ? { email } : {}),
    ...(phone ? { phoneNumber: phone } : {}),
    ...(options.userId ? { userId: options.userId } : {}),
  };
  await withTools(async (tools) => {
    const invite = send && (await tools.contacts()).invite;
    const made = await tools.db
      .transaction()
      .execute(async (tx): Promise<Made> => {
        const account = await tools.accounts.create(tx, person, tools.record);
        for (const role of roles) {
          await tools.accounts.grantRole(tx, { account: account.sub, role, grantedBy: ACTOR }, tools.record);
        }
        return makeLink(tx, tools, account, invite);
      })
      .catch(explainTaken);
    writeMade(tools, made, json, 'was created');
  });
}

async function invite(
  tools: Tools,
  account: Account,
  { send, json }: Common & { readonly send?: true },
): Promise<void> {
  const invite = send && (await tools.contacts()).invite;
  const made = await tools.db.transaction().execute((tx) => makeLink(tx, tools, account, invite));
  writeMade(tools, made, json, 'is invited again; the earlier link no longer works');
}

async function list(options: Paging & { status?: AccountStatus }): Promise<void> {
  const { limit, cursor: after, status } = options;
  const page = await withTools((tools) => tools.directory.accounts({ limit, after, status }));
  writePage(options, page, {
    json: (account) => account,
    row: ({ sub, user_id, given_name, family_name, email, status, created_at }) => ({
      user_id,
      name: `${given_name} ${family_name}`,
      status,
      email,
      created: created_at,
      sub,
    }),
    none: 'No accounts match.',
  });
}

async function show(tools: Tools, account: Account, { json }: Common): Promise<void> {
  const [roles, memberships, open, invitedUntil, locks, failures] = await Promise.all([
    tools.accounts.roles(account.sub),
    tools.directory.membershipsOf(account.sub),
    tools.sessionList.openOfAccount(account.sub),
    tools.activations.pendingUntil(account.sub),
    account.userId ? tools.locks.locksOf(foldUserId(account.userId)) : [],
    account.userId ? tools.streaks.ofSubject(foldUserId(account.userId)) : [],
  ]);
  const facts = {
    ...accountFacts(account),
    roles,
    open_sessions: open.sessions,
    offline_grants: open.offline,
    ...(account.status === 'invited' ? { activation_link_expires_at: invitedUntil ?? null } : {}),
  };
  if (json) {
    const guessed = { locks: locks.map(lockFacts), failures: failures.map(failureFacts) };
    return writeJson({ ...facts, ...guessed, practices: memberships });
  }
  writeFacts({ ...facts, locks: describeLocks(locks), failures: describeFailures(failures) });
  writeLine();
  writeTable(
    memberships.map(({ name, role, status, valid_from, valid_to, practice }) => ({
      practice: name,
      role,
      status,
      from: valid_from,
      to: valid_to,
      id: practice,
    })),
    'No practice.',
  );
}

function explainTaken(error: unknown): never {
  if (error instanceof UserIdTaken)
    throw new Failure('This user ID is already taken, perhaps in another spelling');
  throw error;
}

function role(text: string): GlobalRole {
  const known = GLOBAL_ROLES.find((role) => role === text);
  if (known) return known;
  throw new InvalidArgumentError(`Give one of ${GLOBAL_ROLES.join(', ')}.`);
}

function userId(text: string): string {
  const fault = userIdFault(text);
  if (!fault) return text;
  throw new InvalidArgumentError(
    fault === 'reserved'
      ? 'This user ID is reserved: it looks like a sub, or has another meaning. Give another.'
      : 'Give 1 to 64 visible characters and no space.',
  );
}
