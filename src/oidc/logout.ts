import { classify } from '../errors.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Log } from '../log.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { formActionOf, withParameters } from './app-addresses.ts';
import type { CurrentProvider } from './current-provider.ts';
import type { VestibuleProvider } from './internals.ts';
import { decodeJwt } from './jwt.ts';
import { SignOutPage } from './pages/sign-out.tsx';

export interface LogoutDependencies {
  readonly provider: CurrentProvider;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  readonly log: Log;
}

export interface LogoutRequest {
  readonly id_token_hint?: string | undefined;
  readonly client_id?: string | undefined;
  readonly post_logout_redirect_uri?: string | undefined;
  readonly state?: string | undefined;
}

type Client = InstanceType<VestibuleProvider['Client']>;

/** Whom the person came from, and whether that app proved that it speaks of this very session. */
interface Caller {
  readonly client?: Client;
  readonly sid?: unknown;
  readonly sub?: unknown;
}

/**
 * RP-initiated logout (OIDC RP-Initiated Logout 1.0). Ours in place of the library's, which calls every app
 * before it answers. Here the session ends first and the apps hear of it from a job.
 */
export class Logout {
  readonly #deps: LogoutDependencies;

  constructor(deps: LogoutDependencies) {
    this.#deps = deps;
  }

  /** GET: ends the session at once when the app's hint is of this session; else asks with a button. */
  async request(ctx: Context, params: LogoutRequest): Promise<void> {
    const caller = await this.#callerOf(params);
    const session = await this.#deps.cookie.stored(ctx);
    if (session && !provesSession(caller, session)) return this.#ask(ctx, params, caller.client);
    if (session) await this.#end(ctx, session);
    this.#leave(ctx, params, caller.client);
  }

  /** POST from our own page: the button was pressed. */
  async confirm(ctx: Context, params: LogoutRequest): Promise<void> {
    const end = async () => {
      const session = await this.#deps.cookie.stored(ctx);
      if (session) await this.#end(ctx, session);
    };
    // Together: each may have to wait for PostgreSQL.
    const [client] = await Promise.all([this.#find(params.client_id), end()]);
    this.#leave(ctx, params, client);
  }

  /** POST from the launcher: ends the session, and asks for the next person's sign-in. */
  async switchUser(ctx: Context): Promise<void> {
    const session = await this.#deps.cookie.stored(ctx);
    if (session) {
      const by = session.login.accountId;
      await this.#deps.sessions.end(session.uid, { reason: 'switched-user', by, origin: originOf(ctx) });
    }
    this.#deps.cookie.clear(ctx);
    redirect(ctx, '/');
  }

  /** While PostgreSQL is away nobody knows the app: no reason either to keep somebody from signing out. */
  async #find(clientId: string | undefined): Promise<Client | undefined> {
    if (!clientId) return undefined;
    try {
      return await this.#deps.provider.current.Client.find(clientId);
    } catch (error) {
      if (classify(error).code !== 'store-away') throw error;
      return undefined;
    }
  }

  async #end(ctx: Context, session: StoredSession): Promise<void> {
    const by = session.login.accountId;
    await this.#deps.sessions.end(session.uid, { reason: 'signed-out', by, origin: originOf(ctx) });
  }

  #ask(ctx: Context, params: LogoutRequest, client: Client | undefined): void {
    const fields = {
      csrf: this.#deps.csrf.token(ctx),
      ...(client ? { client_id: client.clientId } : {}),
      ...(params.post_logout_redirect_uri
        ? { post_logout_redirect_uri: params.post_logout_redirect_uri }
        : {}),
      ...(params.state ? { state: params.state } : {}),
    };
    if (client) ctx.state.formAction = formActionOf(client);
    const appName = client?.clientName;
    renderPage(
      ctx,
      SignOutPage({ ...this.#deps.page(ctx), action: '/sign-out', fields, ...(appName ? { appName } : {}) }),
    );
  }

  /** To the app's registered address, and nowhere else; without one, to our own page. [19] */
  #leave(ctx: Context, params: LogoutRequest, client: Client | undefined): void {
    this.#deps.cookie.clear(ctx);
    const { post_logout_redirect_uri: uri, state } = params;
    ctx.status = 303;
    if (uri && client?.postLogoutRedirectUriAllowed(uri)) {
      ctx.set('Location', state === undefined ? uri : withParameters(uri, '?', { state }));
      return;
    }
    if (uri) this.#deps.log.warn({ app: client?.clientId }, 'post_logout_redirect_uri is not registered');
    ctx.redirect(client ? `/signed-out?${new URLSearchParams({ app: client.clientId })}` : '/signed-out');
  }

  /** A hint that cannot be verified proves nothing, and is no reason to keep somebody from signing out. */
  async #callerOf({ id_token_hint: hint, client_id: clientId }: LogoutRequest): Promise<Caller> {
    const provider = this.#deps.provider.current;
    const claims = hint ? decodeJwt(hint) : undefined;
    const audience = typeof claims?.aud === 'string' ? claims.aud : undefined;
    const agreed = clientId === undefined || audience === undefined || clientId === audience;
    const client = agreed ? await this.#find(clientId ?? audience) : undefined;
    if (!client) return {};
    try {
      await provider.IdToken.validate(hint ?? '', client);
      return { client, sid: claims?.sid, sub: claims?.sub };
    } catch {
      return clientId ? { client } : {};
    }
  }
}

function provesSession({ client, sid, sub }: Caller, session: StoredSession): boolean {
  const held = client && session.authorizations[client.clientId]?.sid;
  return held !== undefined && held === sid && session.login.accountId === sub;
}
