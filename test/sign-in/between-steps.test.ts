import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { foldUserId } from '../../src/accounts/user-id.ts';
import { hashSubject } from '../../src/lockout/attempt.ts';
import type { StoredSession } from '../../src/sessions/session-store.ts';
import { isIn, People, postTo, type Somebody } from '../support/enrolled.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  codeOf,
  flow,
  formAction,
  formPost,
  pageName,
  replyOf,
  Visitor,
} from '../support/visitor.ts';

// Each step asks anew whether its person may go on. [rule 15]

const AAL2 = 'http://idmanagement.gov/ns/assurance/aal/2';
const COMMON = '123456789000';

let portal: Portal;
let people: People;
beforeAll(async () => {
  portal = await sharedPortal();
  people = await People.of(portal);
});
afterAll(async () => {
  await people?.close();
  await portal?.stop();
});

const stepUp = (more: Record<string, string> = {}) =>
  flow('claims', { acr_values: AAL2, max_age: '300', ...more });

/** A page that a sign-in has come to, whose it is, and in which browser. */
interface Point {
  readonly somebody: Somebody;
  readonly visitor: Visitor;
  readonly page: Answer;
}

async function at(
  page: string,
  somebody: Somebody,
  url: string,
  visitor = new Visitor(portal),
): Promise<Point> {
  const { answer } = await people.walk(visitor, await visitor.open(url), somebody, {}, page);
  expect(pageName(answer)).toBe(page);
  return { somebody, visitor, page: answer };
}

/** A session whose password is fresh and whose factor is old, asked for the factor alone. */
async function atStepUp(): Promise<Point> {
  const somebody = await people.enrolled();
  const visitor = new Visitor(portal);
  await people.walk(visitor, await visitor.open(flow('claims').url), somebody);
  const { uid, login } = (await people.sessionOf(visitor)) as StoredSession;
  await people.setLogin(uid, { ...login, factorAt: login.loginTs - 1000 });
  return at('second-factor', somebody, stepUp().url, visitor);
}

const common = async () => people.plantPassword(await people.enrolled(), COMMON);

const points: Record<string, () => Promise<Point>> = {
  'password and code': async () => at('second-factor', await people.enrolled(), flow('claims').url),
  'password and enrolment': async () => at('enrol-second-factor', await people.plain(), stepUp().url),
  'enrolment and recovery codes': async () => at('recovery-codes', await people.plain(), stepUp().url),
  'code and a forced new password': async () => at('new-password', await common(), flow('claims').url),
  'the request and the code of a step-up': atStepUp,
};

const stops: Record<string, { stop: (somebody: Somebody) => Promise<void>; page: string; status: number }> = {
  'a lock': { stop: (somebody) => people.lock(somebody), page: 'locked', status: 429 },
  'disabling the account': {
    stop: (somebody) => people.setStatus(somebody, 'disabled'),
    page: 'sign-in',
    status: 200,
  },
  // Whoever sets the status need not have ended anything.
  'an account that is marked as disabled': {
    stop: async ({ sub }) => {
      const row = portal.db.updateTable('accounts').where('sub', '=', sub);
      await row.set({ status: 'disabled' }).execute();
    },
    page: 'sign-in',
    status: 200,
  },
  'ending all sessions': {
    stop: (somebody) => people.revokeSessions(somebody),
    page: 'sign-in',
    status: 200,
  },
};

const named = (table: object) => Object.keys(table);

describe.each(named(points))('between %s', (point) => {
  test.each(named(stops))('%s stops what comes next', async (name) => {
    const { somebody, visitor, page } = await (points[point] as () => Promise<Point>)();
    const { stop, ...expected } = stops[name] as (typeof stops)[string];
    const fields = await people.fieldsFor(page, somebody);
    // On a device of their own strangers do not lock them out: see below.
    visitor.forget('device');
    await stop(somebody);
    const posted = await visitor.clone().open(formAction(page), formPost(page, fields));
    expect({ page: pageName(posted), status: posted.status }).toEqual(expected);
    const opened = await visitor.clone().open(page.url.pathname + page.url.search);
    expect({ page: pageName(opened), status: opened.status }).toEqual(expected);
    const silent = await visitor.clone().request(stepUp({ prompt: 'none' }).url);
    expect(replyOf(silent).error).toBe('login_required');
    if (name !== 'a lock') return;
    // The step was not taken, nor what was typed used up: it is there again once the lock is over.
    await people.unlock(somebody);
    const again = await visitor.open(page.url.pathname + page.url.search);
    expect(pageName(again)).toBe(pageName(page));
    expect(pageName(await visitor.open(formAction(page), formPost(page, fields)))).not.toBe(pageName(page));
  });
});

describe('between the last step and the way back to the app', () => {
  test.each(['disabling the account', 'ending all sessions'])('%s lets nobody in', async (name) => {
    const { somebody, visitor, page } = await at(
      'second-factor',
      await people.enrolled(),
      flow('claims').url,
    );
    const done = await visitor.request(
      formAction(page),
      formPost(page, await people.fieldsFor(page, somebody)),
    );
    await (stops[name] as (typeof stops)[string]).stop(somebody);
    const answer = await visitor.open(String(done.headers.get('location')).replace(portal.issuer, ''));
    expect(answer.headers.get('location') ?? '').not.toContain('code=');
    expect(await isIn(visitor)).toEqual([]);
  });

  test('the end of the session that was stepped up leaves no session of a code alone', async () => {
    const { somebody, visitor, page } = await atStepUp();
    const done = await visitor.request(
      formAction(page),
      formPost(page, await people.fieldsFor(page, somebody)),
    );
    const address = String(done.headers.get('location')).replace(portal.issuer, '');
    expect(address).toMatch(/^\/oidc\/authorize\//);
    const home = await visitor.open('/');
    expect(pageName(await postTo(visitor, home, {}, '/sign-out'))).toBe('signed-out');
    const answer = await visitor.open(address);
    expect(pageName(answer)).toBe('sign-in');
    expect(await isIn(visitor)).toEqual([]);
    expect(await people.openSessions(somebody)).toEqual([]);
  });

  test('so does losing its cookie', async () => {
    const { somebody, visitor, page } = await atStepUp();
    const done = await visitor.request(
      formAction(page),
      formPost(page, await people.fieldsFor(page, somebody)),
    );
    visitor.forget('session');
    const answer = await visitor.open(String(done.headers.get('location')).replace(portal.issuer, ''));
    expect(pageName(answer)).toBe('sign-in');
    expect(await isIn(visitor)).toEqual([]);
  });
});

test('the end of the session that steps up is the end of the step-up: the password is asked for', async () => {
  const { somebody, visitor, page } = await atStepUp();
  const fields = await people.fieldsFor(page, somebody);
  const home = await visitor.clone().open('/');
  await postTo(visitor.clone(), home, {}, '/sign-out');
  const posted = await visitor.open(formAction(page), formPost(page, fields));
  expect(pageName(posted)).toBe('sign-in');
  expect(await isIn(visitor)).toEqual([]);
});

test('a lock that begins while a right code is checked stops the finish', async () => {
  const { somebody, visitor, page } = await at('second-factor', await people.enrolled(), flow('claims').url);
  const subject = hashSubject(foldUserId(somebody.userId));
  const fields = await people.fieldsFor(page, somebody);
  await sql`create function lock_meanwhile() returns trigger language plpgsql as $$ begin
    insert into locks (id, subject, secret, began_at, ends_at)
    values ('meanwhile-12345678901', ${sql.lit(subject)}, 'password', now(), now() + interval '15 minutes');
    return new; end $$`.execute(portal.db);
  await sql`create trigger lock_meanwhile after update on authenticators for each row
    when (new.last_step > old.last_step) execute function lock_meanwhile()`.execute(portal.db);
  const posted = await visitor.submit(page, fields);
  await sql`drop trigger lock_meanwhile on authenticators`.execute(portal.db);
  expect([pageName(posted), posted.status]).toEqual(['locked', 429]);
  expect(await isIn(visitor)).toEqual([]);
});

test('a stranger’s lock stops nobody on a device of their own, and still stops the stranger', async () => {
  const somebody = await people.enrolled();
  const owner = new Visitor(portal);
  await people.walk(owner, await owner.open(flow('claims').url), somebody);
  await people.signOut(somebody);
  owner.forget('session');
  const { page } = await at('second-factor', somebody, flow('claims').url, owner);
  await people.lock(somebody);
  await people.lock(somebody, 'totp');
  expect(codeOf(await owner.submit(page, await people.fieldsFor(page, somebody)))).toBeTruthy();
  const stranger = new Visitor(portal);
  const { answer } = await people.walk(stranger, await stranger.open(flow('claims').url), somebody);
  expect([pageName(answer), answer.status]).toEqual(['locked', 429]);
});

test('a lock of codes stops codes, and only those', async () => {
  const somebody = await people.enrolled();
  const [recovery = ''] = await people.giveRecoveryCodes(somebody);
  const { visitor, page } = await at('second-factor', somebody, flow('claims').url);
  await people.lock(somebody, 'totp');
  const code = await people.freshCode(somebody);
  expect(pageName(await visitor.submit(page, { code }))).toBe('locked');
  expect(codeOf(await visitor.submit(page, { with: 'recovery', code: recovery }))).toBeTruthy();
});
