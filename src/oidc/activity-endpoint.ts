import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Presence } from '../sessions/presence.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface ActivityEndpointDependencies {
  readonly presence: Pick<Presence, 'count' | 'ends' | 'sessionOf'>;
  readonly sessions: Pick<Sessions, 'findByUid'>;
}

/**
 * Where an app with a cookie of its own says that a person is working in it (POST), or asks what is left (GET, which
 * prolongs nothing): `{ active, idle, absolute }`, seconds to the session's two ends. An end stays an end.
 */
export class ActivityEndpoint {
  readonly #deps: ActivityEndpointDependencies;

  constructor(deps: ActivityEndpointDependencies) {
    this.#deps = deps;
  }

  /** Answers a caller that the library has made out. @throws AppError `store-away` */
  async answer(ctx: KoaContextWithOIDC): Promise<void> {
    const { presence } = this.#deps;
    const session = await this.#sessionOf(ctx.oidc);
    if (session && ctx.method === 'POST') {
      await presence.count(session.uid, { by: 'activity', app: ctx.oidc.client?.clientId });
    }
    const ends = session && (await presence.ends(session.uid));
    ctx.body = ends ? { active: true, ...ends } : { active: false, idle: 0, absolute: 0 };
  }

  async #sessionOf({ accessToken, client, params }: KoaContextWithOIDC['oidc']) {
    if (accessToken) {
      const session = await this.#deps.sessions.findByUid(accessToken.sessionUid ?? '');
      return session?.login.accountId === accessToken.accountId ? session : undefined;
    }
    // A public client_id proves nothing: anybody who saw a sid in a log could keep the session alive.
    if (client?.clientAuthMethod === 'none') {
      throw new errors.InvalidClientAuth('a public app shows an access token');
    }
    const sid = params?.sid;
    if (typeof sid !== 'string' || sid === '' || sid.includes('\0')) {
      throw new errors.InvalidRequest('sid is missing: send that of the ID token');
    }
    return this.#deps.presence.sessionOf(String(client?.clientId), sid);
  }
}
