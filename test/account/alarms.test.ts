import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { generateSync } from 'otplib';
import { RememberedDevices } from '../../src/factors/remembered-devices.ts';
import { until } from '../postgres/until.ts';
import { expire } from '../recovery/recovering.ts';
import type { Portal } from '../support/portal.ts';
import { pageName, Visitor } from '../support/visitor.ts';
import { formWith, Household, PASSWORD, type Person } from './household.ts';

let household: Household;
beforeAll(async () => {
  // The check is the sign-in's own, and not what is tested here.
  household = await Household.open({ 'lockout.security_check_after': '100' });
});
afterAll(() => household?.close());

const mails = (person: Person, subject: RegExp) =>
  household.mail.to(person.email).filter((mail) => subject.test(mail.subject));

test('a factor that is set up or removed on the account page is told of', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account/second-factor');
  const secret = String(/id="totp-key"[^>]*>([^<]*)</.exec(page.body)?.[1]).replace(/\s/g, '');
  const codes = await visitor.submit(formWith(page, 'name="code"'), {
    name: 'Phone',
    code: generateSync({ secret }),
  });
  expect(pageName(codes)).toBe('recovery-codes');
  await household.mailTo(person.email, /authenticator app was added/);
  // The code that confirmed it counts for this session.
  const proved = await visitor.submit(formWith(codes, 'name="saved"'), { saved: 'yes' });
  expect(pageName(proved)).toBe('account-second-factor');
  expect(proved.body).toContain('aria-current="page"');
  const id = String(/data-authenticator="([^"]*)"/.exec(proved.body)?.[1]);
  const confirm = await visitor.open(`/account/second-factor?remove=${id}`);
  await visitor.submit(formWith(confirm, 'value="remove"'), {});
  await household.mailTo(person.email, /authenticator app was removed/);
});

test('a sign-in on a device not known before is told of, the first of all and those on known devices are not', async () => {
  const person = await household.person();
  const { visitor } = await person.browser();
  await visitor.submit(await visitor.open('/'), {});
  const again = await visitor.open('/');
  await visitor.submit(again, { user_id: person.userId, password: PASSWORD });
  expect(mails(person, /new device/)).toEqual([]);
  await elsewhere(person, { device: 'Safari on iPhone' });
  await person.browser();
  const told = await household.mailTo(person.email, /A new device signed in/);
  expect(told).toContain('/recover/password');
  expect(mails(person, /new device/)).toHaveLength(1);
});

/** Lets what the ledger has of somebody be from somewhere else, or another time. */
const elsewhere = async (person: Person, was: { device?: string; address?: string; started_at?: Date }) =>
  household.portal.db.updateTable('sessions').set(was).where('account', '=', person.sub).execute();

test('where cookies do not last, a kind of device and network seen in 30 days is no news, and a day has one', async () => {
  const person = await household.person();
  const told = async () => {
    const { n } = await household.portal.db
      .selectFrom('notices')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('account', '=', person.sub)
      .where('kind', '=', 'new-device')
      .executeTakeFirstOrThrow();
    return n;
  };
  await person.browser();
  // None of these browsers has a cookie of another.
  await Promise.all([person.browser(), person.browser(), person.browser()]);
  expect(await told()).toBe(0);
  await elsewhere(person, { device: 'Safari on iPhone' });
  await Promise.all([person.browser(), person.browser(), person.browser()]);
  expect(await told()).toBe(1);
  await elsewhere(person, { address: '203.0.113.9' });
  await person.browser();
  expect(await told()).toBe(1);
  await tomorrow(household.portal);
  await elsewhere(person, { address: '203.0.113.9' });
  await person.browser();
  expect(await told()).toBe(2);
  await tomorrow(household.portal);
  await elsewhere(person, { started_at: new Date(Date.now() - 31 * 24 * 3600 * 1000) });
  await person.browser();
  expect(await told()).toBe(3);
});

/** Lets Redis forget whom it told today. */
async function tomorrow(portal: Portal): Promise<void> {
  await expire(portal, 'device-told');
}

test('a change of the password forgets every remembered device', async () => {
  const person = await household.person();
  const devices = new RememberedDevices(household.portal.db, { life: 3600 });
  await devices.remember(person.sub, 'another browser', {}, async () => undefined);
  const { visitor, page } = await person.browser('/account/password');
  const fields = { current_password: PASSWORD, password: 'eight loud herons wade' };
  await visitor.submit(formWith(page, 'current_password'), fields);
  expect(await household.events(person.sub, 'password.changed')).toHaveLength(1);
  expect(await devices.list(person.sub)).toEqual([]);
});

test('a lock is told of once, however many try on', async () => {
  const person = await household.person();
  const { visitor, page } = await person.browser('/account/password');
  const form = formWith(page, 'current_password');
  const guess = { current_password: 'wrong', password: 'x' };
  for (let n = 0; n < 7; n++) await visitor.submit(form, guess);
  const told = await household.mailTo(person.email, /locked for a while/);
  expect(told).toContain('/recover/password');
  expect(await household.events(person.sub, 'lock.begun')).toHaveLength(1);
  expect(mails(person, /locked/)).toHaveLength(1);
});

test('a lock of a user ID that nobody has costs the same jobs, and no notice', async () => {
  const typed = 'nobody.at.all';
  const visitor = new Visitor(household.portal);
  let page = await visitor.open('/');
  const jobs = async () =>
    Number(
      (
        await sql<{ n: string }>`select count(*) as n from jobs.job where name = 'lock-alarms'`.execute(
          household.portal.db,
        )
      ).rows[0]?.n,
    );
  const before = await jobs();
  for (let n = 0; n < 5 && pageName(page) !== 'locked'; n++) {
    page = await visitor.submit(page, { user_id: typed, password: `wrong ${n}` });
  }
  expect(pageName(page)).toBe('locked');
  await until(async () => (await jobs()) > before);
  const notices = await household.portal.db
    .selectFrom('notices')
    .select('id')
    .where('kind', '=', 'account-locked')
    .where('account', 'is', null)
    .execute();
  expect(notices).toEqual([]);
});
