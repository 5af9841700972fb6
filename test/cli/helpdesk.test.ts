import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { MailServer } from '../support/mail-server.ts';
import { DEMO_PASSWORD, type Portal, startPortal } from '../support/portal.ts';
import { flow, introspect, pageName, redeem, refresh, Visitor } from '../support/visitor.ts';
import { failure, json, PATIENT, run } from './operator.ts';

let mail: MailServer;
let portal: Portal;
beforeAll(async () => {
  mail = await MailServer.start();
  portal = await startPortal({
    processes: 2,
    settings: {
      'notices.smtp.url': mail.url,
      'second_factor.roles': '[clinician]',
      // A busy machine is not what is tested.
      'database.connect_timeout': 'PT15S',
      'database.query_timeout': 'PT15S',
      'redis.command_timeout': 'PT15S',
    },
  });
  for (const [userId, role] of [
    ['desk.one', 'support'],
    ['desk.two', 'support'],
  ] as const) {
    await portal.db
      .insertInto('accounts')
      .values({
        sub: `sub-${userId}`,
        user_id: userId,
        user_id_folded: userId,
        given_name: 'Dee',
        family_name: 'Desk',
        status: 'active',
      })
      .execute();
    await portal.db
      .insertInto('global_roles')
      .values({ account: `sub-${userId}`, role, granted_by: 'test' })
      .execute();
  }
});
afterAll(async () => {
  await portal?.stop();
  await mail?.close();
});

const accounts = (...words: string[]) => run(portal.environment, ['accounts', ...words]);
const refused = (...words: string[]) => failure(portal.environment, ['accounts', ...words], 1);

async function enrol(userId: string): Promise<string> {
  const { sub } = await json<{ sub: string }>(portal.environment, 'accounts', 'show', userId);
  const secret = Buffer.from('sealed');
  await portal.db
    .insertInto('authenticators')
    .values({ id: `phone-${userId}`, account: sub, kind: 'totp', name: 'Phone', secret, last_step: 0 })
    .execute();
  return sub;
}

/** The code in the last mail to an address, once so many have come. */
async function codeTo(address: string, mails: number): Promise<string> {
  await until(() => mail.to(address).length >= mails);
  const code = /^\s*(\d{6})\s*$/m.exec(mail.to(address).at(-1)?.text ?? '')?.[1];
  if (!code) throw new Error(`no code: ${mail.to(address).at(-1)?.text}`);
  return code;
}

test(
  'from the call to the next sign-in: a code, a request, a second person, and a factor enrolled anew',
  async () => {
    const visitor = new Visitor(portal);
    const phone = await redeem(
      portal,
      await visitor.signIn('mobile', { userId: 'm.chen', scope: 'openid offline_access', prompt: 'consent' }),
    );
    const sub = await enrol('m.chen');

    const sent = await accounts('verify', 'm.chen', '--by', 'desk.one');
    expect(sent).toMatchObject({ code: 0, stderr: '' });
    expect(sent.stdout).toMatch(/^A code was sent to m\.chen by email\. It expires at [-\d]+ [:\d]+Z\.\n$/);
    expect(sent.stdout).not.toContain('lakeside');
    const code = await codeTo('mei.chen@lakeside.example', 1);
    const wrong = code === '000000' ? '000001' : '000000';
    expect(await refused('verify', 'm.chen', '--by', 'desk.one', '--code', wrong)).toBe('That code is wrong');
    expect(await refused('reset-factor', 'm.chen', '--by', 'desk.one')).toMatch(/m\.chen is not verified/);
    const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
    const proved = await accounts('verify', 'm.chen', '--by', 'desk.one', '--code', spaced);
    expect(proved.stdout).toMatch(/^m\.chen is verified\. You can request the reset until .*Z\.\n$/);

    const asked = await accounts('reset-factor', 'm.chen', '--by', 'desk.one');
    expect(asked.stdout).toMatch(
      /^The second factor of m\.chen will be reset on [-\d]+ [:\d]+Z, or when someone else approves it\. They were notified\.\n$/,
    );
    const listed = await accounts('resets');
    expect(listed.stdout).toMatch(/m\.chen\s+held\s+email\s+desk\.one/);
    expect(await refused('approve-reset', 'm.chen', '--by', 'desk.one')).toMatch(/someone else must approve/);
    expect(await refused('approve-reset', 'm.chen', '--by', 'm.chen')).toMatch(/does not have the role/);
    expect(await json(portal.environment, 'accounts', 'approve-reset', 'm.chen', '--by', 'op.lee')).toEqual({
      sub,
      user_id: 'm.chen',
      state: 'done',
      apps_told: true,
    });

    expect((await refresh(portal, 'mobile', phone.refresh_token)).status).toBe(400);
    expect(await introspect(portal, 'mobile', phone.access_token)).toMatchObject({ active: false });
    expect(pageName(await visitor.open(flow('claims').url))).toBe('sign-in');
    const rows = await portal.db
      .selectFrom('audit_events')
      .select(['event', 'actor', 'user_agent'])
      .where('account', '=', sub)
      .where('event', 'like', 'factor-reset.%')
      .orderBy('at')
      .execute();
    expect(rows.map(({ event }) => event)).toEqual([
      'factor-reset.requested',
      'factor-reset.approved',
      'factor-reset.done',
    ]);
    expect(rows[0]?.actor).toBe('sub-desk.one');
    for (const row of rows) expect(row.user_agent).toMatch(/^vestibule command/);
    await until(() => mail.to('mei.chen@lakeside.example').length === 3);
    expect((await accounts('resets')).stdout).toBe('No resets match.\n');
    const { items } = await json<{ items: object[] }>(portal.environment, 'accounts', 'resets', '--ended');
    expect(items).toMatchObject([{ user_id: 'm.chen', state: 'done', end_reason: 'approved' }]);
    expect(JSON.stringify(items)).not.toMatch(/token|code":/);
  },
  PATIENT,
);

test(
  'whoever must have a factor enrols a new one at the next sign-in, with the password, after the hold',
  async () => {
    const sub = await enrol('dr.rivera');
    const visitor = new Visitor(portal);
    await json(portal.environment, 'accounts', 'verify', 'dr.rivera', '--by', 'desk.one');
    const code = await codeTo('elena.rivera@lakeside.example', 1);
    const proof = await json(
      portal.environment,
      ...['accounts', 'verify', 'dr.rivera', '--by', 'desk.one', '--code', code],
    );
    expect(proof).toMatchObject({ sub, user_id: 'dr.rivera', verified: true });
    const held = await json(portal.environment, 'accounts', 'reset-factor', 'dr.rivera', '--by', 'desk.one');
    expect(held).toMatchObject({ state: 'held' });
    expect(Date.parse(String(held.due_at)) - Date.now()).toBeGreaterThan(23 * 3_600_000);
    await portal.db
      .updateTable('factor_resets')
      .set({ due_at: new Date(Date.now() - 1000) })
      .where('account', '=', sub)
      .execute();
    // To the next sweep.
    await portal.advance(10_000);
    await until(async () => (await reset(sub)).state === 'done', 30_000);
    expect(await reset(sub)).toMatchObject({ end_reason: 'hold-over', ended_by: 'service' });
    const signIn = await visitor.open(flow('claims').url);
    const next = await visitor.submit(signIn, { user_id: 'dr.rivera', password: DEMO_PASSWORD });
    expect(pageName(next)).toBe('enrol-second-factor');
  },
  PATIENT,
);

test(
  'a stop needs a role, keeps new ones away, and mistakes in the call are told as such',
  async () => {
    const sub = await enrol('sec.ops');
    expect(await refused('verify', 'sec.ops', '--by', 'dr.rivera')).toMatch(
      /dr\.rivera does not have the role/,
    );
    expect(await refused('verify', 'desk.one', '--by', 'desk.one')).toMatch(/your own account/);
    expect(await refused('verify', 'desk.two', '--by', 'desk.one')).toMatch(/desk\.two has no second factor/);
    expect(await refused('verify', 'nobody', '--by', 'desk.one')).toMatch(/no account nobody/);
    expect(await refused('verify', 'sec.ops', '--by', 'nobody')).toMatch(/no account nobody/);
    expect(await refused('verify', 'sec.ops', '--by', 'desk.one', '--channel', 'sms')).toMatch(
      /no address on file for that channel/,
    );
    expect(await refused('stop-reset', 'sec.ops', '--by', 'desk.one')).toMatch(
      /No reset is waiting for sec\.ops/,
    );
    await json(portal.environment, 'accounts', 'verify', 'sec.ops', '--by', 'desk.one');
    expect(await refused('verify', 'sec.ops', '--by', 'desk.two')).toMatch(
      /A reset for sec\.ops is already in progress until/,
    );
    expect(await accounts('stop-reset', 'sec.ops', '--by', 'desk.two')).toMatchObject({
      stdout: 'The reset for sec.ops was stopped. The second factor stays.\n',
    });
    expect(await refused('verify', 'sec.ops', '--by', 'desk.one')).toMatch(/no new one can start until/);
    expect((await reset(sub)).state).toBe('stopped');
    const noted = await portal.db
      .selectFrom('audit_events')
      .select(['actor', 'reason', 'user_agent'])
      .where('event', '=', 'helpdesk.refused')
      .where('account', '=', sub)
      .orderBy('at')
      .execute();
    expect(noted.map(({ reason }) => reason)).toEqual([
      ...['role-missing', 'no-contact', 'nothing-held', 'running', 'stopped-lately'],
    ]);
    expect(noted[3]).toMatchObject({ actor: 'sub-desk.two' });
    for (const { user_agent } of noted) expect(user_agent).toMatch(/^vestibule command/);
    for (const words of [
      ['verify', 'sec.ops'],
      ['verify', 'sec.ops', '--by', 'desk.one', '--code', '12345'],
      ['verify', 'sec.ops', '--by', 'desk.one', '--code', '123456', '--channel', 'email'],
      ['verify', 'sec.ops', '--by', 'desk.one', '--channel', 'letter'],
      ['approve-reset', 'sec.ops'],
      ['reset-factor', '--by', 'desk.one'],
    ])
      expect(await failure(portal.environment, ['accounts', ...words], 2)).toMatch(/^error: /);
  },
  PATIENT,
);

async function reset(account: string) {
  return portal.db
    .selectFrom('factor_resets')
    .selectAll()
    .where('account', '=', account)
    .orderBy('started_at', 'desc')
    .executeTakeFirstOrThrow();
}
