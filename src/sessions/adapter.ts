import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';
import { bare } from '../bare.ts';
import type { ArtifactStore, Consumption, Payload } from './artifact-store.ts';
import type { DurableStore } from './durable-store.ts';
import { hashId } from './hash.ts';
import type { Authorization, Login, StoredSession, WriteOutcome } from './session-store.ts';
import type { Sessions } from './sessions.ts';

/** What the adapter must know of the request it serves, and tell it. */
export interface RequestHooks {
  /** How the session was written: decides whether the browser may get its cookie. */
  wrote(outcome: WriteOutcome): void;
  /** A code or token came a second time; its family is dead. Awaited: the audit log hears of it. */
  replayed(model: string, payload: Payload): Promise<void>;
}

export interface AdapterDependencies {
  readonly sessions: Pick<Sessions, 'findById' | 'findByUid' | 'put' | 'end'>;
  readonly artifacts: ArtifactStore;
  readonly durable: DurableStore;
  readonly clients: { find(clientId: string): Promise<object | undefined> };
  readonly hooks: RequestHooks;
}

declare module 'oidc-provider' {
  /** What our own records carry beside the library's fields. */
  interface AdapterPayload extends Partial<Pick<Login, 'factorAt' | 'remembered' | 'isPublic'>> {
    /** Of a grant that outlives its session: it is kept in PostgreSQL. */
    offline?: boolean;
    loaded?: Loaded;
  }
}

/** What a session looked like when it was loaded; travels in the payload, is never stored. */
interface Loaded {
  readonly idHash: string;
  readonly authorizations: Readonly<Record<string, string>>;
}

/** oidc-provider's storage interface: where each of its models lies, and how it is consumed. */
export function createAdapter(deps: AdapterDependencies): (model: string) => Adapter {
  return (model) => {
    if (model === 'Session') return new SessionAdapter(deps);
    if (model === 'Client') return new ClientAdapter(deps);
    if (model === 'Grant') return new GrantAdapter(model, deps);
    if (model === 'RefreshToken') return new RefreshTokenAdapter(model, deps);
    return new ArtifactAdapter(model, deps);
  };
}

class ArtifactAdapter implements Adapter {
  protected readonly model: string;
  protected readonly deps: AdapterDependencies;

  constructor(model: string, deps: AdapterDependencies) {
    this.model = model;
    this.deps = deps;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    await this.deps.artifacts.put(this.model, id, withoutIds(payload), expiresIn);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return withId(id, await this.deps.artifacts.find(this.model, id));
  }

  /** @throws InvalidGrant (InvalidRequestUri for a pushed request) for all but the one that consumes it */
  async consume(id: string): Promise<void> {
    const outcome = await this.tryConsume(id);
    if (outcome === 'consumed') return;
    if (outcome === 'replayed') await this.#revokeFamily(await this.find(id));
    if (this.model === 'PushedAuthorizationRequest') throw new errors.InvalidRequestUri('already used');
    throw new errors.InvalidGrant(`${this.model} ${outcome}`);
  }

  async destroy(id: string): Promise<void> {
    await this.deps.artifacts.destroy(this.model, id);
  }

  /** Nothing to do: every use of a token looks for its grant, which the caller deletes as well. */
  async revokeByGrantId(): Promise<void> {}

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}

  protected tryConsume(id: string): Promise<Consumption> {
    return this.deps.artifacts.consume(this.model, id);
  }

  /** The winner of the race may be saving its tokens right now: without the grant they are dead all the same. */
  async #revokeFamily(payload: AdapterPayload | undefined): Promise<void> {
    if (!payload?.grantId) return;
    await destroyGrant(payload.grantId, this.deps);
    await this.deps.hooks.replayed(this.model, payload);
  }
}

/** Grants live as long as their session, in Redis; those that must outlive it (offline_access), in PostgreSQL. */
class GrantAdapter extends ArtifactAdapter {
  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    if (!payload.offline) return super.upsert(id, payload, expiresIn);
    await this.deps.durable.putGrant(id, withoutIds(payload));
    await super.destroy(id);
    // Read as session-bound, and perhaps destroyed by a replay since: saving it must not bring it back.
    if (await this.deps.artifacts.isBuriedGrant(id)) await destroyGrant(id, this.deps);
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    return (await super.find(id)) ?? withId(id, await this.deps.durable.findGrant(id));
  }

  override async destroy(id: string): Promise<void> {
    await destroyGrant(id, this.deps);
  }
}

/** Refresh tokens bound to a session lie in Redis with it; offline ones in PostgreSQL with their grant. */
class RefreshTokenAdapter extends ArtifactAdapter {
  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    if (payload.expiresWithSession) return super.upsert(id, payload, expiresIn);
    await this.deps.durable.putRefreshToken(id, withoutIds(payload));
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    return (await super.find(id)) ?? withId(id, await this.deps.durable.findRefreshToken(id));
  }

  override async destroy(id: string): Promise<void> {
    await super.destroy(id);
    await this.deps.durable.destroyRefreshToken(id);
  }

  protected override async tryConsume(id: string): Promise<Consumption> {
    const outcome = await super.tryConsume(id);
    return outcome === 'missing' ? this.deps.durable.consumeRefreshToken(id) : outcome;
  }
}

class SessionAdapter implements Adapter {
  readonly #deps: AdapterDependencies;

  constructor(deps: AdapterDependencies) {
    this.#deps = deps;
  }

  /** Writes what the request changed. A session that nobody signed in to is not kept at all. */
  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    const { uid, accountId, loginTs, acr, amr, authorizations = {} } = payload;
    const { factorAt, remembered, isPublic, loaded } = payload;
    if (!uid || !accountId || !loginTs) return this.#deps.hooks.wrote('ended');
    const changed = Object.entries(authorizations).filter(
      ([clientId, held]) => JSON.stringify(heldBy(held)) !== loaded?.authorizations[clientId],
    );
    const outcome = await this.#deps.sessions.put({
      uid,
      id,
      loadedIdHash: loaded?.idHash ?? '',
      login: {
        accountId,
        loginTs,
        ...(acr ? { acr } : {}),
        ...(amr ? { amr } : {}),
        ...(factorAt ? { factorAt } : {}),
        ...(remembered ? { remembered } : {}),
        isPublic: isPublic === true,
      },
      authorizations: bare(changed.map(([clientId, held]) => [clientId, heldBy(held)])),
    });
    this.#deps.hooks.wrote(outcome);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const session = await this.#deps.sessions.findById(id);
    return session && { ...sessionPayload(session), jti: id };
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const session = await this.#deps.sessions.findByUid(uid);
    return session && sessionPayload(session);
  }

  async destroy(id: string): Promise<void> {
    const session = await this.#deps.sessions.findById(id);
    if (!session) return;
    const by = session.login.accountId;
    await this.#deps.sessions.end(session.uid, { reason: 'signed-out', by, origin: {} });
  }

  async consume(): Promise<void> {}

  async revokeByGrantId(): Promise<void> {}

  async findByUserCode(): Promise<undefined> {}
}

/** Apps come from the registry, which alone writes them. */
class ClientAdapter implements Adapter {
  readonly #deps: AdapterDependencies;

  constructor(deps: AdapterDependencies) {
    this.#deps = deps;
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const client = await this.#deps.clients.find(id);
    return client && { ...client };
  }

  async upsert(): Promise<void> {
    throw new Error('apps are written by the registry');
  }

  async destroy(): Promise<void> {
    throw new Error('apps are removed by the registry');
  }

  async consume(): Promise<void> {}

  async findByUid(): Promise<undefined> {}

  async findByUserCode(): Promise<undefined> {}

  async revokeByGrantId(): Promise<void> {}
}

async function destroyGrant(id: string, { artifacts, durable }: AdapterDependencies): Promise<void> {
  await artifacts.buryGrant(hashId(id));
  await durable.destroyGrant(id);
}

function heldBy({ sid, grantId }: Authorization): Authorization {
  return { ...(sid ? { sid } : {}), ...(grantId ? { grantId } : {}) };
}

function sessionPayload(session: StoredSession): AdapterPayload {
  const { uid, login, startedAt, seenAt, expiresAt, authorizations } = session;
  const loaded: Loaded = {
    idHash: session.idHash,
    authorizations: bare(
      Object.entries(authorizations).map(([clientId, held]) => [clientId, JSON.stringify(heldBy(held))]),
    ),
  };
  return {
    kind: 'Session',
    uid,
    ...login,
    amr: login.amr && [...login.amr],
    // Its cookie ends with the browser: the server knows when the session ends, and slides it.
    transient: true,
    exp: expiresAt,
    iat: startedAt,
    startedAt,
    seenAt,
    authorizations: bare(Object.entries(structuredClone(authorizations))),
    loaded,
  };
}

/** Bearer values are not kept beside their hash: not the record's own, nor the session cookie in an interaction. */
function withoutIds(payload: AdapterPayload): Payload {
  const { jti: _jti, session, ...rest } = payload;
  if (!session) return rest;
  const { cookie: _cookie, ...kept } = session;
  return { ...rest, session: kept };
}

function withId(id: string, payload: Payload | undefined): AdapterPayload | undefined {
  return payload && { ...payload, jti: id };
}
