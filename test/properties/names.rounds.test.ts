import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Accounts } from '../../src/accounts/accounts.ts';
import { Activations } from '../../src/accounts/activations.ts';
import { foldUserId, plainUserId } from '../../src/accounts/user-id.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { ACTORS, isActor, looksLikeId } from '../../src/names.ts';
import { call, Team } from '../admin/team.ts';
import { rounds, Tally } from '../races/rounds.ts';
import type { Somebody } from '../support/enrolled.ts';
import { CROWD } from '../support/portal.ts';
import {
  type Answer,
  asApp,
  claimsOf,
  flow,
  formPost,
  pageName,
  redeem,
  send,
  Visitor,
} from '../support/visitor.ts';
import { strangeNames } from './strange-names.ts';

const CASES = rounds(10_000, 2_000, 150);
/** As nobody would allow: what counts guesses is not what is tried here. */
const settings = {
  ...CROWD,
  'lockout.address_failures': '100000',
  'lockout.sprayed_accounts': '100000',
  'notices.smtp.url': 'smtp://127.0.0.1:9',
  'admin.api_requests': '100000',
};

let team: Team;
let token: string;
/** Signed in, at the app and at the console. */
let owner: Somebody;
let browser: Visitor;
let console: Visitor;
/** Has the owner's sub as user ID, as could be chosen before that was refused. */
let namesake: Somebody;
const trail = new AuditTrail();
beforeAll(async () => {
  team = await Team.open({ settings });
  token = await (await team.program('names')).token();
  owner = await team.people.plain();
  browser = new Visitor(team.portal);
  await browser.signIn('claims', { ...owner });
  namesake = await renamed(await team.people.plain(), owner.sub);
  console = (await team.browser(await team.member('operator'), '/admin/accounts')).visitor;
});
afterAll(() => team?.close());

/** Somebody with a user ID that the rules would refuse. */
async function renamed(somebody: Somebody, userId: string): Promise<Somebody> {
  const mine = team.portal.db.updateTable('accounts').where('sub', '=', somebody.sub);
  await mine.set({ user_id: userId, user_id_folded: foldUserId(userId) }).execute();
  return { ...somebody, userId };
}

const name = strangeNames({ owner: () => owner, namesake: () => namesake });

const posted = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
const posting = (path: string, fields: string[][]) =>
  send(team.portal, path, { method: 'POST', headers: posted, body: String(new URLSearchParams(fields)) });
const get = (path: string) => call(team.portal, token, path);
const post = (path: string, body: unknown) => call(team.portal, token, path, { body });
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

/** Whom the stores know by a sub, and only then by a user ID. */
async function meant(text: string): Promise<string | undefined> {
  if (text.includes('\0')) return undefined;
  const rows = await team.portal.db
    .selectFrom('accounts')
    .select(['sub', 'user_id'])
    .where((row) => row.or([row('sub', '=', text), row('user_id', '=', plainUserId(text))]))
    .execute();
  return (rows.find(({ sub }) => sub === text) ?? rows[0])?.sub;
}

type Try = (text: string) => Promise<Answer | undefined>;

/** Where a name can be given, and what must come of it. Each answers what the service said last. */
const places: Readonly<Record<string, Try>> = {
  async 'user ID, sign-in'(text) {
    const visitor = new Visitor(team.portal);
    const page = await visitor.open(flow('claims').url);
    const answer = await visitor.submit(page, { user_id: text, password: namesake.password });
    if (answer.headers.get('location')?.includes('code=')) {
      // All have one password, so whoever is let in must be the one who has this user ID, blanks aside.
      const begun = team.portal.db.selectFrom('sessions').innerJoin('accounts', 'sub', 'account');
      const last = begun.select('user_id').orderBy('started_at', 'desc').limit(1);
      expect(await last.execute()).toEqual([{ user_id: text.replaceAll(/[\s\u200b]/g, '') }]);
    }
    return answer;
  },
  async 'user ID, recovery'(text) {
    const visitor = new Visitor(team.portal);
    const page = await visitor.open('/recover/password');
    return visitor.submit(page, { user_id: text, channel: 'email' });
  },
  async 'user ID, activation'(text) {
    const visitor = new Visitor(team.portal);
    const { sub, token: link } = await invitation();
    const page = await visitor.open(`/activate/${link}`);
    const answer = await visitor.submit(page, { user_id: text, password: 'seven quiet herons wade' });
    if (pageName(answer) === 'activated') expect(await meant(text.trim())).toBe(sub);
    return answer;
  },
  'client id, authorize': (text) => browser.clone().request(flow('claims', { client_id: text }).url),
  'client id, token': (text) =>
    posting('/oidc/token', [
      ['grant_type', 'refresh_token'],
      ['client_id', text],
    ]),
  'client id, farewell': (text) => send(team.portal, `/signed-out?app=${encoded(text)}`),
  'client id, API': (text) => get(`/apps/${encoded(text)}`),
  async 'client id, registration'(text) {
    // To register it is to change it, and the other places sign in to it at the address that it has.
    if (text === 'claims') return undefined;
    const answer = await post('/apps', {
      client_id: text,
      client_name: text.replaceAll('\0', '') || 'x',
      redirect_uris: [APP],
      token_endpoint_auth_method: 'none',
      first_party: true,
    });
    if (answer.status === 200) await enter(text);
    return answer;
  },
  'scope, authorize': (text) =>
    browser.clone().request(flow('claims', { scope: `openid ${text}`, prompt: 'none' }).url),
  'scope, token': (text) =>
    asApp(team.portal, 'claims', '/oidc/token', { grant_type: 'client_credentials', scope: text }),
  'claim, ID token': (text) => asked({ id_token: own(text, null), userinfo: own(text, { value: text }) }),
  'claim, nested': (text) => asked({ id_token: own(text, own(text, own(text, 1))) }),
  'claim, place': (text) => asked({ ...own(text, { sub: null }), id_token: { acr: null } }),
  'form field, sign-in': async (text) => {
    const page = await browser.clone().open(flow('claims', { prompt: 'login' }).url);
    const { body = '' } = formPost(page, {});
    return browser.clone().request(page.url.pathname, {
      method: 'POST',
      headers: posted,
      body: `${body}&${new URLSearchParams([[text, text]])}`,
    });
  },
  'form field, token': (text) =>
    posting('/oidc/token', [
      [text, text],
      ['grant_type', text],
    ]),
  'form field, pushed request': (text) =>
    asApp(team.portal, 'claims', '/oidc/par', { [text]: text, client_id: 'claims', response_mode: text }),
  'query key, pages': (text) =>
    browser.clone().request(`/account?${encoded(text)}=${encoded(text)}&done=${encoded(text)}`),
  'query key, console': (text) =>
    console.request(`/admin/accounts/${owner.sub}?${encoded(text)}=x&done=${encoded(text)}`),
  'query key, authorize': (text) =>
    browser
      .clone()
      .request(
        `${flow('claims').url}&${encoded(text)}=${encoded(text)}&ui_locales=${encoded(text)}&prompt=${encoded(text)}`,
      ),
  'query key, API': (text) => get(`/sessions?${encoded(text)}=${encoded(text)}`),
  'JSON key, API': (text) => post('/sessions/end', { filter: own(text, text), dry_run: true }),
  'cookie name': (text) =>
    send(team.portal, '/account', {
      headers: { cookie: `${encoded(text)}=${encoded(text)}; ${browser.cookieHeader('/account')}` },
    }),
  'language cookie': (text) => browser.clone().request(`/signed-out?lang=${encoded(text)}`),
  'account, sessions': (text) => onlyOf(text, `/sessions?account=${encoded(text)}&limit=200`),
  'account, audit': (text) => onlyOf(text, `/audit?account=${encoded(text)}&limit=200`),
  async 'actor, audit'(text) {
    const answer = await get(`/audit?actor=${encoded(text)}&limit=200`);
    const actor = isActor(text) ? text : await meant(text);
    const found = ((answer.json.items ?? []) as { actor: string }[]).filter((row) => row.actor !== actor);
    expect(found).toEqual([]);
    return answer;
  },
  async 'account, bulk end'(text) {
    const answer = await post('/sessions/end', { filter: { account: text }, dry_run: true });
    const sub = await meant(text);
    const open = sub === undefined ? [] : await team.people.openSessions({ ...owner, sub });
    expect(answer.json.sessions ?? 0).toBe(open.length);
    return answer;
  },
  'account, console': (text) =>
    console.request(`/admin/audit?account=${encoded(text)}&actor=${encoded(text)}&event=${encoded(text)}`),
  async 'sub, API'(text) {
    const answer = await get(`/accounts/${encoded(text)}`);
    if (answer.status === 200) expect(answer.json.sub).toBe(text);
    return answer;
  },
};

const APP = 'https://names.example/callback';

/** An object that has this name itself, whatever it is. */
function own(text: string, value: unknown): Record<string, unknown> {
  return Object.fromEntries([[text, value]]);
}

/** A sign-in to Claims that asks for these claims: it answers for the owner, in the owner's session. */
async function asked(claims: object): Promise<Answer> {
  const started = flow('claims', { claims: JSON.stringify(claims) });
  const answer = await browser.clone().request(started.url);
  const code = new URL(answer.headers.get('location') ?? '/', team.portal.issuer).searchParams.get('code');
  if (code) {
    const { id_token } = await redeem(team.portal, { ...started, code });
    expect(claimsOf(id_token)).toMatchObject({ sub: owner.sub, aud: 'claims' });
  }
  return answer;
}

/** The sids of an app's sessions: no two people share one. */
async function enter(clientId: string): Promise<void> {
  const started = flow(clientId, { redirect_uri: APP });
  const answer = await browser.clone().request(started.url);
  expect(answer.headers.get('location')).toContain('code=');
  const rows = team.portal.db
    .selectFrom('session_apps')
    .select(['sid', 'client_id'])
    .where('client_id', '=', clientId);
  const sids = (await rows.execute()).map(({ sid }) => sid);
  const others = team.portal.db.selectFrom('session_apps').select('client_id').where('sid', 'in', sids);
  expect(new Set((await others.execute()).map((row) => row.client_id))).toEqual(new Set([clientId]));
}

/** Lists of nobody but whom a text names. */
async function onlyOf(text: string, list: string): Promise<Answer> {
  const answer = await get(list);
  const sub = await meant(text);
  const others = ((answer.json.items ?? []) as { account: string }[]).filter(
    ({ account }) => account !== sub,
  );
  expect(others).toEqual([]);
  return answer;
}

/** Somebody who may choose a user ID. */
async function invitation(): Promise<{ sub: string; token: string }> {
  const { db } = team.portal;
  const record: Parameters<Accounts['create']>[2] = (tx, change) => trail.append(tx, change, {});
  return db.transaction().execute(async (tx) => {
    const { sub } = await new Accounts(db).create(tx, { givenName: 'Nia', familyName: 'Osei' }, record);
    const link = await new Activations(db, 3600).issue(tx, { account: sub, by: ACTORS.command }, record);
    return { sub, token: String(link?.token) };
  });
}

/** Tried everywhere, however few are drawn. */
const worst = [() => owner.sub, () => '__proto__', () => 'constructor'];

test('no name reaches what is not its own: nothing fails, and nobody is taken for somebody else', async () => {
  const tried = new Tally();
  const drawn = await fc.check(
    fc.asyncProperty(name, fc.constantFrom(...Object.keys(places)), async (text, place) => {
      const answer = await (places[place] as Try)(text());
      expect(answer?.status ?? 0).toBeLessThan(500);
      tried.add(place);
    }),
    {
      numRuns: CASES,
      examples: Object.keys(places).flatMap((place) =>
        worst.map((each) => [each, place] as [typeof each, string]),
      ),
    },
  );
  expect(drawn.failed ? [fc.defaultReportMessage(drawn), String(drawn.errorInstance)] : []).toEqual([]);
  // Whoever was signed in before all of that is the same person still, in a session of their own.
  const answer = await browser.request(flow('claims', { prompt: 'none' }).url);
  expect(answer.headers.get('location')).toContain('code=');
  expect(team.portal.processes.map(({ exitCode }) => exitCode)).toEqual([null]);
  expect(Object.keys(tried.counts)).toHaveLength(Object.keys(places).length);
  const rows = team.portal.db
    .selectFrom('audit_events')
    .select('actor')
    .distinct()
    .where('actor', 'is not', null);
  const actors = (await rows.execute()).map(({ actor }) => String(actor));
  expect(actors.filter((actor) => !isActor(actor) && !looksLikeId(actor))).toEqual([]);
});
