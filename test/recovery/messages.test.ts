import { beforeEach, expect, test } from '@jest/globals';
import type { Account } from '../../src/accounts/account.ts';
import type { AuditEvent } from '../../src/audit-events.ts';
import { createLog } from '../../src/log.ts';
import type { Contact, Notice } from '../../src/notices/kinds.ts';
import type { Database, Transaction } from '../../src/postgres/database.ts';
import { type MessageAsked, Messages } from '../../src/recovery/messages.ts';

const silent = createLog({ level: 'silent' });
const tx = { name: 'the transaction' } as unknown as Transaction;
const db = { transaction: () => ({ execute: (work: (tx: Transaction) => unknown) => work(tx) }) };
const ann: Account = {
  sub: 'ann',
  userId: 'ann.roe',
  givenName: 'Ann',
  familyName: 'Roe',
  name: 'Ann Roe',
  zoneinfo: null,
  secondFactorRequired: false,
  passwordHash: null,
  sessionsNotBefore: null,
  status: 'active',
  locale: null,
  email: 'ann@lakeside.example',
  phoneNumber: '+12025550143',
  emailVerified: true,
  phoneNumberVerified: false,
};

let refusesUnproved: boolean;
let queued: { readonly by: unknown; readonly notice: Notice }[] = [];
let written: { readonly by: unknown; readonly event: AuditEvent }[] = [];
beforeEach(() => {
  refusesUnproved = true;
  queued = [];
  written = [];
});

/** Whoever is asked for is this person; others may share the address. */
function messagesTo(person: Account, ...others: Account[]): Messages {
  return new Messages({
    db: db as unknown as Database,
    accounts: { findByUserId: async () => person, findByContact: async () => [person, ...others] },
    notices: {
      contacts: ({ email, phoneNumber }): Contact[] => [
        { channel: 'email', to: String(email) },
        { channel: 'sms', to: String(phoneNumber) },
      ],
      mayGo: async () => true,
      mayQueueSms: async () => true,
      enqueue: async (by, notice) => String(queued.push({ by, notice })),
    },
    resets: { sendingTo: async () => undefined },
    links: { issue: async () => 'https://signin.example.test/recover/password/token' },
    jobs: { enqueue: async () => undefined, work: async () => undefined },
    seals: { seal: (plain) => Buffer.from(plain), open: (sealed) => sealed },
    log: silent,
    refusesUnproved: async () => refusesUnproved,
    trail: { append: async (by, event) => void written.push({ by, event }) },
    issuer: 'https://signin.example.test',
    settings: { code_life: 600, link_life: 3600 },
  });
}

const forUserIds: MessageAsked = {
  what: 'user-id',
  channel: 'email',
  contacts: ['Ann@Lakeside.Example', 'ann@lakeside.example'],
  origin: {},
};
const forCode: MessageAsked = {
  what: 'password',
  reset: 'r',
  userId: 'ann.roe',
  channel: 'email',
  code: '123456',
  begunAt: 0,
  origin: {},
};

test.each([
  ['user IDs', forUserIds],
  ['a code', forCode],
])('%s: to the address on file, as it is stored, and not to what was typed', async (_what, request) => {
  await messagesTo(ann).answer(request);
  expect(queued.map(({ notice }) => notice.to)).toEqual(['ann@lakeside.example']);
});

test('user IDs go to each spelling on file that was found, and none to another spelling', async () => {
  const other = { ...ann, sub: 'other', userId: 'other.roe', email: 'Ann@Lakeside.example' };
  await messagesTo(ann, other).answer(forUserIds);
  expect(
    queued.map(({ notice }) => [notice.to, 'userIds' in notice.values && notice.values.userIds]),
  ).toEqual([
    ['ann@lakeside.example', ['ann.roe']],
    ['Ann@Lakeside.example', ['other.roe']],
  ]);
});

test.each([
  ['user IDs', forUserIds],
  ['a code', forCode],
])('%s: an address that nobody proved gets nothing, unless the settings allow it', async (_what, request) => {
  const unproved = { ...ann, emailVerified: false };
  await messagesTo(unproved).answer(request);
  expect(queued).toEqual([]);
  expect(written.map(({ event }) => event.reason)).toEqual(['contact-unproved']);
  refusesUnproved = false;
  await messagesTo(unproved).answer(request);
  expect(queued).toHaveLength(1);
});

test('an account that may not sign in is sent no code, and the log says why', async () => {
  await messagesTo({ ...ann, status: 'disabled' }).answer(forCode);
  expect(queued).toEqual([]);
  expect(written.map(({ event }) => event.reason)).toEqual(['account-not-active']);
});

test('a message and the row that says so are of one transaction', async () => {
  await messagesTo(ann).answer(forCode);
  expect(queued.map(({ by }) => by)).toEqual([tx]);
  expect(written.map(({ by }) => by)).toEqual([tx]);
});
