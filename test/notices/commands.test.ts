import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { failure, json, PATIENT, run } from '../cli/operator.ts';
import { until } from '../postgres/until.ts';
import { MailServer } from '../support/mail-server.ts';
import { codeMail, PostOffice } from './post-office.ts';

let server: MailServer;
let office: PostOffice;

beforeAll(async () => {
  server = await MailServer.start();
  office = await PostOffice.open({ SMTP_URL: server.url });
  await office.work();
});
afterAll(async () => {
  await office?.close();
  await server?.close();
});

interface List {
  items: { id: string; to: string; status: string; last_error: string | null }[];
}

test(
  'dead notices are listed without their addresses, and replayed one or all',
  async () => {
    server.refuses = 554;
    const ids: string[] = [];
    for (const name of ['one', 'two', 'three'])
      ids.push(await office.post(codeMail(`${name}@clinic.example`)));
    await until(async () => (await office.count('dead')) === 3);
    const { items } = await json<List>(office.environment, 'notices', 'list', '--dead');
    expect(items.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(items[0]).toMatchObject({ to: 't•••@clinic.example', status: 'dead', last_error: 'smtp-554' });
    const { stdout } = await run(office.environment, ['notices', 'list']);
    expect(stdout).toMatch(/reset-code\s+email\s+o•••@clinic\.example\s+dead\s+1\s+smtp-554/);

    server.refuses = undefined;
    expect(await json(office.environment, 'notices', 'replay', ids[0] as string)).toEqual({
      replayed: [ids[0]],
    });
    await until(async () => (await office.row(ids[0] as string)).status === 'sent');
    const rest = await run(office.environment, ['notices', 'replay', '--all-dead']);
    expect(rest).toMatchObject({ code: 0, stdout: '2 notices will be sent again.\n' });
    await until(async () => (await office.count('sent')) === 3);
    expect(server.received).toHaveLength(3);
    const events = await office.db
      .selectFrom('audit_events')
      .select(['actor', 'after'])
      .where('event', '=', 'notice.replayed')
      .orderBy('at')
      .execute();
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({ actor: 'cli', after: { notices: [ids[0]] } });
    expect(await failure(office.environment, ['notices', 'replay', ids[0] as string], 1)).toMatch(
      /No dead notice/,
    );
    expect(await failure(office.environment, ['notices', 'replay'], 1)).toMatch(/--all-dead/);
    expect((await run(office.environment, ['notices', 'list', '--dead'])).stdout).toBe('No dead notices.\n');
  },
  PATIENT,
);

test(
  'every notice can be looked at in both languages, without any store',
  async () => {
    const english = await run({}, ['notices', 'preview']);
    expect(english).toMatchObject({ code: 0, stderr: '' });
    expect(english.stdout.match(/^=== /gm)).toHaveLength(17);
    const spanish = await run(office.environment, ['notices', 'preview', 'password-changed', '--lang', 'es']);
    expect(spanish.stdout).toMatch(/Se cambió su contraseña de Northwind Health Plan/);
    const html = await run({}, ['notices', 'preview', 'reset-code', '--html']);
    expect(html.stdout).toMatch(/^<!doctype html><html lang="en">/);
    const sms = await run({}, ['notices', 'preview', 'reset-code', '--sms', '--lang', 'es']);
    expect(sms.stdout).toMatch(/es su código.*\n\n@localhost #428913\n$/);
    const { items } = await json<{ items: object[] }>({}, 'notices', 'preview', 'activation');
    expect(items).toMatchObject([{ kind: 'activation', lang: 'en', html: expect.stringContaining('<html') }]);
    expect(await failure({}, ['notices', 'preview', 'nothing'], 1)).toMatch(/reset-code, reset-link/);
  },
  PATIENT,
);
