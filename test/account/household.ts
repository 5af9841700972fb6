import { randomBytes } from 'node:crypto';
import type { NewAccount } from '../../src/accounts/account.ts';
import { Accounts } from '../../src/accounts/accounts.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { silent } from '../postgres/settings.ts';
import { until } from '../postgres/until.ts';
import type { MailServer } from '../support/mail-server.ts';
import type { Portal } from '../support/portal.ts';
import { sharedPortal, sharedTransports } from '../support/shared.ts';
import type { Twilio } from '../support/twilio.ts';
import { type Answer, flow, pageName, Visitor } from '../support/visitor.ts';

export const PASSWORD = 'seven quiet herons wade';

/** A portal of two processes with a mail server and Twilio's stand-in, and people of its own. */
export class Household {
  readonly portal: Portal;
  readonly mail: MailServer;
  readonly sms: Twilio;
  readonly #hasher = new PasswordHasher({
    hash: { memory: 7168, time: 1, parallelism: 1 },
    pool: { workers: 1, queue: 16 },
  });
  readonly #trail = new AuditTrail();
  #numbers = 0;

  private constructor(portal: Portal, mail: MailServer, sms: Twilio) {
    this.portal = portal;
    this.mail = mail;
    this.sms = sms;
  }

  /** @param issuer `loopback` for browsers; https unless given */
  static async open(settings: Record<string, string> = {}, issuer?: 'loopback'): Promise<Household> {
    const { mail, sms } = await sharedTransports();
    const portal = await sharedPortal({
      processes: issuer ? 1 : 2,
      ...(issuer ? { issuer } : {}),
      settings: {
        'notices.transport': 'live',
        'notices.smtp.url': mail.url,
        'notices.twilio.account_sid': sms.accountSid,
        'notices.twilio.auth_token': sms.authToken,
        'notices.twilio.from': '+12025550100',
        'notices.twilio.api_url': sms.url,
        'notices.sms.per_prefix': '1000',
        'logout_notices.retries': '0',
        ...settings,
      },
    });
    return new Household(portal, mail, sms);
  }

  async close(): Promise<void> {
    await this.portal.stop();
    await this.#hasher.close();
  }

  /** Somebody with an account, an address and a number that nobody else has. */
  async person(more: Partial<NewAccount> = {}): Promise<Person> {
    const userId = `p${randomBytes(6).toString('hex')}`;
    const phoneNumber = `+1202555${String(2000 + this.#numbers++)}`;
    const made = {
      userId,
      givenName: 'Zoe',
      familyName: 'Marsh',
      email: `${userId}@old.example`,
      phoneNumber,
      emailVerified: true,
      phoneNumberVerified: true,
      zoneinfo: 'America/Chicago',
      ...more,
    };
    const passwordHash = await this.#hasher.hash(PASSWORD);
    const { db } = this.portal;
    const { sub } = await db
      .transaction()
      .execute((tx) =>
        new Accounts(db).create(tx, { ...made, passwordHash }, (t, change) =>
          this.#trail.append(t, change, {}),
        ),
      );
    return new Person(this, sub, made.userId, String(made.email), String(made.phoneNumber));
  }

  /** Makes every session of an account look as if it had been signed in to so many s earlier. */
  async age(account: string, seconds: number): Promise<void> {
    await this.#eachSession(account, async (redis, key) => {
      const login = JSON.parse((await redis.hash(key)).get('login') ?? 'null');
      if (!login) return;
      const loginTs = login.loginTs - seconds;
      const factorAt = login.factorAt === undefined ? {} : { factorAt: login.factorAt - seconds };
      const aged = JSON.stringify({ ...login, loginTs, ...factorAt });
      await redis.command('HSET', key, 'login', aged, 'loginTs', loginTs);
    });
  }

  /**
   * Every session of an account ends in so many s unless it is used.
   * @param absolute s that a session may last: then it ends by that, used or not
   */
  async endIn(account: string, seconds: number, absolute?: number): Promise<void> {
    await this.#eachSession(account, async (redis, key) => {
      const ends = Math.floor(await redis.time()) + seconds;
      await redis.command('HSET', key, 'ends', ends, ...(absolute ? ['started', ends - absolute] : []));
      await redis.command('EXPIREAT', key, ends);
    });
  }

  async #eachSession(account: string, change: (redis: RedisStore, key: string) => Promise<void>) {
    const { redisUrl: url, redisPrefix: prefix, db } = this.portal;
    const redis = new RedisStore({ url, prefix, command_timeout: 5 }, silent);
    try {
      await redis.ready(5);
      const open = await db.selectFrom('sessions').select('uid').where('account', '=', account).execute();
      for (const { uid } of open) await change(redis, new RedisKeys(prefix).session(uid));
    } finally {
      redis.close();
    }
  }

  /** The mail to an address whose subject fits, once it is there. */
  async mailTo(address: string, subject: RegExp): Promise<string> {
    const found = () => this.mail.to(address).filter((mail) => subject.test(mail.subject));
    await until(async () => found().length > 0);
    return String(found().at(-1)?.text);
  }

  async smsTo(number: string, words: RegExp): Promise<string> {
    const found = () => this.sms.to(number).filter(({ body }) => words.test(body));
    await until(async () => found().length > 0);
    return String(found().at(-1)?.body);
  }

  /** Audit rows of an account, the oldest first. */
  async events(account: string, event: string) {
    return this.portal.db
      .selectFrom('audit_events')
      .selectAll()
      .where('account', '=', account)
      .where('event', '=', event)
      .orderBy('at')
      .execute();
  }
}

/** Somebody with an account. */
export class Person {
  readonly household: Household;
  readonly sub: string;
  readonly userId: string;
  readonly email: string;
  readonly phone: string;

  constructor(household: Household, sub: string, userId: string, email: string, phone: string) {
    this.household = household;
    this.sub = sub;
    this.userId = userId;
    this.email = email;
    this.phone = phone;
  }

  /** A new browser, signed in at an address of the service. */
  async browser(path = '/', password = PASSWORD): Promise<{ visitor: Visitor; page: Answer }> {
    const visitor = new Visitor(this.household.portal);
    const asked = await visitor.open(path);
    if (pageName(asked) !== 'sign-in') throw new Error(`not asked to sign in: ${pageName(asked)}`);
    return { visitor, page: await visitor.submit(asked, { user_id: this.userId, password }) };
  }

  async row() {
    return this.household.portal.db
      .selectFrom('accounts')
      .selectAll()
      .where('sub', '=', this.sub)
      .executeTakeFirstOrThrow();
  }
}

/** Whether a browser's session is alive on one process. */
export async function isAlive(visitor: Visitor, process: number): Promise<boolean> {
  const answer = await visitor.clone().request(flow('claims', { prompt: 'none' }).url, { process });
  return new URL(String(answer.headers.get('location'))).searchParams.has('code');
}

/** Dead within a second on both processes. */
export async function expectDead(visitor: Visitor): Promise<void> {
  const end = performance.now() + 1000;
  for (;;) {
    const alive = await Promise.all([isAlive(visitor, 0), isAlive(visitor, 1)]);
    if (!alive.includes(true)) return;
    if (performance.now() > end) throw new Error('a session is alive after a second');
  }
}

/** What a page says went wrong. */
export function alertOf(page: Answer): string | undefined {
  return /role="alert".*?<a[^>]*>([^<]*)</s.exec(page.body)?.[1];
}

/** A page with only the form that holds a field or a hidden choice, so that it is the one submitted. */
export function formWith(page: Answer, part: string): Answer {
  const forms = page.body.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find((each) => each.includes(part));
  if (!form) throw new Error(`no form with ${part}: ${page.status} ${pageName(page)}`);
  return { ...page, body: form };
}
