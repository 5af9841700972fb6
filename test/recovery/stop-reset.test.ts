import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { newRowId } from '../../src/postgres/row-id.ts';
import { PATIENT } from '../cli/operator.ts';
import { HelpDesk, origin } from '../help-desk/help-desk.ts';
import { until } from '../postgres/until.ts';
import { MailServer } from '../support/mail-server.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { type Answer, formPost, pageName, Visitor } from '../support/visitor.ts';

let mail: MailServer;
let portal: Portal;
let desk: HelpDesk;
let supporter: string;
beforeAll(async () => {
  mail = await MailServer.start();
  portal = await startPortal({ processes: 2, settings: { 'notices.smtp.url': mail.url } });
  desk = HelpDesk.on(portal);
  await desk.stores.redis.ready(5);
  supporter = await person('desk', 'support');
});
afterAll(async () => {
  await desk?.close();
  await portal?.stop();
  await mail?.close();
});

/** ms between sweeps. */
const SWEEP = 10_000;
const EVIL = 'evil.example';
const forged = {
  'x-forwarded-host': EVIL,
  forwarded: `host=${EVIL};proto=http`,
  'x-original-url': `/${EVIL}`,
};

async function person(userId: string, role?: 'support'): Promise<string> {
  const sub = newRowId();
  await portal.db
    .insertInto('accounts')
    .values({
      sub,
      user_id: userId,
      user_id_folded: userId,
      email: `${userId}@clinic.example`,
      given_name: 'Nia',
      family_name: 'Osei',
      status: 'active',
      zoneinfo: 'America/Chicago',
    })
    .execute();
  if (role)
    await portal.db.insertInto('global_roles').values({ account: sub, role, granted_by: 't' }).execute();
  const phone = {
    id: newRowId(),
    kind: 'totp',
    name: 'Phone',
    secret: Buffer.from('x'),
    last_step: 0,
  } as const;
  await portal.db
    .insertInto('authenticators')
    .values({ ...phone, account: sub })
    .execute();
  return sub;
}

interface Held {
  readonly sub: string;
  /** Of the link in the mail, which must begin with the issuer. */
  readonly path: string;
}

/** A reset that waits, made as the help desk makes it. */
async function held(userId: string): Promise<Held> {
  const sub = await person(userId);
  const address = `${userId}@clinic.example`;
  await desk.resets.start(sub, { by: supporter }, origin);
  await until(() => mail.to(address).length === 1);
  const code = String(/^\s*(\d{6})\s*$/m.exec(mail.to(address)[0]?.text ?? '')?.[1]);
  await desk.resets.verify(sub, { by: supporter, code }, origin);
  await desk.resets.request(sub, { by: supporter }, origin);
  await until(() => mail.to(address).length === 2);
  const link = /https?:\/\/\S+\/recover\/stop\/[\w-]+/.exec(mail.to(address)[1]?.text ?? '')?.[0];
  const url = new URL(String(link));
  expect(url.origin).toBe(portal.issuer);
  return { sub, path: url.pathname };
}

async function row(account: string) {
  return portal.db
    .selectFrom('factor_resets')
    .selectAll()
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
}

/** As if the hold had passed and the sweep come. */
async function happen(account: string): Promise<void> {
  const past = sql<Date>`clock_timestamp() - interval '1 minute'`;
  await portal.db.updateTable('factor_resets').set({ due_at: past }).where('account', '=', account).execute();
  await portal.advance(SWEEP);
  await until(async () => (await row(account)).state === 'done', 30_000);
}

/** A page without what is this browser's own. */
function bare(page: Answer): string {
  return page.body.replace(/name="csrf" value="[^"]*"/, '');
}

test(
  'a link becomes a cookie, however often scanners open it, and only the button stops the reset',
  async () => {
    const { sub, path } = await held('nia.one');
    for (const scanner of [new Visitor(portal), new Visitor(portal)]) {
      const answer = await scanner.request(path);
      expect([answer.status, answer.headers.get('location')]).toEqual([303, '/recover/stop']);
      expect(answer.headers.get('referrer-policy')).toBe('same-origin');
      const cookie = answer.headers.getSetCookie().find((line) => line.includes('stop_reset='));
      expect(cookie).toMatch(
        /^__Secure-vestibule_stop_reset=[^;]+;.*path=\/recover\/stop;.*samesite=lax; secure; httponly$/i,
      );
      expect(pageName(await scanner.open('/recover/stop'))).toBe('stop-reset');
      await scanner.request(path, { method: 'HEAD' });
    }
    expect((await row(sub)).state).toBe('held');

    const visitor = new Visitor(portal);
    const page = await visitor.open(path);
    expect(pageName(page)).toBe('stop-reset');
    expect(page.body).not.toContain(path.split('/').at(-1));
    expect(page.body).toMatch(/C[SD]T<\/time>/);
    expect(page.body).not.toMatch(/nia\.one|Osei/);
    const crossed = await visitor.request('/recover/stop', {
      ...formPost(page, { csrf: 'x'.repeat(43) }),
    });
    expect(crossed.status).toBe(403);
    expect((await row(sub)).state).toBe('held');
    const done = await visitor.submit(page, {});
    expect(pageName(done)).toBe('stop-reset-done');
    expect(await row(sub)).toMatchObject({ state: 'stopped', end_reason: 'link', ended_by: sub });
    // Nothing lets anybody in, and whoever opens it again is told what became of it.
    expect(visitor.cookie('session')).toBeUndefined();
    expect(pageName(await new Visitor(portal).open(path))).toBe('stop-reset-done');
    expect(pageName(await visitor.submit(page, {}))).toBe('stop-reset-done');
    const events = await portal.db
      .selectFrom('audit_events')
      .selectAll()
      .where('account', '=', sub)
      .where('event', '=', 'factor-reset.stopped')
      .execute();
    expect(events).toMatchObject([{ actor: sub, reason: 'link', address: '127.0.0.1' }]);
    expect(events[0]?.request).toMatch(/^[0-9a-f-]{36}$/);
  },
  PATIENT,
);

test(
  'a forged Host changes no address, and the token is in no log and no table',
  async () => {
    const { sub, path } = await held('nia.two');
    const visitor = new Visitor(portal);
    const taken = await visitor.request(path, { headers: { host: EVIL, ...forged } });
    expect(taken.headers.get('location')).toBe('/recover/stop');
    const page = await visitor.request('/recover/stop', { headers: { host: EVIL, ...forged } });
    const post = formPost(page, {});
    const stopped = await visitor.request('/recover/stop', {
      ...post,
      headers: { ...post.headers, host: EVIL, ...forged },
    });
    expect(stopped.headers.get('location')).toBe('/recover/stop');
    const done = await visitor.request('/recover/stop', { headers: { host: EVIL, ...forged } });
    expect(pageName(done)).toBe('stop-reset-done');
    expect([taken.body, page.body, done.body].join()).not.toContain(EVIL);
    expect(mail.received.map(({ source }) => source).join()).not.toContain(EVIL);
    const token = String(path.split('/').at(-1));
    expect(portal.logs.some((line) => line.includes('/recover/stop/:token'))).toBe(true);
    expect(portal.logs.filter((line) => line.includes(token))).toEqual([]);
    expect(JSON.stringify(await row(sub))).not.toContain(token);
  },
  PATIENT,
);

test(
  'once it has happened the link says so, and no post changes that',
  async () => {
    const { sub, path } = await held('nia.three');
    const visitor = new Visitor(portal);
    const open = await visitor.open(path);
    expect(pageName(open)).toBe('stop-reset');
    await happen(sub);
    const late = await visitor.submit(open, {});
    expect(pageName(late)).toBe('stop-reset-late');
    expect(pageName(await new Visitor(portal).open(path))).toBe('stop-reset-late');
    expect((await row(sub)).state).toBe('done');
  },
  PATIENT,
);

test('of 16 who press at once on two replicas all are told that it is stopped, and one row says so', async () => {
  const { sub, path } = await held('nia.four');
  const visitors = await Promise.all(
    Array.from({ length: 16 }, async (_, index) => {
      const visitor = new Visitor(portal);
      return { visitor, page: await visitor.open(path), index };
    }),
  );
  const answers = await Promise.all(
    visitors.map(({ visitor, page, index }) => visitor.submit(page, {}, { process: index % 2 })),
  );
  expect(new Set(answers.map(pageName))).toEqual(new Set(['stop-reset-done']));
  const events = await portal.db
    .selectFrom('audit_events')
    .select('event')
    .where('account', '=', sub)
    .where('event', '=', 'factor-reset.stopped')
    .execute();
  expect(events).toHaveLength(1);
});

test('unknown, broken and missing links get one and the same page', async () => {
  const paths = [`/recover/stop/${'A'.repeat(43)}`, '/recover/stop/garbage', '/recover/stop'];
  const pages = await Promise.all(paths.map((path) => new Visitor(portal).open(path)));
  for (const page of pages) expect([page.status, pageName(page)]).toEqual([410, 'link-dead']);
  expect(new Set(pages.map(bare)).size).toBe(1);
  expect(pages[0]?.body).not.toContain('invited');
});
