import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { type Portal, startPortal } from '../support/portal.ts';
import { type Answer, codeOf, flow, formAction, formPost, pageName, Visitor } from '../support/visitor.ts';
import { openPage, pathOf, typed } from './holdings.ts';

// Rule 30: what cannot be written down does not happen.

let portal: Portal;
beforeAll(async () => {
  // Nobody is to be asked for the security check for the failures of the tests before.
  const many = { 'lockout.failures': '100', 'lockout.security_check_after': '100' };
  portal = await startPortal({ settings: many });
});
afterAll(() => portal?.stop());

/** A way in which an audit row cannot be written, until the function that it returns is called. */
type Breakage = () => Promise<() => Promise<void>>;

const breakages: Record<string, Breakage> = {
  'its table is locked': () =>
    new Promise((locked, failed) => {
      const unlocking = Promise.withResolvers<void>();
      const holding = portal.db.transaction().execute(async (tx) => {
        await sql`lock table audit_events in access exclusive mode`.execute(tx);
        locked(async () => {
          unlocking.resolve();
          await holding;
        });
        await unlocking.promise;
      });
      holding.catch(failed);
    }),
  'its table is gone': async () => {
    await sql`alter table audit_events rename to audit_events_lost`.execute(portal.db);
    return async () =>
      void (await sql`alter table audit_events_lost rename to audit_events`.execute(portal.db));
  },
  'the store refuses the row': async () => {
    await sql`create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'the disk is full'; end $$;
      create trigger refuse before insert on audit_events for each row execute function refuse()`.execute(
      portal.db,
    );
    return async () => void (await sql`drop function refuse cascade`.execute(portal.db));
  },
};

describe.each(Object.entries(breakages))('%s:', (_name, breakAudit) => {
  let mend: (() => Promise<void>) | undefined;
  const broken = async () => {
    mend = await breakAudit();
  };
  const mended = async () => {
    await mend?.();
    mend = undefined;
  };
  afterEach(mended);

  test('no session is granted, and signing in works once it is mended', async () => {
    const { visitor, page } = await openPage(portal);
    const before = await sessions();
    await broken();
    const answer = await visitor.request(formAction(page), formPost(page, typed('m.chen')));
    expectRefused(await visitor.request(pathOf(answer)));
    expect(visitor.cookie('session')).toBeUndefined();
    expect(pathOf(await visitor.request('/'))).toContain('/oidc/authorize?');
    expect(await sessions()).toBe(before);
    await mended();
    expect((await visitor.signIn('claims', { userId: 'm.chen' })).code).toBeTruthy();
    expect(await sessions()).toBe(before + 1);
  });

  test('an app cannot be entered on a session, which lives on', async () => {
    const visitor = new Visitor(portal);
    await visitor.signIn('claims');
    const session = visitor.cookie('session');
    await broken();
    expectRefused(await visitor.request(flow('eligibility').url));
    await mended();
    expect(visitor.cookie('session')).toBe(session);
    expect(codeOf(await visitor.request(flow('eligibility').url))).toBeTruthy();
  });

  test('a wrong password is not answered as one', async () => {
    const { visitor, page } = await openPage(portal);
    await broken();
    const wrong = formPost(page, { ...typed('m.chen'), password: 'not the password' });
    expectRefused(await visitor.request(formAction(page), wrong));
    await mended();
    expect(pageName(await visitor.request(formAction(page), wrong))).toBe('sign-in');
  });
});

/** An error page of ours: no code, no error for the app, and no session's cookie. */
function expectRefused({ status, headers, body }: Answer): void {
  expect([500, 503]).toContain(status);
  expect(headers.get('location')).toBeNull();
  expect(headers.getSetCookie().filter((line) => line.includes('session='))).toEqual([]);
  expect(body).toMatch(/id="error-id">[\dA-Z]{4}-[\dA-Z]{4}</);
  expect(body).not.toMatch(/audit|disk|relation/);
}

async function sessions(): Promise<number> {
  const { count } = await portal.db
    .selectFrom('sessions')
    .select((s) => s.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
