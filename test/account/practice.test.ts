import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Practices } from '../../src/accounts/practices.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import type { MembershipRole } from '../../src/roles.ts';
import { until } from '../postgres/until.ts';
import { pageName, type Visitor } from '../support/visitor.ts';
import { alertOf, formWith, Household, type Person } from './household.ts';

const HERE = '/account/practice';
const record = new AuditTrail().recorder({});

let household: Household;
beforeAll(async () => {
  household = await Household.open();
});
afterAll(() => household?.close());

interface Team {
  readonly practice: string;
  readonly name: string;
  /** The administrator. */
  readonly head: Person;
  readonly clinician: Person;
  /** Membership ids. */
  readonly ids: { readonly head: string; readonly clinician: string };
}

/** A practice with an administrator and a clinician. */
async function team(): Promise<Team> {
  const { db } = household.portal;
  const practices = new Practices(db);
  const [head, clinician] = await Promise.all([household.person(), household.person({ givenName: 'Kim' })]);
  const taxId = String(randomInt(100_000_000, 999_999_999));
  const name = `Practice ${taxId}`;
  const practice = await db
    .transaction()
    .execute((tx) => practices.create(tx, { name, taxId, npis: [] }, record));
  const join = ({ sub }: Person, role: MembershipRole) => member(practice, sub, role);
  const ids = {
    head: await join(head, 'practice-administrator'),
    clinician: await join(clinician, 'clinician'),
  };
  return { practice, name, head, clinician, ids };
}

function member(practice: string, account: string, role: MembershipRole): Promise<string> {
  const { db } = household.portal;
  return db
    .transaction()
    .execute((tx) => new Practices(db).addMember(tx, { practice, account, role, grantedBy: 'test' }, record));
}

async function membership(id: string) {
  return household.portal.db
    .selectFrom('memberships')
    .select(['role', 'status'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

const rows = async () =>
  (await household.portal.db.selectFrom('memberships').selectAll().orderBy('id').execute()).length;

/** Posts a form of this person's own page with other values in it. */
async function post(visitor: Visitor, { practice, ids }: Team, fields: Record<string, string>) {
  const page = await visitor.open(`${HERE}?practice=${practice}&member=${ids.clinician}`);
  return visitor.submit(formWith(page, 'value="assign"'), fields);
}

test('an administrator sees who works there, with roles, and is led to it from the profile', async () => {
  const one = await team();
  const { visitor, page } = await one.head.browser('/account');
  expect(page.body).toContain(`href="${HERE}?practice=${one.practice}"`);
  const list = await visitor.open(HERE);
  expect(pageName(list)).toBe('account-practice');
  expect(list.body.match(/data-member=/g)).toHaveLength(2);
  expect(list.body).toContain('Kim Marsh');
  expect(list.body).toContain('practice administrator');
});

test('somebody invited gets a link by mail, and is a member from then on; a second link ends the first', async () => {
  const one = await team();
  const { visitor } = await one.head.browser(HERE);
  const form = await visitor.open(`${HERE}?practice=${one.practice}&invite=1`);
  const email = `new.${one.practice.toLowerCase().replace(/[^a-z0-9]/g, '')}@clinic.example`;
  const done = await visitor.submit(formWith(form, 'value="invite"'), {
    given_name: 'Ada\u202e  Lin\n',
    family_name: 'Roe',
    email,
    role: 'biller',
  });
  expect(done.body).toContain('The invitation is on its way.');
  const first = linkIn(await household.mailTo(email, /./));
  const { id } = await household.portal.db
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.sub', 'memberships.account')
    .select('memberships.id')
    .where('email', '=', email)
    .where('given_name', '=', 'Ada Lin')
    .where('memberships.practice', '=', one.practice)
    .where('memberships.role', '=', 'biller')
    .where('granted_by', '=', one.head.sub)
    .executeTakeFirstOrThrow();
  expect(pageName(await visitor.clone().open(first))).toBe('activate');
  const shown = await visitor.open(`${HERE}?practice=${one.practice}&member=${id}`);
  await visitor.submit(formWith(shown, 'value="again"'), {});
  await until(async () => household.mail.to(email).length === 2);
  const second = linkIn(String(household.mail.to(email).at(-1)?.text));
  expect(pageName(await visitor.clone().open(second))).toBe('activate');
  expect((await visitor.clone().open(first)).body).not.toContain('name="user_id"');
});

test.each([
  ['a name', { given_name: ' ', family_name: 'Roe', email: 'a@clinic.example' }, /first name/],
  [
    'a name that is not endless',
    { given_name: 'x'.repeat(65), family_name: 'Roe', email: 'a@b.example' },
    /64/,
  ],
  ['an address', { given_name: 'Ada', family_name: 'Roe', email: '"a b"@clinic.example' }, /email address/],
  ['an address, no phone', { given_name: 'Ada', family_name: 'Roe', email: '+12025550143' }, /email address/],
])('an invitation needs %s, and keeps what was typed', async (_, fields, words) => {
  const one = await team();
  const before = await rows();
  const { visitor } = await one.head.browser(HERE);
  const form = await visitor.open(`${HERE}?practice=${one.practice}&invite=1`);
  const answer = await visitor.submit(formWith(form, 'value="invite"'), { ...fields, role: 'staff' });
  expect(alertOf(answer)).toMatch(words);
  expect(answer.body).toContain('value="Roe"');
  expect(await rows()).toBe(before);
});

test('inviting somebody again and again sends ten mails, says so then, and leaves the last link good', async () => {
  const one = await team();
  const { visitor } = await one.head.browser(HERE);
  const form = await visitor.open(`${HERE}?practice=${one.practice}&invite=1`);
  const email = `again.${randomInt(1_000_000_000)}@clinic.example`;
  const whom = { given_name: 'Ada', family_name: 'Roe', email };
  await visitor.submit(formWith(form, 'value="invite"'), whom);
  const { id, sub } = await household.portal.db
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.sub', 'memberships.account')
    .select(['memberships.id', 'accounts.sub'])
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  const shown = await visitor.open(`${HERE}?practice=${one.practice}&member=${id}`);
  let answer = shown;
  for (let n = 0; n < 30; n += 1) answer = await visitor.submit(formWith(shown, 'value="again"'), {});
  expect(alertOf(answer)).toContain('We sent that address many messages recently');
  await until(async () => household.mail.to(email).length === 10);
  expect(await household.events(sub, 'account.invited')).toHaveLength(10);
  expect(await household.events(sub, 'notice.withheld')).toMatchObject([{ reason: 'over-budget-recipient' }]);
  const links = household.mail.to(email).map(({ text }) => linkIn(text));
  const pages = await Promise.all(links.map((link) => visitor.clone().open(link)));
  expect(pages.filter((page) => page.body.includes('name="user_id"'))).toHaveLength(1);
  // Nor is somebody made there who would hear nothing of it.
  const before = await rows();
  const again = await visitor.submit(formWith(form, 'value="invite"'), whom);
  expect(alertOf(again)).toContain('We sent that address many messages recently');
  expect(await rows()).toBe(before);
});

test('who comes back by an invitation of a practice has proved the mailbox', async () => {
  const one = await team();
  const { visitor } = await one.head.browser(HERE);
  const form = await visitor.open(`${HERE}?practice=${one.practice}&invite=1`);
  const name = `proved.${randomInt(1_000_000_000)}`;
  const email = `${name}@clinic.example`;
  await visitor.submit(formWith(form, 'value="invite"'), { given_name: 'Ada', family_name: 'Roe', email });
  const invited = visitor.clone();
  const opened = await invited.open(linkIn(await household.mailTo(email, /./)));
  await invited.submit(opened, { user_id: name, password: 'seven quiet herons wade' });
  const { email_verified } = await household.portal.db
    .selectFrom('accounts')
    .select('email_verified')
    .where('email', '=', email)
    .executeTakeFirstOrThrow();
  expect(email_verified).toBe(true);
});

test('a role is changed and a membership ended, recorded with who did it', async () => {
  const one = await team();
  const { visitor } = await one.head.browser(HERE);
  expect((await post(visitor, one, { role: 'biller' })).body).toContain('Role changed.');
  expect(await membership(one.ids.clinician)).toEqual({ role: 'biller', status: 'active' });
  const shown = await visitor.open(`${HERE}?practice=${one.practice}&member=${one.ids.clinician}`);
  const ended = await visitor.submit(formWith(shown, 'value="end"'), {});
  expect(ended.body).toContain('Membership ended.');
  expect(await membership(one.ids.clinician)).toEqual({ role: 'biller', status: 'ended' });
  expect(await household.events(one.clinician.sub, 'membership.changed')).toHaveLength(2);
  for (const { actor } of await household.events(one.clinician.sub, 'membership.changed')) {
    expect(actor).toBe(one.head.sub);
  }
});

test('a role that somebody has already is not given twice, and nobody changes their own', async () => {
  const one = await team();
  await member(one.practice, one.clinician.sub, 'biller');
  const { visitor } = await one.head.browser(HERE);
  expect(alertOf(await post(visitor, one, { role: 'biller' }))).toMatch(/already has that role here/);
  expect(alertOf(await post(visitor, one, { id: one.ids.head, role: 'staff' }))).toMatch(/your own role/);
  expect(alertOf(await post(visitor, one, { id: one.ids.head, choice: 'end' }))).toMatch(/your own role/);
  expect(await membership(one.ids.head)).toEqual({ role: 'practice-administrator', status: 'active' });
});

test('no other practice is reached by any id', async () => {
  const [one, other] = await Promise.all([team(), team()]);
  const { visitor } = await one.head.browser(HERE);
  const before = await rows();
  const strange = ['', '%', 'x\0y', '../', `${one.practice}' or true--`];
  for (const practice of [other.practice, ...strange]) {
    const open = await visitor.open(`${HERE}?practice=${encodeURIComponent(practice)}`);
    expect(open.body).not.toContain('Kim Marsh');
    for (const choice of ['assign', 'end', 'again', 'invite']) {
      const fields = { practice, choice, id: other.ids.clinician, role: 'practice-administrator' };
      const named = { given_name: 'A', family_name: 'B', email: 'thief@bad.example' };
      const answer = await post(visitor, one, { ...fields, ...named });
      expect(answer.body).not.toMatch(/Role changed|Membership ended|on its way/);
    }
  }
  for (const id of [other.ids.clinician, other.ids.head, '', 'x', "' or true--"]) {
    const shown = await visitor.open(`${HERE}?practice=${one.practice}&member=${encodeURIComponent(id)}`);
    expect(shown.body).not.toContain('value="assign"');
    for (const choice of ['assign', 'end', 'again']) {
      expect(alertOf(await post(visitor, one, { id, choice, role: 'staff' }))).toMatch(/already removed/);
    }
  }
  expect(await rows()).toBe(before);
  expect(await membership(other.ids.clinician)).toEqual({ role: 'clinician', status: 'active' });
  expect(household.mail.to('thief@bad.example')).toHaveLength(0);
});

test.each([
  ['ended', { status: 'ended' }],
  ['suspended', { status: 'suspended' }],
  ['not begun', { valid_from: new Date(Date.now() + 3_600_000) }],
  ['another role', { role: 'biller' }],
] as const)(
  'whoever administers no more (%s) does nothing, on a page that stands open',
  async (_, change) => {
    const one = await team();
    const { visitor } = await one.head.browser(HERE);
    const page = await visitor.open(`${HERE}?practice=${one.practice}&member=${one.ids.clinician}`);
    await household.portal.db.updateTable('memberships').set(change).where('id', '=', one.ids.head).execute();
    const answer = await visitor.submit(formWith(page, 'value="end"'), {});
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('No practice to manage');
    expect(await membership(one.ids.clinician)).toEqual({ role: 'clinician', status: 'active' });
  },
);

test('two administrators who end each other at once do not both succeed', async () => {
  const one = await team();
  await household.portal.db
    .updateTable('memberships')
    .set({ role: 'practice-administrator' })
    .where('id', '=', one.ids.clinician)
    .execute();
  const [mine, yours] = await Promise.all([one.head.browser(HERE), one.clinician.browser(HERE)]);
  const [ending, other] = await Promise.all([
    mine.visitor.open(`${HERE}?practice=${one.practice}&member=${one.ids.clinician}`),
    yours.visitor.open(`${HERE}?practice=${one.practice}&member=${one.ids.head}`),
  ]);
  const answers = await Promise.all([
    mine.visitor.submit(formWith(ending, 'value="end"'), {}),
    yours.visitor.submit(formWith(other, 'value="end"'), {}),
  ]);
  expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  const states = await Promise.all([membership(one.ids.head), membership(one.ids.clinician)]);
  expect(states.filter(({ status }) => status === 'ended')).toHaveLength(1);
});

function linkIn(text: string): string {
  const link = /https?:\/\/\S+\/activate\/[\w-]{43}/.exec(text)?.[0];
  return new URL(String(link)).pathname;
}
