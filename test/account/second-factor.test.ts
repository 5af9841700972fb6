import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSync } from 'otplib';
import { AAL2 } from '../../src/oidc/step-up.ts';
import type { StoredSession } from '../../src/sessions/session-store.ts';
import { LogoutEndpoint, verifyLogoutToken } from '../faults/logout-endpoint.ts';
import { until } from '../postgres/until.ts';
import { codesOn, isIn, keyOn, People, postTo, type Somebody } from '../support/enrolled.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal } from '../support/shared.ts';
import {
  type Answer,
  claimsOf,
  flow,
  introspect,
  pageName,
  redeem,
  refresh,
  replyOf,
  type Tokens,
  userinfo,
  Visitor,
} from '../support/visitor.ts';

const HERE = '/account/second-factor';
const PAGE = 'account-second-factor';
const OFFLINE = { scope: 'openid profile offline_access', prompt: 'consent' };

let portal: Portal;
let people: People;
const claimsApp = new LogoutEndpoint();
beforeAll(async () => {
  portal = await sharedPortal({ processes: 2 });
  people = await People.of(portal);
  await claimsApp.open();
  await claimsApp.serveFor(portal, 'claims');
});
afterAll(async () => {
  await people?.close();
  await portal?.stop();
  await claimsApp.close();
});

/** A browser that is signed in at Claims. */
async function signedIn(somebody: Somebody): Promise<Visitor> {
  const visitor = new Visitor(portal);
  await people.walk(visitor, await visitor.open(flow('claims').url), somebody);
  return visitor;
}

async function named({ sub }: Somebody): Promise<string[]> {
  const rows = portal.db.selectFrom('authenticators').select('name').where('account', '=', sub);
  return (await rows.orderBy('created_at').execute()).map(({ name }) => name);
}

async function idOf(somebody: Somebody, name: string): Promise<string> {
  const row = portal.db.selectFrom('authenticators').select('id').where('account', '=', somebody.sub);
  return (await row.where('name', '=', name).executeTakeFirstOrThrow()).id;
}

const isDone = (answer: Answer) => [pageName(answer), answer.body.includes('role="status"')];

describe('the account page asks who is there', () => {
  test('nobody signs in and comes back to it, with the factor where there is one', async () => {
    for (const [somebody, pages, end] of [
      [await people.plain(), ['sign-in'], 'enrol-second-factor'],
      [await people.enrolled(), ['sign-in', 'second-factor'], PAGE],
    ] as const) {
      const visitor = new Visitor(portal);
      const page = await visitor.open(HERE);
      const walked = await people.walk(visitor, page, somebody, {}, 'enrol-second-factor');
      expect([walked.pages, pageName(walked.answer), walked.answer.url.pathname]).toEqual([pages, end, HERE]);
    }
  });

  test('a fresh sign-in is let in; an old one, or one whose factor is old, proves it again', async () => {
    const somebody = await people.enrolled();
    const visitor = await signedIn(somebody);
    expect(pageName(await visitor.open(HERE))).toBe(PAGE);
    const { uid, login } = (await people.sessionOf(visitor)) as StoredSession;
    await people.setLogin(uid, { ...login, factorAt: login.loginTs - 1000 });
    const factor = await people.walk(visitor, await visitor.open(HERE), somebody);
    expect([factor.pages, pageName(factor.answer)]).toEqual([['second-factor'], PAGE]);
    await people.age(visitor, 1000);
    const both = await people.walk(visitor, await visitor.open(HERE), somebody);
    expect([both.pages, pageName(both.answer)]).toEqual([['sign-in', 'second-factor'], PAGE]);
    expect((await people.sessionOf(visitor))?.uid).toBe(uid);
  });

  test('a remembered device is not enough', async () => {
    const somebody = await people.enrolled();
    const visitor = new Visitor(portal);
    const fill = { 'second-factor': { remember_device: 'yes' } };
    await people.walk(visitor, await visitor.open(flow('claims').url), somebody, fill);
    await people.signOut(somebody);
    visitor.forget('session');
    const first = await people.walk(visitor, await visitor.open(flow('claims').url), somebody);
    expect(first.pages).toEqual(['sign-in']);
    expect(pageName(await visitor.open(HERE))).toBe('second-factor');
  });

  test('an old session that somebody got hold of changes nothing', async () => {
    const [plain, enrolled] = [await people.plain(), await people.enrolled()];
    for (const somebody of [plain, enrolled]) {
      await people.giveRecoveryCodes(somebody);
      const visitor = await signedIn(somebody);
      const before = await named(somebody);
      const setUp = await visitor.open(HERE);
      const key = somebody === plain ? keyOn(setUp) : keyOn(await visitor.open(`${HERE}?add=yes`));
      const id = somebody === plain ? 'x' : await idOf(somebody, 'Phone');
      await people.age(visitor, 1000);
      const home = await visitor.open('/');
      const code = generateSync({ secret: key });
      for (const fields of [
        { code, name: 'Thief' },
        { choice: 'remove', id },
        { choice: 'rename', id, name: 'Thief' },
        { choice: 'regenerate' },
        { choice: 'forget-all' },
      ] as Record<string, string>[]) {
        expect(pageName(await postTo(visitor.clone(), home, fields, HERE))).toBe('sign-in');
      }
      expect(pageName(await visitor.clone().open(`${HERE}?add=yes`))).toBe('sign-in');
      expect(await named(somebody)).toEqual(before);
      expect(await people.openSessions(somebody)).toHaveLength(1);
    }
  });

  test('a form of another site, or without its token, changes nothing', async () => {
    const somebody = await people.enrolled();
    const visitor = await signedIn(somebody);
    const body = `choice=remove&id=${await idOf(somebody, 'Phone')}`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await visitor.request(HERE, { method: 'POST', headers, body })).status).toBe(403);
    expect(await named(somebody)).toEqual(['Phone']);
  });
});

describe('authenticators', () => {
  test('the first is set up with recovery codes, shown at once; a second one is named, and renamed', async () => {
    const somebody = await people.plain();
    const visitor = await signedIn(somebody);
    const page = await visitor.open(HERE);
    expect(pageName(page)).toBe('enrol-second-factor');
    const [before, wasIn] = [visitor.clone(), await people.sessionOf(visitor)];
    const codes = await postTo(visitor, page, await people.fieldsFor(page, somebody));
    expect([pageName(codes), new Set(codesOn(codes)).size]).toEqual(['recovery-codes', 10]);
    const unsaved = await postTo(visitor, codes, {});
    expect(codesOn(unsaved)).toEqual(codesOn(codes));
    const after = await people.walk(visitor, await postTo(visitor, codes, { saved: 'yes' }), somebody);
    expect([after.pages, pageName(after.answer)]).toEqual([[], PAGE]);
    // The code that confirmed it was the session's second factor: the same session, under another id.
    expect(await people.sessionOf(visitor)).toMatchObject({
      uid: wasIn?.uid,
      startedAt: wasIn?.startedAt,
      login: { acr: AAL2, amr: ['pwd', 'otp', 'mfa'], loginTs: wasIn?.login.loginTs },
    });
    expect(Number.isInteger((await people.sessionOf(visitor))?.login.factorAt)).toBe(true);
    expect(visitor.cookie('session')).not.toBe(before.cookie('session'));
    expect([await isIn(before), (await isIn(visitor)).length > 0]).toEqual([[], true]);
    expect(after.answer.body).not.toContain('class="recovery-code"');

    const adding = await postTo(visitor, after.answer, { choice: 'add' });
    const fields = { code: generateSync({ secret: keyOn(adding) }), name: 'Front desk' };
    const nameless = await postTo(visitor, adding, { ...fields, name: '' });
    expect([pageName(nameless), await named(somebody)]).toEqual(['enrol-second-factor', ['Phone']]);
    const wrong = { ...fields, code: people.wrongCode(somebody) };
    expect(pageName(await postTo(visitor, adding, wrong))).toBe('enrol-second-factor');
    // The first one's codes do not confirm the second one.
    const first = { ...fields, code: await people.freshCode(somebody) };
    expect(pageName(await postTo(visitor, adding, first))).toBe('enrol-second-factor');
    const added = await postTo(visitor, adding, fields);
    expect([isDone(added), await named(somebody)]).toEqual([
      [PAGE, true],
      ['Phone', 'Front desk'],
    ]);

    const id = await idOf(somebody, 'Front desk');
    const renaming = { choice: 'rename', id, name: 'Back office' };
    expect(isDone(await postTo(visitor, added, renaming))).toEqual([PAGE, true]);
    expect(await named(somebody)).toEqual(['Phone', 'Back office']);
  });

  test('nobody renames or removes another person’s', async () => {
    const [somebody, other] = [await people.enrolled(), await people.enrolled()];
    const visitor = await signedIn(somebody);
    const page = await visitor.open(HERE);
    const id = await idOf(other, 'Phone');
    await postTo(visitor, page, { choice: 'rename', id, name: 'Mine' });
    await postTo(visitor, page, { choice: 'remove', id });
    expect(await named(other)).toEqual(['Phone']);
    expect(await isIn(visitor)).not.toEqual([]);
  });

  test('removing one ends all that the account has open, within a second, on both processes', async () => {
    const somebody = await people.enrolled();
    await people.addAuthenticator(somebody, 'Lost phone');
    const [visitor, elsewhere] = [await signedIn(somebody), new Visitor(portal)];
    const tokens: [string, Tokens][] = [];
    for (const [app, more] of [
      ['claims', {}],
      ['mobile', OFFLINE],
    ] as const) {
      const started = flow(app, more);
      const { answer } = await people.walk(elsewhere, await elsewhere.open(started.url), somebody);
      tokens.push([app, await redeem(portal, { ...started, code: String(replyOf(answer).code) })]);
    }
    for (const [app, { access_token }] of tokens) {
      expect(await introspect(portal, app, access_token)).toMatchObject({ active: true });
    }
    const asked = await visitor.open(`${HERE}?remove=${await idOf(somebody, 'Lost phone')}`);
    expect(asked.body).toContain('name="choice" value="remove"');
    const removal = { choice: 'remove', id: await idOf(somebody, 'Lost phone') };
    expect(pageName(await postTo(visitor, asked, removal))).toBe('sign-in');
    for (const process of [0, 1]) {
      const isDead = async () => {
        const path = flow('claims', { prompt: 'none' }).url;
        const answers = await Promise.all(
          [visitor, elsewhere].map((each) => each.clone().request(path, { process })),
        );
        const sessions = answers.map((answer) => replyOf(answer).error);
        const seen = await Promise.all(
          tokens.map(
            async ([, { access_token }]) => (await userinfo(portal, access_token, { process })).status,
          ),
        );
        return (
          sessions.every((error) => error === 'login_required') && seen.every((status) => status === 401)
        );
      };
      await until(isDead, 1000);
      for (const [app, { access_token, refresh_token }] of tokens) {
        const answer = await refresh(portal, app, refresh_token, { process });
        expect([app, answer.status, answer.error]).toEqual([app, 400, 'invalid_grant']);
        expect(await introspect(portal, app, access_token, { process })).toEqual({ active: false });
      }
    }
    expect(await people.openSessions(somebody)).toEqual([]);
    const sid = claimsOf((tokens[0] as [string, Tokens])[1].id_token).sid;
    await until(async () => {
      const told = await Promise.all(
        claimsApp.accepted.map((token) => verifyLogoutToken(portal, 'claims', token)),
      );
      return told.some((claims) => claims.sid === sid);
    });
    expect(await named(somebody)).toEqual(['Phone']);
  });

  test('removing the last one leaves no code and no device that would stand for it', async () => {
    const somebody = await people.enrolled();
    const [recovery] = await people.giveRecoveryCodes(somebody);
    expect(recovery).toBeTruthy();
    const visitor = await signedIn(somebody);
    const page = await visitor.open(HERE);
    await postTo(visitor, page, { choice: 'remove', id: await idOf(somebody, 'Phone') });
    for (const table of ['authenticators', 'recovery_codes', 'remembered_devices'] as const) {
      const left = portal.db.selectFrom(table).select('account').where('account', '=', somebody.sub);
      expect(await left.execute()).toEqual([]);
    }
    const again = new Visitor(portal);
    const { pages } = await people.walk(again, await again.open(flow('claims').url), somebody);
    expect(pages).toEqual(['sign-in']);
  });
});

test('new recovery codes are shown once, and the earlier ones are dead', async () => {
  const somebody = await people.enrolled();
  const [old = ''] = await people.giveRecoveryCodes(somebody);
  const visitor = await signedIn(somebody);
  const asked = await visitor.open(`${HERE}?regenerate=yes`);
  expect(asked.body).toContain('name="choice" value="regenerate"');
  const page = await postTo(visitor, asked, { choice: 'regenerate' });
  const [code = ''] = codesOn(page);
  expect(codesOn(page)).toHaveLength(10);
  expect(pageName(await postTo(visitor, page, { saved: 'yes' }))).toBe(PAGE);
  expect((await visitor.open(HERE)).body).not.toContain(code);
  const used: [string, string | undefined][] = [
    [old, 'second-factor'],
    [code, undefined],
    [code, 'second-factor'],
  ];
  for (const [each, expected] of used) {
    const browser = new Visitor(portal);
    const first = await browser.open(flow('claims').url);
    const { answer } = await people.walk(browser, first, somebody, {}, 'second-factor');
    const next = await browser.submit(answer, { with: 'recovery', code: each });
    expect([each, pageName(next)]).toEqual([each, expected]);
  }
});

test('a device is forgotten alone, or with all others', async () => {
  const somebody = await people.enrolled();
  const fill = { 'second-factor': { remember_device: 'yes' } };
  for (const _ of [1, 2, 3]) {
    const browser = new Visitor(portal);
    await people.walk(browser, await browser.open(flow('claims').url), somebody, fill);
  }
  const visitor = await signedIn(somebody);
  const devicesOn = ({ body }: Answer) =>
    [...body.matchAll(/data-device="([^"]*)"/g)].map(([, id]) => String(id));
  const page = await visitor.open(HERE);
  const ids = devicesOn(page);
  expect(ids).toHaveLength(3);
  const one = await postTo(visitor, page, { choice: 'forget', id: String(ids[1]) });
  expect([devicesOn(one), isDone(one)]).toEqual([
    [ids[0], ids[2]],
    [PAGE, true],
  ]);
  const none = await postTo(visitor, one, { choice: 'forget-all' });
  expect(devicesOn(none)).toEqual([]);
});
