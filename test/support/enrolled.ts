import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { generateSync } from 'otplib';
import { Accounts } from '../../src/accounts/accounts.ts';
import { foldUserId } from '../../src/accounts/user-id.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { RecoveryCodes } from '../../src/factors/recovery-codes.ts';
import { newSecret } from '../../src/factors/totp.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { hashSubject, type Secret } from '../../src/lockout/attempt.ts';
import { PasswordHasher } from '../../src/passwords/hasher.ts';
import { newRowId } from '../../src/postgres/row-id.ts';
import { RedisKeys } from '../../src/redis/keys.ts';
import { RedisStore } from '../../src/redis/store.ts';
import { type Login, SessionStore, type StoredSession } from '../../src/sessions/session-store.ts';
import { silent } from '../postgres/settings.ts';
import { DEMO_PASSWORD, type Portal } from './portal.ts';
import { type Answer, flow, formPost, pageName, type Visitor } from './visitor.ts';

/** Somebody who can sign in. */
export interface Somebody {
  readonly sub: string;
  readonly userId: string;
  readonly password: string;
}

/** Of an authenticator app, s. */
const STEP = 30;

/** Makes people with and without second factors on a portal's stores, and reads and ages their sessions. */
export class People {
  readonly #portal: Portal;
  readonly #redis: RedisStore;
  readonly #keys: RedisKeys;
  readonly #store: SessionStore;
  readonly #hasher = new PasswordHasher({
    hash: { memory: 64, time: 1, parallelism: 1 },
    pool: { workers: 1, queue: 64 },
  });
  readonly #secrets = new Map<string, string>();
  readonly #trail = new AuditTrail();

  private constructor(portal: Portal, redis: RedisStore) {
    this.#portal = portal;
    this.#redis = redis;
    this.#keys = new RedisKeys(portal.redisPrefix);
    this.#store = new SessionStore(redis, this.#keys, { idle: 1800, absolute: 43_200 });
  }

  static async of(portal: Portal): Promise<People> {
    const redis = new RedisStore(
      { url: portal.redisUrl, prefix: portal.redisPrefix, command_timeout: 5 },
      silent,
    );
    await redis.ready(5);
    return new People(portal, redis);
  }

  async close(): Promise<void> {
    this.#redis.close();
    await this.#hasher.close();
  }

  /** A new active account without a second factor. */
  async plain(password = DEMO_PASSWORD): Promise<Somebody> {
    const { db } = this.#portal;
    const accounts = new Accounts(db);
    const userId = `somebody.${randomBytes(6).toString('hex')}`;
    const passwordHash = await this.#hash(accounts, password);
    const { sub } = await db
      .transaction()
      .execute((tx) =>
        accounts.create(tx, { userId, givenName: 'Robin', familyName: 'Ray', passwordHash }, (t, change) =>
          this.#trail.append(t, change, {}),
        ),
      );
    return { sub, userId, password };
  }

  /** A new active account with an authenticator app. */
  async enrolled(password = DEMO_PASSWORD): Promise<Somebody> {
    const somebody = await this.plain(password);
    await this.addAuthenticator(somebody);
    return somebody;
  }

  /** A fresh authenticator, none of whose codes was used; codeOf gives its codes from now on. */
  async addAuthenticator({ sub }: Somebody, name = 'Phone'): Promise<string> {
    const sealer = new Sealer(String(this.#portal.environment.VESTIBULE_MASTER_KEY));
    const [id, secret] = [newRowId(), newSecret()];
    const sealed = sealer.seal(secret, `authenticators:${id}:secret`);
    await this.#portal.db
      .insertInto('authenticators')
      .values({ id, account: sub, kind: 'totp', name, secret: sealed, last_step: 0 })
      .execute();
    this.#secrets.set(sub, secret);
    return id;
  }

  /** As if the account had never had a second factor. */
  async disenrol({ sub }: Somebody): Promise<void> {
    const { db } = this.#portal;
    for (const table of ['authenticators', 'recovery_codes', 'remembered_devices'] as const) {
      await db.deleteFrom(table).where('account', '=', sub).execute();
    }
  }

  /** Ten recovery codes in place of those that there were. */
  async giveRecoveryCodes({ sub }: Somebody): Promise<readonly string[]> {
    const codes = new RecoveryCodes(this.#portal.db, this.#hasher);
    const set = await codes.prepare();
    await this.#portal.db
      .transaction()
      .execute((tx) => codes.replace(tx, sub, set, (t, change) => this.#trail.append(t, change, {})));
    return set.codes;
  }

  /** The code that the authenticator shows now, which may have been used. */
  codeOf({ sub }: Somebody, at = Date.now() / 1000): string {
    const epoch = Math.floor(at / STEP) * STEP;
    return generateSync({ secret: String(this.#secrets.get(sub)), epoch });
  }

  /** A code that is good now: as if none had been used, so that tests need not wait for the next one. */
  async freshCode(somebody: Somebody): Promise<string> {
    const mine = this.#portal.db.updateTable('authenticators').where('account', '=', somebody.sub);
    await mine.set({ last_step: 0 }).execute();
    return this.codeOf(somebody);
  }

  /** Six digits that are not the code of now, before or after. */
  wrongCode(somebody: Somebody): string {
    const now = Date.now() / 1000;
    const good = [-2, -1, 0, 1, 2].map((steps) => this.codeOf(somebody, now + steps * STEP));
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
      (code) => !good.includes(code),
    ) as string;
  }

  /** The session that a browser's cookie leads to, as Redis has it. */
  async sessionOf(visitor: Pick<Visitor, 'cookie'>): Promise<StoredSession | undefined> {
    const id = visitor.cookie('session');
    return id === undefined ? undefined : this.#store.findById(id);
  }

  /** Rewrites how a session was signed in to: times move, nothing is waited for. */
  async setLogin(uid: string, login: Login): Promise<void> {
    const fields = ['login', JSON.stringify(login), 'loginTs', login.loginTs];
    await this.#redis.command('HSET', this.#keys.session(uid), ...fields);
  }

  /** As if everything about a browser's session were `seconds` older. */
  async age(visitor: Pick<Visitor, 'cookie'>, seconds: number): Promise<void> {
    const { uid, login } = (await this.sessionOf(visitor)) as StoredSession;
    const factorAt = login.factorAt === undefined ? {} : { factorAt: login.factorAt - seconds };
    await this.setLogin(uid, { ...login, loginTs: login.loginTs - seconds, ...factorAt });
  }

  /** A lock that is on for a quarter of an hour, begun by strangers. */
  async lock({ userId, sub }: Somebody, secret: Secret = 'password'): Promise<void> {
    const now = Date.now();
    await this.#portal.db
      .insertInto('locks')
      .values({
        id: newRowId(),
        subject: hashSubject(foldUserId(userId)),
        secret,
        device: null,
        account: sub,
        began_at: new Date(now - 1000),
        ends_at: new Date(now + 900_000),
      })
      .execute();
  }

  async unlock({ userId }: Somebody): Promise<void> {
    await this.#portal.db
      .deleteFrom('locks')
      .where('subject', '=', hashSubject(foldUserId(userId)))
      .execute();
  }

  async setStatus({ sub }: Somebody, status: 'active' | 'disabled'): Promise<void> {
    await this.#portal.db
      .transaction()
      .execute((tx) =>
        new Accounts(this.#portal.db).setStatus(tx, sub, status, (t, change) =>
          this.#trail.append(t, change, {}),
        ),
      );
  }

  /** Replaces the password behind the person's back: nothing is revoked, and no rule is asked. */
  async plantPassword(somebody: Somebody, password: string): Promise<Somebody> {
    const hash = { password_hash: await this.#hasher.hash(password) };
    await this.#portal.db.updateTable('accounts').set(hash).where('sub', '=', somebody.sub).execute();
    return { ...somebody, password };
  }

  /** Ends all that the person has begun, sign-ins in progress too. */
  async revokeSessions({ sub }: Somebody): Promise<void> {
    await this.#portal.db
      .transaction()
      .execute((tx) => new Accounts(this.#portal.db).revokeSessions(tx, sub));
  }

  /** Sessions in the ledger that are open. */
  async openSessions({ sub }: Somebody): Promise<string[]> {
    const open = this.#portal.db.selectFrom('sessions').select('uid').where('account', '=', sub);
    return (await open.where('ended_at', 'is', null).execute()).map(({ uid }) => uid);
  }

  /** Ends all sessions of a person, as signing out does. */
  async signOut({ sub }: Somebody): Promise<void> {
    const open = this.#portal.db.updateTable('sessions').where('account', '=', sub);
    const ended = { ended_at: sql<Date>`clock_timestamp()`, end_reason: 'signed-out' };
    await open.where('ended_at', 'is', null).set(ended).execute();
  }

  /**
   * Does what each page asks, until there is no page that asks, or the page to stop at has come: which pages
   * were filled in, and the answer after them.
   */
  async walk(
    visitor: Visitor,
    first: Answer,
    somebody: Somebody,
    more: Fill = {},
    stopAt?: string,
  ): Promise<Walk> {
    const pages: string[] = [];
    let answer = first;
    for (let page = pageName(answer); page && FILLED.has(page); page = pageName(answer)) {
      if (page === stopAt) break;
      pages.push(page);
      if (pages.length > 8) throw new Error(`asked for ever: ${pages}`);
      answer = await visitor.submit(answer, { ...(await this.fieldsFor(answer, somebody)), ...more[page] });
    }
    return { pages, answer };
  }

  /** What the person types on a page of the sign-in. */
  async fieldsFor(page: Answer, somebody: Somebody): Promise<Record<string, string>> {
    switch (pageName(page)) {
      case 'sign-in':
        return { user_id: somebody.userId, password: somebody.password };
      case 'second-factor':
        return { code: await this.freshCode(somebody) };
      case 'enrol-second-factor':
        this.#secrets.set(somebody.sub, keyOn(page));
        return { code: this.codeOf(somebody), name: 'Phone' };
      case 'recovery-codes':
        return { saved: 'yes' };
      case 'new-password':
        return { password: 'a-much-better-one-49' };
      default:
        return {};
    }
  }

  async #hash(accounts: Accounts, password: string): Promise<string> {
    if (password !== DEMO_PASSWORD) return this.#hasher.hash(password);
    return String((await accounts.findByUserId('dr.rivera'))?.passwordHash);
  }
}

const FILLED: ReadonlySet<string> = new Set([
  ...['sign-in', 'second-factor', 'enrol-second-factor', 'recovery-codes', 'new-password', 'continue'],
]);

/** Fields of pages, by the name of the page, beside or instead of the plain ones. */
export type Fill = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Walk {
  readonly pages: string[];
  readonly answer: Answer;
}

/** The authenticator's key that a page shows, in base32. */
export function keyOn(page: Answer): string {
  return String(/id="totp-key">([^<]*)</.exec(page.body)?.[1]).replaceAll(' ', '');
}

/** The recovery codes that a page shows. */
export function codesOn(page: Answer): string[] {
  return [...page.body.matchAll(/class="recovery-code">([^<]*)</g)].map(([, code]) => String(code));
}

/** Where the browser goes on once the sign-in of this page is done. */
export function resumeOf(page: Answer): string {
  return page.url.pathname.replace('/sign-in/', '/oidc/authorize/');
}

/** Where a browser is signed in: asked without a page at two apps, at the launcher, at userinfo. */
export async function isIn(visitor: Visitor): Promise<string[]> {
  const found: string[] = [];
  for (const app of ['claims', 'eligibility']) {
    const answer = await visitor.clone().request(flow(app, { prompt: 'none' }).url);
    if (!answer.headers.get('location')?.includes('error=login_required')) found.push(app);
  }
  if (pageName(await visitor.clone().open('/')) !== 'sign-in') found.push('launcher');
  if ((await visitor.clone().request('/oidc/userinfo')).status < 400) found.push('userinfo');
  return found;
}

/** Posts what one of a page's forms would, whichever: its fields with the page's token. Follows. */
export function postTo(
  visitor: Visitor,
  page: Answer,
  fields: Readonly<Record<string, string>>,
  path = page.url.pathname + page.url.search,
): Promise<Answer> {
  return visitor.open(path, formPost({ ...page, body: tokenOf(page) }, fields));
}

function tokenOf({ body }: Answer): string {
  const token = /name="csrf" value="([^"]*)"/.exec(body)?.[1];
  return `<form><input type="hidden" name="csrf" value="${token}"></form>`;
}
