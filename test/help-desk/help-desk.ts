import { randomBytes } from 'node:crypto';
import { Accounts } from '../../src/accounts/accounts.ts';
import { ContactChanges } from '../../src/accounts/contact-changes.ts';
import { createLockout, createSessions, openStores, type Stores } from '../../src/app/capabilities.ts';
import { createHelpDesk } from '../../src/app/help-desk.ts';
import { createNotices } from '../../src/app/notices.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { RememberedDevices } from '../../src/factors/remembered-devices.ts';
import type { FactorResets } from '../../src/help-desk/factor-resets.ts';
import { brandOf } from '../../src/html/brand.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import type { Notice } from '../../src/notices/kinds.ts';
import { type Content, NoticeStore } from '../../src/notices/notice-store.ts';
import { CurrentProvider } from '../../src/oidc/current-provider.ts';
import type { Database } from '../../src/postgres/database.ts';
import type { NoticeChannel } from '../../src/postgres/schema.ts';
import type { GlobalRole } from '../../src/roles.ts';
import type { Sessions } from '../../src/sessions/sessions.ts';
import type { ResetFactor } from '../../src/use-cases/reset-factor.ts';
import { silent } from '../postgres/settings.ts';
import { newName } from '../sessions/fixture.ts';
import { createTestDatabase } from '../support/database.ts';
import { cookieKey, masterKeyOf } from '../support/keys.ts';
import type { Portal } from '../support/portal.ts';

export const origin = { address: '203.0.113.9', userAgent: 'desk' };

export interface PersonWith {
  readonly role?: GlobalRole;
  readonly email?: string | null;
  readonly phone?: string | null;
  readonly factor?: boolean;
}

/** One replica's help desk, wired as the service wires it, on a database of its own. */
export class HelpDesk {
  readonly resets: FactorResets;
  readonly resetFactor: ResetFactor;
  readonly sessions: Sessions;
  readonly accounts: Accounts;
  readonly contacts: ContactChanges;
  readonly stores: Stores;
  readonly trail = new AuditTrail();
  readonly #config: Config;
  readonly #sealer: Sealer;
  readonly #drop: () => Promise<void>;
  readonly #closeNotices: () => void;

  private constructor(environment: Readonly<Record<string, string | undefined>>, drop: () => Promise<void>) {
    // Only the demo may be without https.
    const mode = environment.ISSUER?.startsWith('http:') ? 'demo' : 'production';
    this.#config = loadConfig({ mode, environment });
    this.#drop = drop;
    this.#sealer = new Sealer(this.#config.secrets.master_key);
    const { sealer, config, stores } = {
      sealer: this.#sealer,
      config: this.#config,
      stores: openStores(this.#config, silent),
    };
    this.stores = stores;
    const { trail } = this;
    this.accounts = new Accounts(stores.db);
    this.contacts = new ContactChanges(stores.db, config.accounts.undo_life);
    const { sessions, jobs } = createSessions(config, silent, stores, trail, new CurrentProvider());
    this.sessions = sessions;
    const mailing = { sealer, jobs, trail, brand: brandOf(config.operator) };
    const { notices } = createNotices(config, silent, stores, mailing);
    this.#closeNotices = () => notices.close();
    const { resets, resetFactor } = createHelpDesk(config, silent, stores, {
      accounts: this.accounts,
      sessions,
      notices,
      sealer,
      trail,
      devices: new RememberedDevices(stores.db, { life: 86_400 }),
      limiter: createLockout(
        config,
        stores,
        trail,
        (...lock) => trail.append(...lock),
        async () => undefined,
      ).limiter,
    });
    this.resets = resets;
    this.resetFactor = resetFactor;
  }

  /** @param more environment variables that differ */
  static async open(more: Record<string, string> = {}): Promise<HelpDesk & { twin(): HelpDesk }> {
    const { url, drop } = await createTestDatabase();
    const environment = {
      ISSUER: 'https://signin.example.test',
      DATABASE_URL: url,
      REDIS_URL: process.env.TEST_REDIS_URL,
      VESTIBULE_MASTER_KEY: masterKeyOf('test'),
      COOKIE_KEYS: cookieKey('c'),
      // Nothing is sent here: both channels are only there to be written to.
      SMTP_URL: 'smtp://127.0.0.1:1',
      TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000001',
      TWILIO_AUTH_TOKEN: 'x',
      TWILIO_FROM: '+12025550100',
      // Sixteen at once, on a machine that others use too.
      VESTIBULE__database__query_timeout: 'PT30S',
      VESTIBULE__database__connect_timeout: 'PT30S',
      VESTIBULE__redis__prefix: `test-${randomBytes(6).toString('hex')}`,
      ...more,
    };
    const desk = new HelpDesk(environment, drop);
    await desk.stores.redis.ready(5);
    return Object.assign(desk, { twin: () => new HelpDesk(environment, async () => undefined) });
  }

  /** On the stores of a portal, which sends what is written here. */
  static on({ environment }: Portal): HelpDesk {
    return new HelpDesk(environment, async () => undefined);
  }

  get db(): Database {
    return this.stores.db;
  }

  /** The sub of a new account: by default one with a factor, a recovery code, a device, and both addresses. */
  async person(with_: PersonWith = {}): Promise<string> {
    const sub = newName();
    const { role, email = `${sub}@clinic.example`, phone = '+12025550143', factor = true } = with_;
    await this.db
      .insertInto('accounts')
      .values({
        sub,
        user_id: sub,
        user_id_folded: `folded ${sub}`,
        given_name: 'Robin',
        family_name: 'Ray',
        email,
        phone_number: phone,
        status: 'active',
        zoneinfo: 'America/Chicago',
        locale: 'en',
      })
      .execute();
    if (role) {
      await this.db.insertInto('global_roles').values({ account: sub, role, granted_by: 'test' }).execute();
    }
    if (factor) await this.#enrol(sub);
    return sub;
  }

  async #enrol(account: string): Promise<void> {
    const secret = Buffer.from('sealed');
    const phone = { account, kind: 'totp', name: 'Phone', secret, last_step: 0 } as const;
    await this.db
      .insertInto('authenticators')
      .values([
        { ...phone, id: newName() },
        { ...phone, id: newName() },
      ])
      .execute();
    const digest = Buffer.from('digest');
    await this.db.insertInto('recovery_codes').values({ account, digest, salt: 's' }).execute();
    await this.db
      .insertInto('remembered_devices')
      .values({
        id: newName(),
        account,
        token_hash: newName(),
        name: 'x',
        expires_at: new Date('2099-01-01'),
      })
      .execute();
  }

  /** What stands for an account's second factor. */
  async factors(account: string): Promise<{ authenticators: number; codes: number; devices: number }> {
    const [authenticators, codes, devices] = await Promise.all(
      (['authenticators', 'recovery_codes', 'remembered_devices'] as const).map((table) =>
        this.db.selectFrom(table).select('account').where('account', '=', account).execute(),
      ),
    );
    return {
      authenticators: authenticators?.length ?? 0,
      codes: codes?.length ?? 0,
      devices: devices?.length ?? 0,
    };
  }

  /** What an account was told, the oldest first. */
  async told(account: string): Promise<(Content & Pick<Notice, 'channel'>)[]> {
    const store = new NoticeStore(this.db, this.#sealer);
    const rows = await this.db
      .selectFrom('notices')
      .select('id')
      .where('account', '=', account)
      .orderBy('created_at')
      .execute();
    const due = await Promise.all(rows.map(({ id }) => store.due(id, 0)));
    return due.map((notice) => ({ ...(notice?.content as Content), channel: notice?.channel ?? 'sms' }));
  }

  /** The code that an account was sent last. */
  async code(account: string): Promise<string> {
    const last = (await this.told(account)).findLast(({ kind }) => kind === 'support-code');
    if (last?.kind !== 'support-code') throw new Error('no code was sent');
    return last.values.code;
  }

  /** The token of the link that stops the last reset. */
  async stopToken(account: string): Promise<string> {
    const last = (await this.told(account)).findLast(({ kind }) => kind === 'factor-reset-held');
    if (last?.kind !== 'factor-reset-held') throw new Error('nobody was told');
    return String(last.values.link.split('/').at(-1));
  }

  async verified(account: string, by: string): Promise<void> {
    await this.resets.start(account, { by }, origin);
    await this.resets.verify(account, { by, code: await this.code(account) }, origin);
  }

  /** A reset that waits: whose, and who asked for it. */
  async held(): Promise<{ account: string; by: string }> {
    const [account, by] = await Promise.all([this.person(), this.person({ role: 'support' })]);
    await this.verified(account, by);
    await this.resets.request(account, { by }, origin);
    return { account, by };
  }

  /** As if the hold had passed. */
  async passHold(account: string): Promise<void> {
    const past = new Date(Date.now() - 60_000);
    await this.db.updateTable('factor_resets').set({ due_at: past }).where('account', '=', account).execute();
  }

  /** As if the code, or the proof, had become too old. */
  async expire(account: string): Promise<void> {
    const past = new Date(Date.now() - 60_000);
    await this.db
      .updateTable('factor_resets')
      .set({ expires_at: past })
      .where('account', '=', account)
      .execute();
  }

  async rows(account: string) {
    return this.db
      .selectFrom('factor_resets')
      .selectAll()
      .where('account', '=', account)
      .orderBy('started_at')
      .execute();
  }

  /** As if one of an account's addresses had been changed by its owner, or by a thief. */
  async changeContact(account: string, channel: NoticeChannel, to: string): Promise<string> {
    const changed = await this.db
      .transaction()
      .execute((tx) => this.contacts.change(tx, account, { channel, to }, async () => undefined));
    return String(changed?.token);
  }

  /** What the help desk was refused about an account, as the audit log has it, the oldest first. */
  async refusals(account: string) {
    return this.db
      .selectFrom('audit_events')
      .select(['actor', 'reason', 'after', 'address', 'outcome'])
      .where('account', '=', account)
      .where('event', '=', 'helpdesk.refused')
      .orderBy('at')
      .execute();
  }

  /** The help desk's other rows of the audit log, the oldest first. */
  async events(account: string) {
    return this.db
      .selectFrom('audit_events')
      .select(['event', 'actor', 'reason', 'after', 'before'])
      .where('account', '=', account)
      .where('event', '<>', 'helpdesk.refused')
      .where((row) => row.or([row('event', 'like', 'helpdesk.%'), row('event', 'like', 'factor-reset.%')]))
      .orderBy('at')
      .execute();
  }

  async close(): Promise<void> {
    this.#closeNotices();
    this.stores.redis.close();
    const { db, jobsDb, searchDb } = this.stores;
    await Promise.all([db, jobsDb, searchDb].map((each) => each.destroy()));
    await this.#drop();
  }
}
