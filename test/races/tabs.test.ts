import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DEMO_PASSWORD, type Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  claimsOf,
  codeOf,
  type FlowRequest,
  flow,
  formAction,
  formPost,
  pageName,
  redeem,
  userinfo,
  Visitor,
} from '../support/visitor.ts';
import { figures, rounds } from './rounds.ts';

const ROUNDS = rounds(100, 5, 1);
const PERSON = { user_id: 'dr.rivera', password: DEMO_PASSWORD };

let portal: Portal;
let account: string;
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
  const row = await portal.db
    .selectFrom('accounts')
    .select('sub')
    .where('user_id', '=', PERSON.user_id)
    .executeTakeFirstOrThrow();
  account = row.sub;
});
afterAll(() => portal.stop());

const pairs = [
  ['two apps', ['claims', 'eligibility']],
  ['two tabs of one app', ['claims', 'claims']],
] as const;

/** A tab of a browser: what it asked for and where it ended. */
interface Tab {
  readonly visitor: Visitor;
  readonly started: FlowRequest;
  readonly answer: Answer;
}

const openSessions = async () =>
  (
    await portal.db
      .selectFrom('sessions')
      .select('uid')
      .where('account', '=', account)
      .where('ended_at', 'is', null)
      .execute()
  ).map(({ uid }) => uid);

/** What the ledger holds of the session that a sid belongs to. */
async function ledgerOf(sid: unknown) {
  const apps = await portal.db
    .selectFrom('session_apps')
    .select(['uid', 'client_id', 'sid', 'grant_id'])
    .where('uid', '=', (eb) => eb.selectFrom('session_apps').select('uid').where('sid', '=', String(sid)))
    .execute();
  return { uid: String(apps[0]?.uid), apps };
}

/**
 * That each tab is back at its own app, signed in, and that all of them ride on one session: the only one
 * that began since `before`, with both apps in the ledger, to which every tab's cookie leads.
 */
async function expectOneSession(tabs: readonly Tab[], before: readonly string[]): Promise<void> {
  const sids = new Map<string, unknown>();
  for (const { started, answer } of tabs) {
    const target = new URL(String(answer.headers.get('location')));
    expect(target.origin + target.pathname).toBe(started.redirectUri);
    expect(target.searchParams.get('state')).toBe(
      new URL(started.url, portal.issuer).searchParams.get('state'),
    );
    const tokens = await redeem(portal, { ...started, code: codeOf(answer) });
    expect(tokens.status).toBe(200);
    const { aud, sub, sid } = claimsOf(tokens.id_token);
    expect([aud, sub]).toEqual([started.clientId, account]);
    expect(sids.get(started.clientId) ?? sid).toBe(sid);
    sids.set(started.clientId, sid);
    for (const process of [0, 1]) {
      expect((await userinfo(portal, tokens.access_token, { process })).status).toBe(200);
    }
  }
  const { uid, apps } = await ledgerOf([...sids.values()][0]);
  for (const [clientId, sid] of sids) {
    expect(apps.filter(({ client_id }) => client_id === clientId)).toEqual([
      { uid, client_id: clientId, sid, grant_id: expect.any(String) },
    ]);
  }
  expect((await openSessions()).filter((open) => !before.includes(open))).toEqual([uid]);
  const [clientId, sid] = [...sids][0] as [string, unknown];
  for (const { visitor } of tabs) expect(await sidBy(visitor, clientId)).toBe(sid);
}

/** The sid that a browser's cookie leads to, asked for without a question. */
async function sidBy(visitor: Visitor, clientId: string): Promise<unknown> {
  const started = flow(clientId, { prompt: 'none' });
  const answer = await visitor.clone().open(started.url);
  return claimsOf((await redeem(portal, { ...started, code: codeOf(answer) })).id_token).sid;
}

const openTab = async (visitor: Visitor, clientId: string): Promise<Tab> => {
  const started = flow(clientId);
  return { visitor, started, answer: await visitor.open(started.url) };
};

const submitted = async ({ visitor, started, answer }: Tab): Promise<Tab> => ({
  visitor,
  started,
  answer: await visitor.submit(answer, PERSON),
});

test.each(pairs)(
  '%s opened at once on a session ride on it',
  async (name, apps) => {
    for (let round = 0; round < ROUNDS; round++) {
      const before = await openSessions();
      const visitor = new Visitor(portal);
      // Signed in to the launcher, so that neither app is known to the session yet.
      expect(pageName(await visitor.submit(await visitor.open('/'), PERSON))).toBe('launcher');
      const tabs = await Promise.all(apps.map((app) => openTab(visitor.clone(), app)));
      await expectOneSession(tabs, before);
    }
    figures(`${name} at once on a session`, { rounds: ROUNDS });
  },
  300_000,
);

test.each(pairs)(
  '%s signed in to at once begin one session',
  async (name, apps) => {
    for (let round = 0; round < ROUNDS; round++) {
      const before = await openSessions();
      const visitor = new Visitor(portal);
      const opened: Tab[] = [];
      for (const app of apps) opened.push(await openTab(visitor, app));
      // Neither tab's requests carry what the other one was given, as when both are sent in the same moment.
      const tabs = await Promise.all(opened.map((tab) => submitted({ ...tab, visitor: visitor.clone() })));
      await expectOneSession(tabs, before);
    }
    figures(`${name} signed in to at once`, { rounds: ROUNDS });
  },
  300_000,
);

test.each(pairs)(
  '%s opened and signed in to at once in a new browser begin one session',
  async (name, apps) => {
    for (let round = 0; round < ROUNDS; round++) {
      const before = await openSessions();
      const visitor = new Visitor(portal);
      // One jar for both tabs, as a browser that restores them has.
      const opened = await Promise.all(apps.map((app) => openTab(visitor, app)));
      const tabs = await Promise.all(opened.map(submitted));
      await expectOneSession(tabs, before);
    }
    figures(`${name} opened and signed in to at once`, { rounds: ROUNDS });
  },
  300_000,
);

test.each(pairs)(
  '%s signed in to at once, a moment after signing out, begin one session',
  async (name, apps) => {
    for (let round = 0; round < ROUNDS; round++) {
      const before = await openSessions();
      const visitor = new Visitor(portal);
      const earlier = await redeem(portal, await visitor.signIn('claims'));
      await visitor.open(`/oidc/logout?id_token_hint=${earlier.id_token}`);
      const opened: Tab[] = [];
      for (const app of apps) opened.push(await openTab(visitor, app));
      const tabs = await Promise.all(opened.map((tab) => submitted({ ...tab, visitor: visitor.clone() })));
      await expectOneSession(tabs, before);
    }
    figures(`${name} after signing out`, { rounds: ROUNDS });
  },
  300_000,
);

/** What the second tab does as the first goes from its form back to its app. */
const moments: [string, (first: Tab, second: Tab) => Promise<[Tab, Tab]>][] = [
  [
    'is opened as the first sends its form',
    async (first, { visitor, started }) =>
      Promise.all([posted(first).then(wentOn), openTab(visitor, started.clientId)]),
  ],
  [
    'is opened as the first goes back to its app',
    async (first, { visitor, started }) => {
      const signedIn = await posted(first);
      return Promise.all([wentOn(signedIn), openTab(visitor, started.clientId)]);
    },
  ],
  [
    'sends its form as the first goes back to its app',
    async (first, second) => {
      const signedIn = await posted(first);
      return Promise.all([wentOn(signedIn), submitted(second)]);
    },
  ],
  [
    'goes back to its app as the first sends its form',
    async (first, second) => {
      const signedIn = await posted(second);
      return Promise.all([submitted(first), wentOn(signedIn)]);
    },
  ],
];

/** The form's own answer: the redirect that goes on. */
const posted = async (tab: Tab): Promise<Tab> => ({
  ...tab,
  answer: await tab.visitor.request(formAction(tab.answer), formPost(tab.answer, PERSON)),
});

async function wentOn(tab: Tab): Promise<Tab> {
  const { pathname, search } = new URL(String(tab.answer.headers.get('location')), portal.issuer);
  return { ...tab, answer: await tab.visitor.open(pathname + search) };
}

test.each(moments.flatMap(([moment, run]) => pairs.map(([name, apps]) => ({ name, moment, apps, run }))))(
  '$name end in one session when the second $moment',
  async ({ name, moment, apps, run }) => {
    let asked = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const before = await openSessions();
      const visitor = new Visitor(portal);
      const first = await openTab(visitor, apps[0]);
      const [one, other] = await run(first, await openTab(visitor, apps[1]));
      const page = pageName(other.answer) === 'sign-in';
      if (page) asked++;
      await expectOneSession([one, page ? await submitted(other) : other], before);
    }
    figures(`${name}, the second ${moment}`, { rounds: ROUNDS, askedToSignInToo: asked });
  },
  300_000,
);
