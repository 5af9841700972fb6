import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withAsciiDomain } from '../../src/http/mail-address.ts';
import { isMailAddress } from '../../src/notices/mail.ts';
import { until } from '../postgres/until.ts';
import { hurry } from '../support/hurry.ts';
import { MailServer, selfSigned } from '../support/mail-server.ts';
import { codeMail, PostOffice } from './post-office.ts';

let folder: string;
let server: MailServer;
let office: PostOffice;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'vestibule-mail-'));
  server = await MailServer.start();
  office = await PostOffice.open({ SMTP_URL: server.url });
  await office.work();
});
afterEach(() => {
  server.refuses = undefined;
  server.received.length = 0;
});
afterAll(async () => {
  await office?.close();
  await server?.close();
  rmSync(folder, { recursive: true });
});

/** Until a mail is sent, with no wait between tries. */
async function sent(id: string, from = office): Promise<void> {
  await until(async () => {
    await hurry(from.db);
    return (await from.row(id)).status === 'sent';
  });
}

test('a mail is sent once, in text and HTML, to the address on file, with no secret in its subject', async () => {
  const id = await office.post({ ...codeMail('ana.rivera@clinic.example'), locale: 'es-US' });
  await sent(id);
  expect(server.received).toHaveLength(1);
  const [mail] = server.received;
  expect(mail).toMatchObject({
    from: 'no-reply@signin.example.test',
    to: ['ana.rivera@clinic.example'],
    messageId: `<${id}@signin.example.test>`,
    subject: 'Su código para Northwind Health Plan',
  });
  expect(mail?.text).toContain('428913');
  expect(mail?.text).toContain('Si no pidió este código');
  expect(mail?.text).toContain('Ask the person who manages access');
  expect(mail?.source).toMatch(/Content-Type: text\/html/);
  expect(mail?.source).toMatch(/^From: Northwind Health Plan <no-reply@signin\.example\.test>\r$/m);
  expect(await office.row(id)).toMatchObject({ attempts: 1, last_error: null, sealed: null });
});

test('an address that was stored with its domain as people write it is sent to in ASCII', async () => {
  const id = await office.post(codeMail('info@bücher.example'));
  await until(async () => (await office.row(id)).status !== 'pending');
  expect(server.received).toHaveLength(1);
  expect(server.received[0]?.source).toMatch(/^To: info@xn--bcher-kva\.example\r$/m);
});

test('a transaction that is rolled back sends nothing', async () => {
  const undone = office.db.transaction().execute(async (tx) => {
    await office.notices.enqueue(tx, codeMail('undone@clinic.example'));
    throw new Error('undone');
  });
  await expect(undone).rejects.toThrow('undone');
  await sent(await office.post(codeMail('done@clinic.example')));
  expect(server.received.map(({ to }) => to)).toEqual([['done@clinic.example']]);
  expect(await office.db.selectFrom('notices').where('to_masked', 'like', 'u•••%').execute()).toEqual([]);
});

test('a refusal of this very mail is final, and dead until replayed; another is tried again', async () => {
  server.refuses = 550;
  const dead = await office.post(codeMail('gone@clinic.example'));
  await until(async () => (await office.row(dead)).status === 'dead');
  expect(await office.row(dead)).toMatchObject({ attempts: 1, last_error: 'smtp-550' });
  server.refuses = 451;
  const later = await office.post(codeMail('busy@clinic.example'));
  await until(async () => (await office.row(later)).attempts > 0);
  expect(await office.row(later)).toMatchObject({ status: 'pending', last_error: 'smtp-451' });
  server.refuses = undefined;
  await sent(later);
  expect(server.received.map(({ to }) => to)).toEqual([['busy@clinic.example']]);
});

test('the second try of a mail whose receipt was lost is the same message', async () => {
  const slow = await MailServer.start();
  slow.hangs = true;
  const other = await PostOffice.open({
    SMTP_URL: slow.url,
    VESTIBULE__notices__smtp__send_timeout: 'PT0.5S',
  });
  try {
    await other.work();
    const id = await other.post(codeMail('slow@clinic.example'));
    await until(async () => (await other.row(id)).attempts === 1);
    slow.hangs = false;
    await sent(id, other);
    expect(slow.received.length).toBeGreaterThan(1);
    expect(new Set(slow.received.map(({ messageId }) => messageId)).size).toBe(1);
  } finally {
    await other.close();
    await slow.close();
  }
});

test('a notice that is of no use any more is not sent, and its secret is forgotten', async () => {
  const id = await office.post({ ...codeMail('late@clinic.example'), life: 0 });
  await until(async () => (await office.row(id)).status === 'failed');
  expect(await office.row(id)).toMatchObject({ last_error: 'expired', sealed: null });
  expect(server.received).toEqual([]);
});

test('no address, code or link lies in the clear in any table while a mail waits', async () => {
  const waiting = await PostOffice.open();
  try {
    const link = 'https://signin.example.test/recover/link/sEcReTlInK0123456789';
    await waiting.post({
      kind: 'reset-code',
      channel: 'email',
      to: 'hidden.person@clinic.example',
      account: 'sub-1',
      values: { code: '918273', minutes: 10, link },
    });
    const { rows } = await waiting.db.executeQuery<{ text: string }>({
      sql: `select row_to_json(j)::text as text from jobs.job j where name like 'notice-%'
        union all select row_to_json(n)::text || encode(n.sealed, 'escape') from notices n`,
      parameters: [],
      query: { kind: 'RawNode', sqlFragments: [], parameters: [] } as const,
      queryId: { queryId: 'test' },
    });
    expect(rows).toHaveLength(2);
    for (const { text } of rows) {
      expect(text).toMatch(/notice|reset-code/);
      for (const secret of ['918273', 'sEcReT', 'hidden.person', Buffer.from('918273').toString('hex')]) {
        expect(text).not.toContain(secret);
      }
    }
  } finally {
    await waiting.close();
  }
});

test('TLS: a certificate is checked against the authority that is set', async () => {
  const [right, wrong] = [selfSigned(), selfSigned()];
  const file = (name: string, { cert }: { cert: string }) => {
    writeFileSync(join(folder, name), cert);
    return join(folder, name);
  };
  const tls = await MailServer.start({ secure: true, ...right });
  const url = { SMTP_URL: tls.url };
  const trusting = await PostOffice.open({
    ...url,
    VESTIBULE__notices__smtp__ca_file: file('right.pem', right),
  });
  const wary = await PostOffice.open({ ...url, VESTIBULE__notices__smtp__ca_file: file('wrong.pem', wrong) });
  try {
    await Promise.all([trusting.work(), wary.work()]);
    const refused = await wary.post(codeMail('wary@clinic.example'));
    await until(async () => (await wary.row(refused)).attempts > 0);
    expect((await wary.row(refused)).last_error).toMatch(/^smtp-/);
    const id = await trusting.post(codeMail('safe@clinic.example'));
    await sent(id, trusting);
    expect(tls.received).toMatchObject([{ to: ['safe@clinic.example'], secure: true }]);
  } finally {
    await Promise.all([trusting.close(), wary.close()]);
    await tls.close();
  }
});

test('DKIM signs where it is set', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = join(folder, 'dkim.pem');
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const signing = await PostOffice.open({
    SMTP_URL: server.url,
    VESTIBULE__notices__dkim__domain: 'clinic.example',
    VESTIBULE__notices__dkim__selector: 'v1',
    VESTIBULE__notices__dkim__private_key_file: key,
  });
  try {
    await signing.work();
    const id = await signing.post(codeMail('signed@clinic.example'));
    await sent(id, signing);
    const head = server.to('signed@clinic.example')[0]?.source.replace(/\r\n[ \t]+/g, '') ?? '';
    expect(head).toMatch(/^DKIM-Signature: v=1;.*d=clinic\.example;.*s=v1;/m);
  } finally {
    await signing.close();
  }
});

const HOSTILE = [
  'victim@clinic.example, thief@evil.example',
  'victim@clinic.example\r\nBcc: thief@evil.example',
  'victim@clinic.example>\r\nRCPT TO:<thief@evil.example',
  '"victim@clinic.example thief@evil.example"@clinic.example',
  '"thief@evil.example"@clinic.example',
  'Thief <thief@evil.example>',
  'group: thief@evil.example, victim@clinic.example;',
  'victim@clinic.example;thief@evil.example',
  'victim(thief@evil.example)@clinic.example',
  'victım@clinic.example',
  'ｖictim@clinic.example',
  'victim@clinıc.example',
  'victim＠clinic.example',
  'victim@[127.0.0.1]',
  'victim@evil.example@clinic.example',
  'victim@xn--.example\0',
  '',
  '@',
];

test('an address that two servers could read differently reaches nobody at all', async () => {
  const ids = await Promise.all(HOSTILE.map((to) => office.post(codeMail(to.replace('\0', '\u0001')))));
  await until(async () => {
    const rows = await Promise.all(ids.map((id) => office.row(id)));
    return rows.every(({ status }) => status === 'dead');
  });
  for (const id of ids) expect((await office.row(id)).last_error).toBe('address-unsafe');
  expect(server.received).toEqual([]);
});

test('whatever text stands for an address, the envelope has exactly that one or nothing is sent', async () => {
  const piece = fc.constantFrom(
    ...[
      'victim',
      'thief',
      '@',
      '@',
      'clinic.example',
      'evil.example',
      '.',
      '+',
      ',',
      ';',
      ':',
      '<',
      '>',
      '"',
    ],
    ...[
      '\r\n',
      '\t',
      ' ',
      '(',
      ')',
      '\\',
      'ı',
      'ｅ',
      '＠',
      '%',
      '!',
      '=?utf-8?Q?=40?=',
      "'",
      '[',
      ']',
      'xn--',
    ],
  );
  const address = fc.oneof(
    fc.array(piece, { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join('')),
    fc.emailAddress(),
  );
  const expected: string[] = [];
  const ids: string[] = [];
  for (const to of fc.sample(address, 150)) {
    ids.push(await office.post(codeMail(to)));
    const recipient = withAsciiDomain(to);
    if (isMailAddress(recipient)) expected.push(recipient);
  }
  await until(
    async () => (await Promise.all(ids.map((id) => office.row(id)))).every((row) => row.status !== 'pending'),
    60_000,
  );
  expect(server.received.every(({ to }) => to.length === 1)).toBe(true);
  const reached = server.received.map(({ to }) => withAsciiDomain(String(to[0])));
  expect(reached.sort()).toEqual([...expected].sort());
  expect(expected.length).toBeGreaterThan(20);
});
