import { generateSync } from 'otplib';
import { foldUserId } from '../../src/accounts/user-id.ts';
import { newSecret } from '../../src/factors/totp.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { newRowId } from '../../src/postgres/row-id.ts';
import { until } from '../postgres/until.ts';
import { openStore } from '../redis/open.ts';
import type { MailServer, ReceivedMail } from '../support/mail-server.ts';
import type { Portal } from '../support/portal.ts';
import { type SharedOptions, sharedPortal, sharedTransports } from '../support/shared.ts';
import type { Twilio } from '../support/twilio.ts';
import { type Answer, pageName, Visitor } from '../support/visitor.ts';

/** What nobody has had before. */
export const NEW_PASSWORD = 'seven quiet herons wade';

/** A portal whose mail and SMS go to servers of the test. */
export interface Reachable {
  readonly portal: Portal;
  readonly mail: MailServer;
  readonly sms: Twilio;
  stop(): Promise<void>;
}

/** Servers for mail and SMS, and the settings by which a portal sends there. */
export async function findTransports() {
  const { mail, sms } = await sharedTransports();
  return {
    mail,
    sms,
    settings: {
      'notices.smtp.url': mail.url,
      'notices.twilio.account_sid': sms.accountSid,
      'notices.twilio.auth_token': sms.authToken,
      'notices.twilio.from': 'MG00000000000000000000000000000001',
      'notices.twilio.api_url': sms.url,
      // A busy machine is not what is tested.
      'database.connect_timeout': 'PT15S',
      'database.query_timeout': 'PT15S',
      'redis.command_timeout': 'PT15S',
    },
  };
}

/** Limits are set out of the way unless `settings` says otherwise. */
export async function startReachable(options: SharedOptions = {}): Promise<Reachable> {
  const { mail, sms, settings } = await findTransports();
  const portal = await sharedPortal({
    ...options,
    settings: {
      ...settings,
      'notices.mail.per_recipient': '1000',
      'notices.sms.per_account': '1000',
      'notices.sms.per_number': '1000',
      'notices.sms.per_address': '1000',
      'recovery.requests_per_account': '1000',
      'recovery.requests_in_all': '1000',
      'recovery.requests_per_address': '100000',
      'recovery.resend_wait': 'PT1S',
      ...options.settings,
    },
  });
  return { portal, mail, sms, stop: () => portal.stop() };
}

export interface Reached {
  readonly sub: string;
  readonly userId: string;
  readonly email: string;
  readonly phone: string;
}

let people = 0;

/** Somebody new whose password is the demo's; with `more` columns, such as a status. */
export async function addReached({ portal }: Reachable, more: object = {}): Promise<Reached> {
  people += 1;
  const name = `Person.${String(people).padStart(5, '0')}`;
  const person = {
    sub: newRowId(),
    userId: name,
    email: `${name.toLowerCase()}@lakeside.example`,
    phone: `+12025${String(550_000 + people)}`,
  };
  const { db } = portal;
  const pattern = await db
    .selectFrom('accounts')
    .selectAll()
    .where('user_id', '=', 'm.chen')
    .executeTakeFirst();
  const account = {
    ...pattern,
    sub: person.sub,
    user_id: name,
    user_id_folded: foldUserId(name),
    email: person.email,
    phone_number: person.phone,
    phone_number_verified: true,
    ...more,
  };
  await db
    .insertInto('accounts')
    .values(account as never)
    .execute();
  return person;
}

/** Gives somebody an authenticator; its key. */
export async function enrol({ db, environment }: Portal, account: string): Promise<string> {
  const [id, secret] = [newRowId(), newSecret()];
  const sealed = new Sealer(String(environment.VESTIBULE_MASTER_KEY)).seal(
    secret,
    `authenticators:${id}:secret`,
  );
  await db
    .insertInto('authenticators')
    .values({ id, account, kind: 'totp', name: 'Phone', secret: sealed, last_step: 0 })
    .execute();
  return secret;
}

/** The code that the authenticator shows now, good again if it was used. */
export async function freshCode({ db }: Portal, account: string, secret: string): Promise<string> {
  await db.updateTable('authenticators').set({ last_step: 0 }).where('account', '=', account).execute();
  return generateSync({ secret });
}

/** Asks for a code; the page that comes then, whoever has the user ID. */
export async function ask(
  visitor: Visitor,
  userId: string,
  { channel = 'email', app = '' }: { channel?: 'email' | 'sms'; app?: string } = {},
): Promise<Answer> {
  const page = await visitor.open(`/recover/password${app && `?app=${app}`}`);
  return visitor.submit(page, { user_id: userId, channel });
}

/** The mail that comes to an address after those that were there. */
export async function nextMail({ mail }: Reachable, to: string, before: number): Promise<ReceivedMail> {
  await until(() => mail.to(to).length > before);
  return mail.to(to)[before] as ReceivedMail;
}

export function codeIn(text: string): string {
  const code = /\b\d{6}\b/.exec(text)?.[0];
  if (!code) throw new Error(`no code in ${text}`);
  return code;
}

const LINK = /https?:\/\/\S+\/recover\/password\/[\w-]{43}/;

/** The path of the link that resets. */
export function linkIn(text: string): string {
  const link = LINK.exec(text)?.[0];
  if (!link) throw new Error(`no link in ${text}`);
  return new URL(link).pathname;
}

/** Asks for a mail and waits for it. */
export async function askByMail(
  reachable: Reachable,
  { userId, email }: { userId: string; email: string },
  visitor = new Visitor(reachable.portal),
): Promise<{ visitor: Visitor; page: Answer; code: string; link: string }> {
  const codes = () => reachable.mail.to(email).filter(({ text }) => LINK.test(text));
  const before = codes().length;
  const page = await ask(visitor, userId);
  // Others, such as that of a lock, may come meanwhile.
  await until(() => codes().length > before);
  const { text } = codes()[before] as ReceivedMail;
  return { visitor, page, code: codeIn(text), link: linkIn(text) };
}

/** What a page says went wrong. */
export function alertOf(page: Answer): string | undefined {
  return /role="alert".*?<a[^>]*>([^<]*)</s.exec(page.body)?.[1];
}

/** A field's name tells which step a page of a reset is. */
export function stepOf(page: Answer): string | undefined {
  const name = pageName(page);
  if (name !== 'recover-password') return name;
  return ['second_factor', 'password', 'code', 'user_id'].find((field) =>
    new RegExp(`<input type="(text|password)"[^>]*name="${field}"`).test(page.body),
  );
}

/** Lets every key of a kind (such as `reset-code`) expire now. */
export async function expire({ redisUrl, redisPrefix }: Portal, kind: string): Promise<void> {
  const redis = await openStore(redisUrl);
  try {
    const keys = (await redis.command('KEYS', `${redisPrefix}:${kind}:*`)) as string[];
    for (const key of keys) await redis.delete(key);
  } finally {
    redis.close();
  }
}
