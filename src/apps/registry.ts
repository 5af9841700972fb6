/**
 * The apps that may delegate sign-in to us, and what each demands. This folder owns the table apps: what
 * may be registered (metadata.ts, uris.ts) and who reads it, quickly.
 */

import { randomBytes } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import type { Recorder } from '../audit-events.ts';
import type { Sealer } from '../keys/sealer.ts';
import { type Database, jsonb, type Transaction } from '../postgres/database.ts';
import { Recent } from '../postgres/recent.ts';
import { newRowId } from '../postgres/row-id.ts';
import type { AppsTable, JsonObject } from '../postgres/schema.ts';
import { withCurrentScope } from './admin-scopes.ts';
import type { App, Rotation, RotationAsked } from './app.ts';
import { type AppGuard, allow, describeChange, snapshot } from './changes.ts';
import {
  type AppSession,
  type Demands,
  isProgram,
  parseRegistration,
  type Registration,
  usesSecret,
} from './metadata.ts';

/** An app as it is stored, and whether its earlier secret is still good by the store's clock. */
type Row = Selectable<AppsTable> & { readonly overlaps: boolean };

const OVERLAPS = sql<boolean>`coalesce(previous_secret_until > clock_timestamp(), false)`.as('overlaps');

export class AppRegistry {
  readonly #db: Database;
  readonly #sealer: Pick<Sealer, 'seal' | 'open'>;
  readonly #recent: Recent<App | undefined>;

  constructor(db: Database, sealer: Pick<Sealer, 'seal' | 'open'>) {
    this.#db = db;
    this.#sealer = sealer;
    this.#recent = new Recent((clientId) => this.#read(clientId));
  }

  /**
   * The app with this client_id. Answers are reused for 400 ms, "there is none" too, and lookups of one id
   * share one query, so a change is seen by every replica within a second.
   * @throws AppError('store-away'); a failure is not kept
   */
  find(clientId: string): Promise<App | undefined> {
    return this.#recent.get(clientId);
  }

  /** Every app, by name. */
  async list(): Promise<App[]> {
    const all = this.#db.selectFrom('apps').selectAll().select(OVERLAPS);
    const rows = await all.orderBy('name').orderBy('client_id').execute();
    return rows.map((row) => this.#toApp(row));
  }

  /**
   * Registers an app, or changes the one with its client_id. A missing client_id is made; so is a missing
   * client_secret where the app needs one and has none yet, and a secret it has is kept. The same
   * registration again changes and records nothing.
   * @throws RegistrationError with every mistake; what the guard throws
   */
  async register(tx: Transaction, input: unknown, record: Recorder, guard: AppGuard = allow): Promise<App> {
    const registration = parseRegistration(input);
    const clientId = registration.client_id ?? newRowId();
    // Two replicas seeding the same app at once take turns; a row that is not there cannot be locked.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`apps:${clientId}`}, 0))`.execute(tx);
    const before = await tx
      .selectFrom('apps')
      .selectAll()
      .select(OVERLAPS)
      .where('client_id', '=', clientId)
      .executeTakeFirst();
    const old = before && this.#toApp(before);
    const secret = chooseSecret(registration, old);
    const after = await this.#write(tx, clientId, registration, secret);
    const app = this.#toApp(after);
    if (old) guard(old);
    guard(app);
    const change = describeChange(old, app);
    if (change) await record(tx, change);
    this.#recent.forget(clientId);
    return app;
  }

  /**
   * Removes an app: within a second it is unknown to every replica. Sessions go on without it.
   * @returns the app as it was; undefined when there is none
   */
  async remove(
    tx: Transaction,
    clientId: string,
    record: Recorder,
    guard: AppGuard = allow,
  ): Promise<App | undefined> {
    if (clientId.includes('\0')) return undefined;
    const row = await tx
      .deleteFrom('apps')
      .where('client_id', '=', clientId)
      .returningAll()
      .returning(OVERLAPS)
      .executeTakeFirst();
    if (!row) return undefined;
    const app = this.#toApp(row);
    guard(app);
    await record(tx, { event: 'app.removed', outcome: 'success', app: clientId, before: snapshot(app) });
    this.#recent.forget(clientId);
    return app;
  }

  /**
   * Gives an app another secret; the one before stays good for a while, so that nothing fails while the app's
   * servers change over. Undefined when there is no such app, or it has no secret.
   */
  async rotateSecret(
    tx: Transaction,
    clientId: string,
    { overlap, endsPrevious }: RotationAsked,
    record: Recorder,
    guard: AppGuard = allow,
  ): Promise<Rotation | undefined> {
    if (clientId.includes('\0')) return undefined;
    const before = await tx
      .selectFrom('apps')
      .selectAll()
      .select(OVERLAPS)
      .where('client_id', '=', clientId)
      .forUpdate()
      .executeTakeFirst();
    if (!before?.client_secret) return undefined;
    const was = this.#toApp(before);
    guard(was);
    const { previous } = was;
    if (previous && overlap > 0 && previous.until.getTime() !== endsPrevious?.getTime()) {
      return { state: 'overlaps', until: previous.until };
    }
    const app = await this.#exchangeSecret(tx, was, overlap);
    const change = describeChange(was, app);
    if (change) await record(tx, change);
    this.#recent.forget(clientId);
    return { state: 'rotated', app, until: app.previous?.until ?? null };
  }

  async #exchangeSecret(tx: Transaction, { clientId, metadata }: App, overlap: number): Promise<App> {
    const secret = randomBytes(32).toString('base64url');
    const old = this.#sealer.seal(String(metadata.client_secret), previousSecretOf(clientId));
    const row = await tx
      .updateTable('apps')
      .set({
        client_secret: this.#sealer.seal(secret, secretOf(clientId)),
        previous_secret: overlap > 0 ? old : null,
        previous_secret_until:
          overlap > 0 ? sql<Date>`clock_timestamp() + make_interval(secs => ${overlap})` : null,
        updated_at: sql<Date>`clock_timestamp()`,
      })
      .where('client_id', '=', clientId)
      .returningAll()
      .returning(OVERLAPS)
      .executeTakeFirstOrThrow();
    return this.#toApp(row);
  }

  async #write(tx: Transaction, clientId: string, registration: Registration, secret: string | undefined) {
    const columns = {
      ...toColumns(registration, clientId),
      // A secret that is set by hand replaces all earlier ones: they may have leaked.
      ...(registration.client_secret === undefined
        ? {}
        : { previous_secret: null, previous_secret_until: null }),
      client_secret: secret === undefined ? null : this.#sealer.seal(secret, secretOf(clientId)),
      updated_at: sql<Date>`clock_timestamp()`,
    };
    return tx
      .insertInto('apps')
      .values({ client_id: clientId, ...columns })
      .onConflict((conflict) => conflict.column('client_id').doUpdateSet(columns))
      .returningAll()
      .returning(OVERLAPS)
      .executeTakeFirstOrThrow();
  }

  async #read(clientId: string): Promise<App | undefined> {
    // PostgreSQL refuses text with NUL in it; no registered app has one.
    if (clientId.includes('\0')) return undefined;
    const row = await this.#db
      .selectFrom('apps')
      .selectAll()
      .select(OVERLAPS)
      .where('client_id', '=', clientId)
      .executeTakeFirst();
    return row && this.#toApp(row);
  }

  #toApp(row: Row): App {
    const open = (sealed: Buffer | null, place: (clientId: string) => string) =>
      sealed && this.#sealer.open(sealed, place(row.client_id)).toString('utf8');
    const secret = open(row.client_secret, secretOf);
    const previous = row.overlaps ? open(row.previous_secret, previousSecretOf) : null;
    const until = row.previous_secret_until;
    return freeze({
      clientId: row.client_id,
      metadata: { ...withCurrentScope(row.metadata), ...(secret === null ? {} : { client_secret: secret }) },
      previous: previous !== null && until ? { secret: previous, until } : undefined,
      name: row.name,
      description: row.description,
      iconUri: row.icon_uri,
      startUri: row.start_uri,
      initiateLoginUri: row.initiate_login_uri,
      firstParty: row.first_party,
      pkce: row.pkce,
      // Parsed as such when they were registered.
      demands: row.demands as Demands,
      session: row.session as AppSession,
      activity: row.activity,
      formActionOrigins: row.form_action_origins,
    });
  }
}

/** What is sealed of an app. */
export const sealedSecrets = [
  { table: 'apps', id: 'client_id', column: 'client_secret', aad: secretOf },
  { table: 'apps', id: 'client_id', column: 'previous_secret', aad: previousSecretOf },
] as const;

function secretOf(clientId: string): string {
  return `apps:${clientId}:client_secret`;
}

function previousSecretOf(clientId: string): string {
  return `apps:${clientId}:previous_secret`;
}

function chooseSecret(registration: Registration, old: App | undefined): string | undefined {
  if (!usesSecret(registration)) return undefined;
  const kept = old?.metadata.client_secret;
  if (registration.client_secret !== undefined) return registration.client_secret;
  return typeof kept === 'string' ? kept : randomBytes(32).toString('base64url');
}

function toColumns(registration: Registration, clientId: string) {
  const {
    client_secret,
    demands,
    pkce,
    first_party,
    session,
    activity,
    start_uri,
    // The library refuses http here, even on loopback; it is ours to use, not the library's.
    initiate_login_uri,
    form_action_origins,
    description,
    icon_uri,
    ...metadata
  } = registration;
  return {
    metadata: jsonb({
      ...metadata,
      response_types: isProgram(metadata) ? [] : ['code'],
      client_id: clientId,
    }),
    demands: jsonb<JsonObject>(demands),
    session: jsonb<JsonObject>(session),
    activity,
    pkce,
    first_party,
    name: registration.client_name,
    description: description ?? null,
    icon_uri: icon_uri ?? null,
    start_uri: start_uri ?? null,
    initiate_login_uri: initiate_login_uri ?? null,
    form_action_origins,
  };
}

function freeze<T extends object>(object: T): T {
  for (const value of Object.values(object)) {
    if (typeof value === 'object' && value !== null) freeze(value);
  }
  return Object.freeze(object);
}
