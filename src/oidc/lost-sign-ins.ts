import type { Client } from 'oidc-provider';
import { clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Context } from '../http/context.ts';
import { cookieName, cookieOptions } from '../http/cookies.ts';
import type { BrowserSeal } from '../keys/browser-seal.ts';
import type { CurrentProvider } from './current-provider.ts';
import type { StalePageRecovery, StartedRequest } from './stale-page-recovery.ts';

export interface LostSignInsDependencies {
  readonly provider: CurrentProvider;
  readonly stalePages: StalePageRecovery;
  readonly seal: BrowserSeal;
  /** Seconds after its start in which a lost sign-in leads on by itself. */
  readonly horizon: number;
  /** Whether the issuer is https. */
  readonly secure: boolean;
}

/** What of an app's registration counts here: where its own sign-in begins. */
export type AppWithStart = Pick<Client, 'way_in'>;

/** What an address may carry of a request; longer ones are not carried. */
const LONGEST_REQUEST = 2000;
const PAGES = '/sign-in';
/** ms in which a browser that keeps cookies brings back one that it was just given. */
const ROUND = 30_000;

/**
 * Pages of a sign-in of which the browser holds nothing: its cookies were cleared or are blocked, or the address
 * came from another browser. The app's own beginning is the way on, before a password is asked, since the app too
 * knows only the browser that it began with. The address says what the page was for; our stores need not know.
 */
export class LostSignIns {
  readonly #deps: LostSignInsDependencies;
  readonly #probe: string;

  constructor(deps: LostSignInsDependencies) {
    this.#deps = deps;
    this.#probe = cookieName('lost', deps.secure, PAGES);
  }

  /** The page's address: which app it is for, when it began and, for an app without a beginning, the request. */
  address(interaction: StartedRequest, client: AppWithStart | undefined): string {
    const at = Math.floor(clock.now() / 1000).toString(36);
    const request = client?.way_in === undefined ? this.#sealed(interaction, at) : undefined;
    const began = request === undefined ? at : `${at}.${request}`;
    return pageAddress(interaction.uid, String(interaction.params.client_id), began);
  }

  /**
   * Where the page leads. A browser that holds nothing is first asked for a cookie: where cookies are blocked,
   * the app's beginning would lead here again, endlessly.
   * @throws AppError `session-expired`, `cookies-needed`
   */
  async wayOn(ctx: Context, uid: string): Promise<string> {
    const { app, began = '', cookies } = ctx.query;
    if (typeof app !== 'string' || typeof began !== 'string') throw new AppError('session-expired');
    const [at = '', sealed] = began.split('.');
    if (!this.#isRecent(at)) throw new AppError('session-expired');
    const kept = ctx.cookies.get(this.#probe, { signed: false }) !== undefined;
    if (cookies !== 'asked') {
      // Only just sent on from here, and back: going on would be a circle.
      if (kept) throw new AppError('session-expired');
      this.#ask(ctx);
      return `${pageAddress(uid, app, began)}&cookies=asked`;
    }
    if (!kept) {
      // The page is loaded again once cookies are allowed.
      this.#ask(ctx);
      throw new AppError('cookies-needed');
    }
    const client = await this.#deps.provider.current.Client.find(app);
    return client?.way_in ?? this.#again(uid, at, sealed);
  }

  #isRecent(at: string): boolean {
    const age = Math.floor(clock.now() / 1000) - Number.parseInt(at, 36);
    return age >= 0 && age <= this.#deps.horizon;
  }

  #ask(ctx: Context): void {
    ctx.cookies.set(this.#probe, '1', cookieOptions(this.#deps.secure, { path: PAGES, maxAge: ROUND }));
  }

  async #again(uid: string, at: string, sealed: string | undefined): Promise<string> {
    const plain = sealed === undefined ? undefined : this.#deps.seal.open(sealed, `${uid} ${at}`);
    if (!plain) throw new AppError('session-expired');
    return this.#deps.stalePages.again({ ...JSON.parse(plain.toString()), uid });
  }

  #sealed({ uid, params, trusted, parJti }: StartedRequest, at: string): string | undefined {
    const sealed = this.#deps.seal.seal(
      Buffer.from(JSON.stringify({ params, trusted, parJti })),
      `${uid} ${at}`,
    );
    return sealed.length > LONGEST_REQUEST ? undefined : sealed;
  }
}

/** The address of a sign-in's page. @param began what `LostSignIns.address` gave */
export function pageAddress(uid: string, app: string, began: unknown): string {
  const query = new URLSearchParams({ app, ...(typeof began === 'string' ? { began } : {}) });
  return `/sign-in/${uid}?${query}`;
}
