import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Accounts } from '../../src/accounts/accounts.ts';
import { readContact, spellings } from '../../src/accounts/contact.ts';
import { Directory } from '../../src/accounts/directory.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { settings, silent } from '../postgres/settings.ts';
import { createTestDatabase } from '../support/database.ts';

const read = (text: string) => readContact(text, { country: 'US' });

test.each([
  ['Ann.Roe@Lakeside.Example', 'Ann.Roe@lakeside.example'],
  [' ann@lakeside.example\n', 'ann@lakeside.example'],
  ['info@bücher.example', 'info@xn--bcher-kva.example'],
  ['info@BÜCHER.Example', 'info@xn--bcher-kva.example'],
  ['info@bu\u0308cher.example', 'info@xn--bcher-kva.example'],
  ['info@xn--bcher-kva.example', 'info@xn--bcher-kva.example'],
  ['info@\u043a\u043b\u0438\u043d\u0438\u043a\u0430.example', 'info@xn--80apagcdp.example'],
  ['2025550143@texts.example', '2025550143@texts.example'],
])('mail for %j goes to %s', (text, to) => {
  expect(read(text)).toEqual({ contact: { channel: 'email', to } });
});

test.each([
  'mıke@github.example',
  'ｍike@github.example',
  'mike@ｇithub.example',
  'mike@github。example',
  'mike@\u212aelvin.example',
  'mike@\u017fite.example',
  'mike@git\u00adhub.example',
  'mike@gıthub.example',
  'mike@straße.example',
  'mike@g\u0456thub.example',
  'müller@clinic.example',
  '"mike"@github.example',
  'mike@github.example@evil.example',
  'mike@github.example,thief@evil.example',
  'mike@xn--a.example',
  'mike@github.example.',
  'mike@localhost',
  'mike@127.0.0.1',
])('%j is no address that mail can be sent to, and no other one', (text) => {
  expect(read(text)).toEqual({ fault: 'email' });
});

test.each(['202-555-0143', '(202) 555 0143', '+1 202 555 0143', '12025550143'])('%j is a number', (text) => {
  expect(read(text)).toEqual({ contact: { channel: 'sms', to: '+12025550143' } });
});

test.each([
  '202-555-0143 x5',
  '(202) 555-0143 ext. 12',
  '202-555-0143;ext=5',
  '202 555 0143 extension 5',
  '202-555-0143 anexo 3',
  '+1 202 555 0143 #2',
  'tel:+1-202-555-0143;ext=5',
])('%j has an extension, and is told so', (text) => {
  expect(read(text)).toEqual({ fault: 'extension' });
});

test('a number of a country that texts do not go to is told from one that is none', () => {
  const rules = { country: 'US', countries: ['US'] };
  expect(readContact('+44 20 7946 0018', rules)).toEqual({ fault: 'country' });
  expect(readContact('+1 000 000 0000', rules)).toEqual({ fault: 'phone' });
});

describe('on file', () => {
  let drop: () => Promise<void>;
  let db: Database;
  const onFile = [
    'Ann@Lakeside.Example',
    'info@bücher.example',
    'mike@github.example',
    'MİKE@clinic.example',
  ];

  beforeAll(async () => {
    const database = await createTestDatabase();
    drop = database.drop;
    db = openDatabase(settings(database.url), silent);
    for (const [n, email] of onFile.entries()) {
      const person = { userId: `person.${n}`, givenName: 'Ann', familyName: 'Roe', email };
      await db
        .transaction()
        .execute((tx) =>
          new Accounts(db).create(tx, { ...person, passwordHash: 'none' }, async () => undefined),
        );
    }
  });
  afterAll(async () => {
    await db.destroy();
    await drop();
  });

  const found = async (text: string) => {
    const contact = read(text);
    if ('fault' in contact) return [];
    const people = await new Accounts(db).findByContact('email', spellings(contact.contact));
    return people.map(({ email }) => email);
  };
  const listed = async (text: string) =>
    (await new Directory(db, 'US').accounts({ text, limit: 10, after: undefined })).rows.map(
      ({ email }) => email,
    );

  test.each([
    ['ann@lakeside.example', ['Ann@Lakeside.Example']],
    ['ANN@LAKESIDE.EXAMPLE', ['Ann@Lakeside.Example']],
    ['Info@Bücher.example', ['info@bücher.example']],
    ['info@xn--bcher-kva.example', ['info@bücher.example']],
    ['mıke@github.example', []],
    ['mike@clinic.example', []],
    ['mi\u0307ke@clinic.example', []],
    ['m_ke@github.example', []],
  ])('%s finds %j, for its person and for an operator', async (text, emails) => {
    expect([await found(text), await listed(text)]).toEqual([emails, emails]);
  });

  test('both look it up in the index that folds ASCII alone', async () => {
    const plan = await db.transaction().execute(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      return sql<Record<string, string>>`
        explain select sub from accounts where lower(email collate "C") in ('ann@lakeside.example')`.execute(
        tx,
      );
    });
    expect(JSON.stringify(plan.rows)).toContain('accounts_email_ascii');
  });
});
