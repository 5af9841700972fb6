import type { KoaContextWithOIDC } from 'oidc-provider';

/** What a registered app demands before it is entered; times in seconds. */
interface DemandingClient {
  readonly clientId: string;
  readonly demands?: { readonly roles?: readonly string[]; readonly fresh?: number };
  /** Limits of its own, stricter than the session's, for this app alone. */
  readonly session_limits?: { readonly idle?: number; readonly absolute?: number };
}

export interface Refusal {
  event: 'app.refused';
  outcome: 'failure';
  reason: 'role-missing';
  account: string;
  app: string;
  session: string;
}

export interface DemandsParts {
  /** Every role that an account has now: of active memberships and global ones. */
  readonly rolesOf: (sub: string) => Promise<readonly string[]>;
  readonly append: (event: Refusal, ctx: KoaContextWithOIDC) => Promise<void>;
}

interface SessionTimes {
  readonly uid: string;
  readonly accountId?: string;
  readonly loginTs?: number;
  readonly seenAt?: number;
}

/** Whether an account and its session satisfy what an app demands; asked on silent sign-on too. */
export class Demands {
  readonly #parts: DemandsParts;

  constructor(parts: DemandsParts) {
    this.#parts = parts;
  }

  /**
   * True when the app wants a sign-in that is younger than this session's: by its `fresh`, or since the
   * session went beyond the app's own idle or absolute limit.
   */
  wantsSignIn(ctx: KoaContextWithOIDC): boolean {
    const { client, session, result } = ctx.oidc;
    if (!session?.accountId || result?.login) return false;
    const { demands, session_limits: limits } = client as unknown as DemandingClient;
    const { loginTs = 0, seenAt = 0 } = session as unknown as SessionTimes;
    const now = Math.floor(Date.now() / 1000);
    const oldest = Math.min(demands?.fresh ?? Infinity, limits?.absolute ?? Infinity);
    return now - loginTs > oldest || now - seenAt > (limits?.idle ?? Infinity);
  }

  /** True when the app demands roles and the account has none of them now. */
  async lacksRole(ctx: KoaContextWithOIDC): Promise<boolean> {
    const wanted = rolesWanted(ctx);
    const sub = ctx.oidc.session?.accountId;
    if (wanted.length === 0 || !sub) return false;
    const held = await this.#parts.rolesOf(sub);
    return !wanted.some((role) => held.includes(role));
  }

  /** Writes a refusal to the audit log, and tells the page which roles would do. */
  async refused(ctx: KoaContextWithOIDC): Promise<{ roles: readonly string[] }> {
    const { session, client } = ctx.oidc;
    if (session?.accountId && client) {
      const { uid, accountId: account } = session;
      const app = client.clientId;
      await this.#parts.append(
        { event: 'app.refused', outcome: 'failure', reason: 'role-missing', account, app, session: uid },
        ctx,
      );
    }
    return { roles: rolesWanted(ctx) };
  }
}

function rolesWanted(ctx: KoaContextWithOIDC): readonly string[] {
  return (ctx.oidc.client as unknown as DemandingClient | undefined)?.demands?.roles ?? [];
}
