import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { Note } from '../audit-events.ts';
import { originOf } from '../http/origin.ts';
import type { RequestHooks } from '../sessions/adapter.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { loginOf } from './demands.ts';
import { noteWrite } from './internals.ts';
import type { PolicyHooks } from './policy.ts';

export interface RecordsDependencies {
  readonly sessions: Sessions;
  readonly append: Note;
  /** Remembers that an interaction is finished, so that its page never starts again. */
  readonly finish: (interaction: string, clientId: string) => Promise<unknown>;
}

/** Writes the protocol's sign-ins, entries and replays to ledger and audit log, before anything is handed out. */
export class Records implements PolicyHooks {
  readonly #deps: RecordsDependencies;

  constructor(deps: RecordsDependencies) {
    this.#deps = deps;
  }

  async begin(ctx: KoaContextWithOIDC): Promise<boolean> {
    const { session, result, client } = ctx.oidc;
    if (!session || !result?.login) return false;
    try {
      const { isPublic: onPublic, factorAt, remembered } = loginOf(result.login);
      // A step-up says nothing of the computer: the session stays what its sign-in was told.
      if (onPublic) session.isPublic = true;
      Object.assign(session, { factorAt, remembered });
      const { uid, accountId = '', loginTs = 0, acr, amr, isPublic = false } = session;
      const login = { accountId, loginTs, isPublic, ...(acr ? { acr } : {}), ...(amr ? { amr } : {}) };
      const app = client?.clientId;
      const provedAt = result.provedAt ?? 0;
      const begun = await this.#deps.sessions.begin(
        { uid, login, provedAt, ...(app ? { app } : {}) },
        originOf(ctx),
      );
      if (!begun) session.destroyed = true;
      return begun;
    } catch (error) {
      // No audit, no session: the library would still save it and send its cookie on the way out.
      session.destroyed = true;
      throw error;
    }
  }

  async enter(ctx: KoaContextWithOIDC): Promise<boolean> {
    const { session, client, grant } = ctx.oidc;
    if (!session?.accountId || !client || !grant) return false;
    const interaction = ctx.oidc.entities.Interaction;
    if (interaction) await this.#deps.finish(interaction.uid, client.clientId);
    return this.#deps.sessions.enter(
      {
        uid: session.uid,
        account: session.accountId,
        clientId: client.clientId,
        sid: String(session.sidFor(client.clientId)),
        grantId: grant.jti,
      },
      originOf(ctx),
    );
  }

  /** A code or refresh token that came twice, found when it was looked up. */
  async replayed(ctx: KoaContextWithOIDC): Promise<void> {
    const { provider, entities, params } = ctx.oidc;
    const { RefreshToken, Client } = entities;
    // The library names the code only once it is consumed.
    const spent = RefreshToken ?? (await provider.AuthorizationCode.find(String(params?.code)));
    await this.#deps.append(
      {
        event: 'token.replayed',
        outcome: 'failure',
        reason: RefreshToken ? 'refresh-token' : 'authorization-code',
        app: Client?.clientId ?? 'unknown',
        ...(spent?.accountId ? { account: spent.accountId } : {}),
        ...(spent?.sessionUid ? { session: spent.sessionUid } : {}),
      },
      originOf(ctx),
    );
  }

  /** One that lost a race of parallel redemptions. */
  async lost(ctx: KoaContextWithOIDC, model: string, payload: Record<string, unknown>): Promise<void> {
    await this.#deps.append(
      {
        event: 'token.replayed',
        outcome: 'failure',
        reason: model === 'RefreshToken' ? 'refresh-token' : 'authorization-code',
        app: String(payload.clientId),
        account: String(payload.accountId),
        ...(payload.sessionUid ? { session: String(payload.sessionUid) } : {}),
      },
      originOf(ctx),
    );
  }
}

/** What the storage asks and tells of the request that the library is serving. */
export function requestHooks(records: Records): RequestHooks {
  return {
    wrote: noteWrite,
    async replayed(model, payload) {
      const { ctx } = Provider;
      if (ctx) await records.lost(ctx, model, payload);
    },
  };
}
