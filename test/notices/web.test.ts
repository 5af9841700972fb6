import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { JobQueue } from '../../src/jobs/queue.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { NoticeQueue } from '../../src/notices/notice-queue.ts';
import { NoticeStore } from '../../src/notices/notice-store.ts';
import { silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal, sharedTransports } from '../support/shared.ts';
import type { SentSms, Twilio } from '../support/twilio.ts';
import { codeMail, codeSms } from './post-office.ts';

let api: Twilio;
let live: Portal;
let demo: Portal;

beforeAll(async () => {
  api = (await sharedTransports()).sms;
  const twilio = {
    'notices.twilio.account_sid': api.accountSid,
    'notices.twilio.auth_token': api.authToken,
    'notices.twilio.from': '+12025550100',
    'notices.twilio.api_url': api.url,
  };
  live = await sharedPortal({ settings: twilio });
  demo = await sharedPortal({ issuer: 'loopback' });
});
afterAll(async () => {
  await Promise.all([live?.stop(), demo?.stop()]);
});

/** Adds a notice, as a flow in one of the portal's processes does. */
async function post(portal: Portal, notice: Parameters<NoticeQueue['add']>[1]): Promise<string> {
  const store = new NoticeStore(portal.db, new Sealer(portal.environment.VESTIBULE_MASTER_KEY as string));
  const queue = new NoticeQueue({ store, jobs: new JobQueue(portal.db, silent), settings: { retries: 3 } });
  return portal.db.transaction().execute((tx) => queue.add(tx, notice));
}

async function status(id: string): Promise<string> {
  const row = await live.db
    .selectFrom('notices')
    .select('status')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.status;
}

async function sentSms(to: string): Promise<{ id: string; sms: SentSms }> {
  const id = await post(live, codeSms(to));
  await until(async () => (await status(id)) === 'sent');
  return { id, sms: api.to(to)[0] as SentSms };
}

const base = () => `http://127.0.0.1:${live.ports[0]}`;

test('what Twilio reports of a message is recorded, in whatever order it comes', async () => {
  const { id, sms } = await sentSms('+12025550111');
  expect((await api.report(sms, base(), 'delivered')).status).toBe(204);
  expect(await status(id)).toBe('delivered');
  expect((await api.report(sms, base(), 'sent')).status).toBe(204);
  expect((await api.report(sms, base(), 'undelivered', { errorCode: '30003' })).status).toBe(204);
  expect(await status(id)).toBe('delivered');
});

test('a message that did not arrive is failed, with the reason', async () => {
  const { id, sms } = await sentSms('+12025550112');
  await api.report(sms, base(), 'undelivered', { errorCode: '30003' });
  const row = await live.db.selectFrom('notices').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(row).toMatchObject({ status: 'failed', last_error: 'twilio-30003', provider_id: sms.sid });
});

test('a report without Twilio’s signature for this address and these fields changes nothing', async () => {
  const { id, sms } = await sentSms('+12025550113');
  const other = await sentSms('+12025550114');
  const forged = [
    await api.report(sms, base(), 'delivered', { token: 'another-token' }),
    // Signed for another notice.
    await fetch(`${base()}/notices/sms-status?notice=${id}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `MessageSid=${sms.sid}&MessageStatus=delivered`,
    }),
    await api.report(
      { ...sms, statusCallback: sms.statusCallback.replace(id, 'x'.repeat(22)) },
      base(),
      'delivered',
      {
        token: 'another-token',
      },
    ),
    await api.report(
      { ...sms, statusCallback: 'https://evil.example/notices/sms-status?notice=1' },
      base(),
      'delivered',
    ),
    await api.report(
      { ...sms, statusCallback: sms.statusCallback.replace('signin.example.test', 'evil.example') },
      base(),
      'delivered',
    ),
  ];
  expect(forged.map((answer) => answer.status)).toEqual([403, 403, 403, 403, 403]);
  expect(await status(id)).toBe('sent');
  // Genuine, but of another message.
  await api.report({ ...sms, sid: other.sms.sid }, base(), 'delivered');
  expect(await status(id)).toBe('sent');
});

test('the outbox is the demo’s alone', async () => {
  expect((await fetch(`${base()}/dev/outbox`)).status).toBe(404);
});

test('the demo shows its mail and SMS at /dev/outbox, the newest first', async () => {
  await post(demo, codeMail('first@clinic.example', '111111'));
  const outbox = async () => {
    const answer = await fetch(`${demo.issuer}/dev/outbox`, { headers: { Accept: 'application/json' } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    return (await answer.json()) as Record<string, string>[];
  };
  await until(async () => (await outbox()).length === 1);
  await post(demo, codeSms('+12025550143', '222222'));
  await until(async () => (await outbox()).length === 2);
  expect(await outbox()).toEqual([
    {
      channel: 'sms',
      to: '+12025550143',
      subject: '',
      text: expect.stringContaining('222222'),
      at: expect.stringMatching(/Z$/),
    },
    {
      channel: 'email',
      to: 'first@clinic.example',
      subject: 'Your code for Northwind Health Plan',
      text: expect.stringContaining('111111'),
      at: expect.any(String),
    },
  ]);
  const page = await (await fetch(`${demo.issuer}/dev/outbox`, { headers: { Accept: 'text/html' } })).text();
  expect(page).toContain('<body data-page="outbox"');
  expect(page.indexOf('222222')).toBeLessThan(page.indexOf('111111'));
});

test('no log line holds an address, a code or a link of a notice', () => {
  const lines = [...live.logs, ...demo.logs].join('\n');
  expect(lines).toContain('/notices/sms-status');
  for (const text of ['111111', '222222', '428913', 'first@clinic', '5550143', '5550111'])
    expect(lines).not.toContain(text);
});
