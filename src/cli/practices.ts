import { type Command, InvalidArgumentError } from 'commander';
import { MEMBERSHIP_ROLES, type MembershipRole } from '../roles.ts';
import { addMember as giveRole } from '../use-cases/add-member.ts';
import { createPractice } from '../use-cases/create-practice.ts';
import { oneOf, type Paging, paged, several, someText, withTools, writePage } from './command.ts';
import { Failure } from './failure.ts';
import { calling, findAccount, findPractice, onAccount, type Whose } from './find.ts';
import { clean, writeJson, writeLine } from './output.ts';
import { type Common, verb } from './verb.ts';

export function practicesCommands(practices: Command): void {
  verb(practices, 'create', 'create a practice')
    .requiredOption('--name <name>', 'its name', someText(128))
    .requiredOption('--tax-id <tin>', 'its tax ID: nine digits', taxId)
    .option('--npi <npi>', 'a National Provider Identifier; can be repeated', several(npi))
    .action(create);
  paged(verb(practices, 'list', 'list practices, newest first')).action(list);
  onAccount(verb(practices, 'add-member <practice> [account]', 'give an account a role in a practice'))
    .addOption(oneOf('--role <role>', 'their role in the practice', MEMBERSHIP_ROLES).makeOptionMandatory())
    .addHelpText('after', 'PRACTICE is an ID or a tax ID.')
    .action(addMember);
}

interface NewPractice extends Common {
  readonly name: string;
  readonly taxId: string;
  readonly npi?: string[];
}

async function create({ name, taxId, npi: npis = [], json }: NewPractice): Promise<void> {
  await withTools(async (tools) => {
    const made = await createPractice(tools, { name, taxId, npis }, tools.actor);
    if (made.taken)
      throw new Failure(`${made.taken.name} (${made.taken.id}) already has the tax ID ${taxId}`);
    const { id } = made;
    if (json) return writeJson({ id, name, tax_id: taxId, npis });
    writeLine(`${clean(name)} was created: ${id}`);
  });
}

async function list(options: Paging): Promise<void> {
  const page = await withTools(({ directory }) =>
    directory.practices({ limit: options.limit, after: options.cursor }),
  );
  writePage(options, page, {
    json: (practice) => practice,
    row: ({ id, name, tax_id, npis, created_at }) => ({ name, tax_id, npis, created: created_at, id }),
    none: 'No practices match.',
  });
}

async function addMember(
  practiceName: string,
  accountName: string | undefined,
  { role, json, ...whose }: Common & Whose & { role: MembershipRole },
): Promise<void> {
  await withTools(async (tools) => {
    const practice = await findPractice(tools, practiceName);
    const account = await findAccount(tools, { ...whose, account: accountName });
    const member = { account: account.sub, practice: practice.id, role };
    const id = await giveRole(tools, member, tools.actor);
    if (!id) throw new Failure(`${calling(account)} is ${role} at ${practice.name} already`);
    if (json) return writeJson({ id, account: account.sub, practice: practice.id, role, status: 'active' });
    writeLine(`${clean(calling(account))} is ${role} at ${clean(practice.name)} now.`);
  });
}

function taxId(text: string): string {
  if (/^\d{2}-?\d{7}$/.test(text)) return text.replace('-', '');
  throw new InvalidArgumentError('Give nine digits, such as 41-2345678.');
}

function npi(text: string): string {
  if (!/^\d{10}$/.test(text)) throw new InvalidArgumentError('Give ten digits.');
  if (!isNpi(text)) throw new InvalidArgumentError('Its check digit is wrong. Check for a typing mistake.');
  return text;
}

/** Luhn's check digit over the number with the prefix 80840 (45 CFR 162.406). */
function isNpi(digits: string): boolean {
  const sum = [...`80840${digits}`].reverse().reduce((total, digit, index) => {
    const value = index % 2 === 0 ? Number(digit) : Number(digit) * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}
