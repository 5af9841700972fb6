import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Household } from '../account/household.ts';
import { pageName, Visitor } from '../support/visitor.ts';
import { failure, json, run } from './operator.ts';

let household: Household;
let people = 0;
beforeAll(async () => {
  household = await Household.open();
});
afterAll(() => household?.close());

const command = (...words: string[]) => json(household.portal.environment, 'accounts', ...words);
const refused = (...words: string[]) => failure(household.portal.environment, ['accounts', ...words], 1);
const row = (sub: unknown) =>
  household.portal.db
    .selectFrom('accounts')
    .selectAll()
    .where('sub', '=', String(sub))
    .executeTakeFirstOrThrow();
const address = () => {
  people += 1;
  return `invited.${people}@clinic.example`;
};
const create = (...more: string[]) =>
  command('create', '--given-name', 'Nia', '--family-name', 'Osei', ...more);
const linkIn = (text: string) =>
  new URL(String(/https:\/\/\S+\/activate\/[\w-]{43}/.exec(text)?.[0])).pathname;

async function activate(path: string, userId: string): Promise<void> {
  const visitor = new Visitor(household.portal);
  const done = await visitor.submit(await visitor.open(path), {
    user_id: userId,
    password: 'seven quiet herons wade',
  });
  expect(pageName(done)).toBe('activated');
}

test('an invitation that was mailed and opened proves its mailbox; a link that an operator was shown does not', async () => {
  const [mailed, printed] = [address(), address()];
  const sent = await create('--email', mailed, '--send');
  expect(sent).toMatchObject({ status: 'invited', sent: 'email' });
  expect(JSON.stringify(sent)).not.toContain('/activate/');
  await activate(linkIn(await household.mailTo(mailed, /Set up/)), `mailed.${people}`);
  expect(await row(sent.sub)).toMatchObject({ status: 'active', email_verified: true });
  const shown = await create('--email', printed);
  await activate(new URL(String(shown.activation_link)).pathname, `printed.${people}`);
  expect(await row(shown.sub)).toMatchObject({ status: 'active', email_verified: false });
  expect(await refused('create', '--given-name', 'N', '--family-name', 'O', '--send')).toContain(
    'no address',
  );
});

test('a link that was printed after the mail proves nothing', async () => {
  const email = address();
  const { sub } = await create('--email', email, '--send');
  const { activation_link: link } = await command('invite', String(sub));
  await activate(new URL(String(link)).pathname, `again.${people}`);
  expect(await row(sub)).toMatchObject({ status: 'active', email_verified: false });
});

test('a typo in an invitation that nobody opened is mended, and the link that went to the stranger is dead', async () => {
  const [typo, right] = [address(), address()];
  const { sub } = await create('--email', typo, '--send');
  const astray = linkIn(await household.mailTo(typo, /Set up/));
  expect(await command('change', String(sub), '--email', right, '--send')).toMatchObject({ sent: 'email' });
  expect(pageName(await new Visitor(household.portal).open(astray))).toBe('link-dead');
  expect(await row(sub)).toMatchObject({ email: right, email_verified: false });
  await activate(linkIn(await household.mailTo(right, /Set up/)), `mended.${people}`);
  expect(await row(sub)).toMatchObject({ email_verified: true });
});

test('a new address is used once the code that went there is read out, and the old one is told', async () => {
  const person = await household.person();
  const fresh = `${person.userId}@new.example`;
  expect(await command('change', person.userId, '--email', fresh)).toMatchObject({ changed: false });
  const code = String(/\b\d{6}\b/.exec(await household.mailTo(fresh, /support/))?.[0]);
  expect(await person.row()).toMatchObject({ email: person.email });
  expect(await command('change', person.userId, '--code', code)).toMatchObject({ changed: true, to: fresh });
  expect(await person.row()).toMatchObject({ email: fresh, email_verified: true });
  expect(await household.mailTo(person.email, /was changed/)).toContain('/account/undo/');
  expect(await household.events(person.sub, 'account.changed')).toMatchObject([{ actor: 'cli' }]);
});

test('a wrong code ends it, and a code is good once', async () => {
  const person = await household.person();
  const fresh = `${person.userId}@new.example`;
  const begin = () => command('change', person.userId, '--email', fresh);
  await begin();
  const code = String(/\b\d{6}\b/.exec(await household.mailTo(fresh, /support/))?.[0]);
  expect(await refused('change', person.userId, '--code', code === '000000' ? '1' : '000000')).toContain(
    'wrong',
  );
  expect(await refused('change', person.userId, '--code', code)).toContain('wrong or has expired');
  expect(await person.row()).toMatchObject({ email: person.email });
});

test('one thing is changed at a time, and of nobody who is disabled', async () => {
  const person = await household.person({ status: 'disabled' });
  expect(
    await refused('change', person.userId, '--email', 'a@b.example', '--phone', '202-555-0143'),
  ).toContain('one of');
  expect(await refused('change', person.userId)).toContain('one of');
  expect(await refused('change', person.userId, '--email', 'a@b.example')).toContain('disabled');
  expect((await run(household.portal.environment, ['accounts', 'change', '--help'])).stdout).toContain(
    'read to you',
  );
});
