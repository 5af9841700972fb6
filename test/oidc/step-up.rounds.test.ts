import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as client from 'openid-client';
import type { Login, StoredSession } from '../../src/sessions/session-store.ts';
import { figures, rounds } from '../races/rounds.ts';
import { People, type Somebody } from '../support/enrolled.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import { type Answer, flow, pageName, replyOf, Visitor } from '../support/visitor.ts';

// What a session has × what a request asks × what an app demands: exactly the steps that are missing, on the
// same session, and claims that say what happened. What is expected is worked out here, from the tables below
// alone.

const AAL1 = 'http://idmanagement.gov/ns/assurance/aal/1';
const AAL2 = 'http://idmanagement.gov/ns/assurance/aal/2';
const IMPOSSIBLE = 'http://idmanagement.gov/ns/assurance/aal/3';
/** s: what max_age, `fresh` and the setting second_factor.fresh say below. */
const LATELY = 300;
const OLD = 1000;
const EVER = Number.POSITIVE_INFINITY;
/** In the short run one cell in so many of those that ask for steps is walked through; all are tried silently. */
const EVERY = rounds(1, 11, 37);
/** Of those that ask for none. */
const EVERY_PLAIN = rounds(1, 1, 4);

interface Request {
  readonly params: Readonly<Record<string, string>>;
  /** Nothing below a second factor in this session will do. */
  readonly factor?: boolean;
  readonly oldest?: number;
  readonly password?: boolean;
  readonly impossible?: boolean;
}

const acr = (claim: object) => JSON.stringify({ id_token: { acr: claim } });

const requests: Record<string, Request> = {
  nothing: { params: {} },
  'acr_values aal/1': { params: { acr_values: AAL1 } },
  'acr_values aal/2': { params: { acr_values: AAL2 }, factor: true },
  'acr_values aal/2 or aal/1': { params: { acr_values: `${AAL2} ${AAL1}` } },
  'essential aal/2': { params: { claims: acr({ essential: true, value: AAL2 }) }, factor: true },
  'essential, aal/2 among values': {
    params: { claims: acr({ essential: true, values: [AAL2, IMPOSSIBLE] }) },
    factor: true,
  },
  'essential, aal/1 or aal/2': { params: { claims: acr({ essential: true, values: [AAL1, AAL2] }) } },
  'essential aal/2 beside acr_values aal/1': {
    params: { claims: acr({ essential: true, value: AAL2 }), acr_values: AAL1 },
    factor: true,
  },
  'essential aal/1 beside acr_values aal/2': {
    params: { claims: acr({ essential: true, value: AAL1 }), acr_values: AAL2 },
    factor: true,
  },
  max_age: { params: { max_age: String(LATELY) }, oldest: LATELY },
  'acr_values aal/2 and max_age': {
    params: { acr_values: AAL2, max_age: String(LATELY) },
    factor: true,
    oldest: LATELY,
  },
  'prompt=login': { params: { prompt: 'login' }, password: true },
  'prompt=login and acr_values aal/2': {
    params: { prompt: 'login', acr_values: AAL2 },
    password: true,
    factor: true,
  },
  'an impossible acr_values': { params: { acr_values: IMPOSSIBLE }, impossible: true },
  'an impossible essential acr': {
    params: { claims: acr({ essential: true, value: IMPOSSIBLE }) },
    impossible: true,
  },
  'an impossible essential acr beside acr_values aal/2': {
    params: { claims: acr({ essential: true, value: IMPOSSIBLE }), acr_values: AAL2 },
    impossible: true,
  },
  'an impossible voluntary acr': { params: { claims: acr({ value: IMPOSSIBLE }) } },
};

interface App {
  readonly demands: object;
  readonly factor?: 'or remembered device' | 'always';
  readonly oldest?: number;
  readonly closed?: boolean;
}

const apps: Record<string, App> = {
  plain: { demands: {} },
  factor: { demands: { second_factor: true }, factor: 'or remembered device' },
  strict: { demands: { second_factor: true, remembered_device: false }, factor: 'always' },
  fresh: { demands: { fresh: LATELY }, oldest: LATELY },
  both: {
    demands: { second_factor: true, fresh: LATELY },
    factor: 'or remembered device',
    oldest: LATELY,
  },
  closed: { demands: { roles: ['operator'] }, closed: true },
};

/** Ages in s; of what is left out there is none. */
interface Has {
  readonly who: 'enrolled' | 'plain' | 'remembered';
  readonly password?: number;
  readonly factor?: number;
}

const sessions: Record<string, Has> = {
  'none, and no factor enrolled': { who: 'plain' },
  'none, and a factor enrolled': { who: 'enrolled' },
  'none, on a remembered device': { who: 'remembered' },
  'a fresh password': { who: 'plain', password: 0 },
  'an old password': { who: 'plain', password: OLD },
  'a fresh password and factor': { who: 'enrolled', password: 0, factor: 0 },
  'a fresh password and an old factor': { who: 'enrolled', password: 0, factor: OLD },
  'an old password and factor': { who: 'enrolled', password: OLD, factor: OLD },
  'a remembered device': { who: 'remembered', password: 0 },
  'a remembered device, long ago': { who: 'remembered', password: OLD },
};

interface Expected {
  readonly pages: readonly string[];
  readonly silent: string;
  readonly end: 'code' | 'access-denied' | 'unmet_authentication_requirements';
  readonly level: string;
  readonly methods: readonly string[];
}

/** What ought to happen. */
function expectedOf(has: Has, asked: Request, app: App): Expected {
  const oldest = Math.min(asked.oldest ?? EVER, app.oldest ?? EVER);
  const wanted = asked.factor ? 'always' : app.factor;
  const deviceDoes = has.who === 'remembered' && wanted === 'or remembered device';
  const hasFactor = has.factor !== undefined && has.factor <= oldest;
  const lacksFactor = wanted !== undefined && !hasFactor && !(deviceDoes && has.password !== undefined);
  const enrols = has.who === 'plain';
  const lacksPassword = has.password === undefined || has.password > oldest;
  // Nobody enrols on a session that was left open: who found it would make it theirs.
  const password =
    lacksPassword || asked.password === true || (enrols && lacksFactor && (has.password ?? EVER) > LATELY);
  const factor = password
    ? // Asked with the password unless the device does, or nothing wants it and the session had one before.
      wanted
      ? !deviceDoes
      : has.who === 'enrolled' && has.factor === undefined
    : lacksFactor;
  const pages = [
    ...(password ? ['sign-in'] : []),
    ...(factor ? (enrols ? ['enrol-second-factor', 'recovery-codes'] : ['second-factor']) : []),
  ];
  const proved = factor || has.factor !== undefined;
  const refused = lacksPassword || lacksFactor;
  return {
    pages: asked.impossible ? [] : pages,
    silent: asked.impossible
      ? 'unmet_authentication_requirements'
      : refused
        ? 'login_required'
        : app.closed
          ? 'access_denied'
          : 'code',
    end: asked.impossible ? 'unmet_authentication_requirements' : app.closed ? 'access-denied' : 'code',
    level: proved ? AAL2 : AAL1,
    methods: proved ? ['pwd', 'otp', 'mfa'] : ['pwd'],
  };
}

let portal: Portal;
let people: People;
const configs = new Map<string, client.Configuration>();
beforeAll(async () => {
  portal = await sharedPortal({ issuer: 'loopback' });
  people = await People.of(portal);
  for (const [name, { demands }] of Object.entries(apps)) {
    const [client_id, client_secret] = [`matrix-${name}`, `matrix-${name}-secret`];
    const redirect_uris = [callback];
    await portal.register({
      client_id,
      client_secret,
      client_name: name,
      redirect_uris,
      demands,
      first_party: true,
    });
    const execute = [client.allowInsecureRequests];
    const config = await client.discovery(new URL(portal.issuer), client_id, client_secret, undefined, {
      execute,
    });
    configs.set(name, config);
  }
});
afterAll(async () => {
  await people?.close();
  await portal?.stop();
});

const callback = 'http://localhost:3101/callback';

async function build(app: string, params: Readonly<Record<string, string>>) {
  const [state, nonce] = [client.randomState(), client.randomNonce()];
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const config = configs.get(app) as client.Configuration;
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callback,
    scope: 'openid',
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...params,
  });
  const maxAge = params.max_age === undefined ? {} : { maxAge: Number(params.max_age) };
  const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier, ...maxAge };
  return { config, path: url.pathname + url.search, checks };
}

/** A browser in the state that a row of the table names, and how to put it back into it. */
class Browser {
  readonly #somebody: Somebody;
  readonly #has: Has;
  #visitor = new Visitor(portal);
  #began: StoredSession | undefined;
  #fresh = new Visitor(portal);

  constructor(somebody: Somebody, has: Has) {
    this.#somebody = somebody;
    this.#has = has;
  }

  get visitor(): Visitor {
    return this.#visitor;
  }

  get somebody(): Somebody {
    return this.#somebody;
  }

  async open(): Promise<void> {
    const { who, password } = this.#has;
    if (who === 'remembered') {
      const fill = { 'second-factor': { remember_device: 'yes' } };
      const page = await this.#fresh.open(flow('claims').url);
      expect((await people.walk(this.#fresh, page, this.#somebody, fill)).answer.status).toBe(303);
      await people.signOut(this.#somebody);
      this.#fresh.forget('session');
    }
    this.#visitor = this.#fresh.clone();
    if (password === undefined) return;
    await people.walk(this.#visitor, await this.#visitor.open(flow('claims').url), this.#somebody);
    this.#began = await people.sessionOf(this.#visitor);
    expect(this.#began?.login.factorAt !== undefined).toBe(this.#has.factor !== undefined);
  }

  /** As it was, the session a little older or much. */
  async restore(): Promise<Login | undefined> {
    if (this.#has.who === 'plain') await people.disenrol(this.#somebody);
    if (!this.#began) {
      this.#visitor = this.#fresh.clone();
      return undefined;
    }
    const now = Math.floor(Date.now() / 1000);
    const { password = 0, factor } = this.#has;
    const { factorAt: _factorAt, ...began } = this.#began.login;
    const factorAt = factor === undefined ? {} : { factorAt: now - factor };
    const login = { ...began, loginTs: now - password, ...factorAt };
    await people.setLogin(this.#began.uid, login);
    return login;
  }
}

describe.each(Object.entries(sessions))('on a session with %s', (_title, has) => {
  let browser: Browser;
  beforeAll(async () => {
    const somebody = has.who === 'plain' ? await people.plain() : await people.enrolled();
    browser = new Browser(somebody, has);
    await browser.open();
  });

  const cells = Object.entries(requests).flatMap(([request, asked]) =>
    Object.entries(apps).map(([app, demanding]) => ({
      name: `${request} at ${app}`,
      app,
      asked,
      expected: expectedOf(has, asked, demanding),
    })),
  );

  test('prompt=none says what is missing, for each request and app', async () => {
    await browser.restore();
    const asking = cells.filter(({ asked }, index) => !asked.params.prompt && index % EVERY_PLAIN === 0);
    const got: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const { name, app, asked, expected } of asking) {
      const { path } = await build(app, { ...asked.params, prompt: 'none' });
      const { error, code } = replyOf(await browser.visitor.request(path));
      got[name] = error ?? (code ? 'code' : 'nothing');
      wanted[name] = expected.silent;
    }
    expect(got).toEqual(wanted);
  });

  test('exactly the missing steps come, for each request and app, and the claims are honest', async () => {
    const isTried = ({ expected }: (typeof cells)[number], index: number) =>
      index % (expected.pages.length === 0 ? EVERY_PLAIN : EVERY) === 0;
    const tried = cells.filter(isTried);
    for (const cell of tried) {
      const before = await browser.restore();
      expect([cell.name, await entered(browser, cell, before)]).toEqual([cell.name, wantedOf(cell)]);
    }
    figures('step-up, cells walked', { cells: tried.length });
  }, 600_000);
});

interface Cell {
  readonly app: string;
  readonly asked: Request;
  readonly expected: Expected;
}

function wantedOf({ expected: { pages, end, level, methods } }: Cell) {
  const told = { acr: level, amr: methods, auth_time: 'right', introspected: [level, 'right'] };
  return { pages, end, session: 'same', ...(end === 'code' ? told : {}) };
}

/** Walks through one cell as a person and an app do. */
async function entered({ visitor, somebody }: Browser, cell: Cell, before: Login | undefined) {
  const { config, path, checks } = await build(cell.app, cell.asked.params);
  const old = visitor.clone();
  const was = await people.sessionOf(visitor);
  const begun = Math.floor(Date.now() / 1000);
  const { pages, answer } = await people.walk(visitor, await visitor.open(path), somebody);
  const session = await sameSession(visitor, old, was, pages);
  if (pageName(answer)) return { pages, end: pageName(answer), session };
  const back = new URL(String(answer.headers.get('location')));
  const error = back.searchParams.get('error');
  if (error) return { pages, end: error, session };
  const tokens = await client.authorizationCodeGrant(config, back, checks);
  const claims = tokens.claims() as client.IDToken;
  const at = (time: unknown) => whenOf(Number(time), pages, begun, before);
  const seen = await client.tokenIntrospection(config, tokens.access_token);
  return {
    pages,
    end: 'code',
    session,
    acr: claims.acr,
    amr: claims.amr,
    auth_time: at(claims.auth_time),
    introspected: [seen.acr, at(seen.auth_time)],
  };
}

/** When the password was given: in this sign-in, or as before. */
function whenOf(time: number, pages: readonly string[], begun: number, before: Login | undefined): string {
  if (!pages.includes('sign-in')) return time === before?.loginTs ? 'right' : `not moved? ${time}`;
  return time >= begun && time <= Date.now() / 1000 ? 'right' : `not now: ${time}`;
}

/** The session stays; its cookie changes with each step-up, and the earlier one is dead at once. [rule 11] */
async function sameSession(
  visitor: Visitor,
  old: Visitor,
  was: StoredSession | undefined,
  pages: readonly string[],
): Promise<string> {
  const is = await people.sessionOf(visitor);
  if (was && is?.uid !== was.uid) return 'another';
  const changed = visitor.cookie('session') !== old.cookie('session');
  if (changed !== pages.length > 0) return changed ? 'changed its cookie' : 'kept its cookie';
  if (changed && was && !(await isOut(old))) return 'old cookie alive';
  return 'same';
}

async function isOut(visitor: Visitor): Promise<boolean> {
  const answer: Answer = await visitor.request(flow('claims', { prompt: 'none' }).url);
  return replyOf(answer).error === 'login_required';
}
