import type { InteractionResults } from 'oidc-provider';
import { AppError } from '../errors.ts';
import type { Context, Next } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { SignInIdentity } from '../sessions/sign-in-identity.ts';
import type { CurrentProvider } from './current-provider.ts';
import type { InteractionCookies } from './interaction-cookies.ts';
import { resumeAs, type SessionIdentity } from './internals.ts';
import type { StalePageRecovery } from './stale-page-recovery.ts';

export interface ResumeGuardDependencies {
  readonly provider: CurrentProvider;
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  readonly identity: SignInIdentity;
  readonly browserOf: (ctx: Context) => string | undefined;
  readonly stalePages: StalePageRecovery;
  readonly open: Pick<InteractionCookies, 'leave'>;
}

/** Guards the way back from our pages into the library: `/oidc/authorize/:uid`. */
export class ResumeGuard {
  readonly #deps: ResumeGuardDependencies;
  /** The account that a request is signing in, for the session that it may begin. */
  readonly #signingIn = new WeakMap<object, string>();
  /** The session that a request goes on in although its cookie no longer leads there. */
  readonly #overtaken = new WeakMap<object, string>();

  constructor(deps: ResumeGuardDependencies) {
    this.#deps = deps;
  }

  /**
   * Lets a finished interaction be resumed once: two resumes at once would both get a code and leave two
   * sessions. Ends the session of somebody else that the browser still has, so that nothing of it goes on.
   */
  async check(ctx: Context, uid: string, next: Next): Promise<void> {
    const { stalePages, open, browserOf } = this.#deps;
    const provider = this.#deps.provider.current;
    const interaction = await provider.Interaction.find(uid);
    if (!interaction?.result) {
      if (await stalePages.finishedFor(uid)) throw new AppError('already-finished');
      // Nothing was answered yet, or too long ago: its page knows.
      return redirect(ctx, `/sign-in/${uid}`);
    }
    // The address alone opens nothing. A subdomain can plant our interaction's cookies, not the browser's own: who
    // planted theirs into somebody's browser would be signed in as that person here, or that person as them.
    // [ASVS 7.2.4]
    const browser = browserOf(ctx);
    if (browser === undefined || interaction.result.browser !== browser)
      throw new AppError('session-expired');
    const session = await this.#sessionOf(ctx, interaction.result);
    // A factor alone signs nobody in: the password was the session's, and went with it.
    if (!(await this.#goesOn(session, interaction.result))) {
      await interaction.destroy();
      return redirect(ctx, await stalePages.again(interaction));
    }
    // The app first: with PostgreSQL away the request fails here, before the interaction is used up.
    await provider.Client.find(String(interaction.params.client_id));
    if (!(await stalePages.finish(uid, String(interaction.params.client_id))))
      throw new AppError('already-finished');
    const accountId = interaction.result.login?.accountId;
    if (accountId) {
      await this.#endStale(ctx, session, accountId);
      this.#signingIn.set(ctx.req, accountId);
    }
    open.leave(ctx, uid);
    resumeAs(ctx, provider, uid);
    return next();
  }

  /**
   * The browser's session. Another tab's sign-in may have given it a new id since this request set out; the
   * browser has proved that this sign-in is its own, and so that the session that it was finished on is.
   */
  async #sessionOf(ctx: Context, { on, login }: InteractionResults): Promise<StoredSession | undefined> {
    const { cookie, sessions } = this.#deps;
    const held = await cookie.session(ctx);
    if (held || !on || (await cookie.uid(ctx)) !== on.session) return held;
    const session = await sessions.findByUid(on.session);
    if (session?.login.accountId !== login?.accountId) return undefined;
    this.#overtaken.set(ctx.req, on.session);
    return session;
  }

  /** Whether the session that a step-up stands on, if it is one, is this browser's and has not ended. */
  async #goesOn(session: StoredSession | undefined, { on }: InteractionResults): Promise<boolean> {
    if (!on?.continues) return true;
    return session?.uid === on.session && !(await this.#deps.sessions.isOver(session.uid));
  }

  /** The session whose id another tab has changed while this request was under way, if it is so. */
  overtaken(ctx: Context): string | undefined {
    return this.#overtaken.get(ctx.req);
  }

  /** The session that this request begins, shared by tabs of one browser that sign in at once. */
  async identityOf(ctx: Context): Promise<SessionIdentity | undefined> {
    const account = this.#signingIn.get(ctx.req);
    const browser = account && this.#deps.browserOf(ctx);
    if (!browser) return undefined;
    return this.#deps.identity.of(browser, account, (uid) => this.#deps.sessions.isOver(uid));
  }

  /**
   * A session that the sign-in may not go on in: somebody else's, or one that was revoked so lately that it is
   * still believed (half a second), which would take the new sign-in with it.
   */
  async #endStale(ctx: Context, session: StoredSession | undefined, accountId: string): Promise<void> {
    const { sessions } = this.#deps;
    if (!session) return;
    const by = session.login.accountId;
    const other = by !== accountId;
    if (!other && !(await sessions.isOver(session.uid))) return;
    const reason = other ? 'switched-user' : 'revoked';
    await sessions.end(session.uid, { reason, by, origin: originOf(ctx) });
  }
}
