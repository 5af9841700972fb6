import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { LogoutEndpoint } from '../faults/logout-endpoint.ts';
import { until } from '../postgres/until.ts';
import { type Portal, startPortal } from '../support/portal.ts';
import { flow, pageName, redeem, type Tokens, userinfo, Visitor } from '../support/visitor.ts';
import { failure, json, PATIENT, run } from './operator.ts';

let portal: Portal;
let endpoint: LogoutEndpoint;

beforeAll(async () => {
  const settings = {
    'logout_notices.retries': '0',
    trusted_proxies: '1',
    'session.place_header': 'X-Geo-City',
  };
  portal = await startPortal({ settings });
  // One for all tests: for 400 ms after a change the service may know an app's address of before.
  endpoint = new LogoutEndpoint();
  await endpoint.open();
  await endpoint.serveFor(portal, 'claims');
});
afterAll(async () => {
  await endpoint?.close();
  await portal?.stop();
});

beforeEach(() => {
  endpoint.manner = 'accepts';
  endpoint.accepted.length = 0;
});

const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36';

/** Signs in to Claims from an address, through the proxy. */
async function come(address: string): Promise<{ visitor: Visitor; tokens: Tokens }> {
  const visitor = new Visitor(portal);
  visitor.sends({ 'x-forwarded-for': address, 'x-geo-city': 'Oslo', 'user-agent': CHROME });
  return { visitor, tokens: await redeem(portal, await visitor.signIn('claims')) };
}

interface Listed {
  readonly items: { uid: string; place: string; device: string; address: string; end_note: string }[];
}

const list = (...words: string[]) => json<Listed>(portal.environment, 'sessions', 'list', ...words);

test(
  'sessions are chosen by where and on what they are, counted, and ended with a reason',
  async () => {
    const here = await come('203.0.113.7');
    const there = await come('198.51.100.9');
    const range = ['--address', '203.0.113.0/24'];
    const { items } = await list(...range, '--device', 'chrome windows', '--app', 'claims');
    expect(items).toMatchObject([{ place: 'Oslo', device: 'Chrome on Windows', address: '203.0.113.7' }]);
    const uid = String(items[0]?.uid);
    expect((await list(...range, '--device', 'iphone')).items).toEqual([]);
    expect((await list(...range, '--to', '2020-01-01')).items).toEqual([]);

    const dry = await json(portal.environment, 'sessions', 'end', ...range, '--dry-run');
    expect(dry).toMatchObject({ sessions_ended: 1, offline_grants_ended: 0, dry_run: true });
    expect((await userinfo(portal, here.tokens.access_token)).status).toBe(200);

    const words = ['sessions', 'end', ...range, '--reason', 'a stolen laptop'];
    const told = await run(portal.environment, words);
    expect(told.stdout).toBe('1 open session ended (a stolen laptop).\n');
    expect(pageName(await here.visitor.open(flow('claims').url))).toBe('sign-in');
    expect((await userinfo(portal, there.tokens.access_token)).status).toBe(200);

    const shown = await json(portal.environment, 'sessions', 'show', uid);
    expect(shown).toMatchObject({
      end_reason: 'revoked',
      ended_by: 'cli',
      end_note: 'a stolen laptop',
      place: 'Oslo',
      apps: [{ client_id: 'claims', name: 'Claims' }],
    });
    const human = await run(portal.environment, ['sessions', 'show', uid]);
    expect(human.stdout).toMatch(/end_note +a stolen laptop\n/);
    expect((await list(...range, '--end-reason', 'revoked')).items).toMatchObject([{ uid }]);
    const event = portal.db.selectFrom('audit_events').select(['reason', 'actor', 'after']);
    const rows = await event.where('session', '=', uid).where('event', '=', 'session.ended').execute();
    expect(rows).toMatchObject([{ reason: 'revoked', actor: 'cli', after: { note: 'a stolen laptop' } }]);
  },
  PATIENT,
);

test(
  'a notice that was given up is listed, and delivered once it is replayed',
  async () => {
    endpoint.manner = 'fails';
    await come('192.0.2.77');
    await json(portal.environment, 'sessions', 'end', '--address', '192.0.2.77');
    const dead = () =>
      json<{ items: { id: string; client_id: string; last_error: string; session: string }[] }>(
        portal.environment,
        ...['sessions', 'notices', '--dead'],
      );
    const row = portal.db.selectFrom('logout_notices').select(['id', 'status', 'attempts', 'uid']);
    const latest = () => row.orderBy('created_at', 'desc').limit(1).executeTakeFirst();
    await until(async () => (await latest())?.status === 'dead');
    const notice = (await dead()).items[0];
    expect(notice).toMatchObject({ client_id: 'claims', last_error: 'the app answered 500' });
    const id = String(notice?.id);

    endpoint.manner = 'accepts';
    expect(await json(portal.environment, 'sessions', 'replay', id)).toEqual({ replayed: [id] });
    await until(() => endpoint.accepted.length > 0);
    await until(async () => (await latest())?.status === 'accepted');
    expect(await latest()).toMatchObject({ id, attempts: 2, uid: notice?.session });
    expect(await failure(portal.environment, ['sessions', 'replay', id], 1)).toMatch(/No dead notice/);
    const audited = await portal.db
      .selectFrom('audit_events')
      .select(['actor', 'app', 'session'])
      .where('event', '=', 'logout-notice.replayed')
      .execute();
    expect(audited).toEqual([{ actor: 'cli', app: 'claims', session: notice?.session }]);
  },
  PATIENT,
);

test(
  'whatever is misspelled is told, and ends nothing',
  async () => {
    await come('192.0.2.80');
    const misuses = [
      ['--address', '1.2.3'],
      ['--address', '192.0.2.0/33'],
      ['--device', 'netscape'],
      ['--from', 'yesterday'],
      ['--from', '2026-02-31'],
      ['--from', '0000-01-01'],
      ['uid', '--address', '192.0.2.80'],
      [],
    ];
    for (const words of misuses) await failure(portal.environment, ['sessions', 'end', ...words], 2);
    for (const words of [
      ['--practice', 'none'],
      ['--account', 'nobody'],
    ]) {
      await failure(portal.environment, ['sessions', 'end', ...words, '--app', 'claims'], 1);
    }
    expect((await list('--address', '192.0.2.80')).items).toHaveLength(1);
  },
  PATIENT,
);
