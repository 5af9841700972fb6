import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { unprovedContact } from '../accounts/contact.ts';
import { foldUserId } from '../accounts/user-id.ts';
import { clock } from '../clock.ts';
import type { Authenticators } from '../factors/authenticators.ts';
import type { Enrolments } from '../factors/enrolments.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { PageProps } from '../html/page.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { DeviceCookie } from '../lockout/device-cookie.ts';
import type { Notices } from '../notices/notices.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { Interaction, Interactions } from '../sessions/interaction.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { type Next, nextStep, type SigningIn } from './flow.ts';
import type { Progress, ProgressStore, ReadProgress } from './progress.ts';

interface Facts {
  readonly ctx: Context;
  /** What a security check is solved for. */
  readonly binding: string;
  readonly interaction: Interaction;
  readonly session: StoredSession | undefined;
  readonly read: ReadProgress;
  readonly progress: Progress | undefined;
  /** Until when the person who is signing in is locked out, if so. */
  readonly locked: { readonly until: Date; readonly subject: string } | undefined;
  /** What was proved before is void: the account was disabled or its sessions revoked meanwhile. */
  readonly isVoid: boolean;
  /** On a shared computer, as was said here or when the session began. */
  readonly isPublic: boolean;
  /** What every page of the sign-in is given. */
  readonly page: CommonProps;
}

/** One request to the page of a sign-in: what it asks, what was proved, what there is to do next. */
export type SignInRequest = Facts & Next;
/** One whose step knows who is signing in. */
export type IdentifiedRequest = Extract<SignInRequest, { readonly person: SigningIn }>;
export type RequestAt<Step> = Extract<SignInRequest, { readonly step: Step }>;

export interface CommonProps extends PageProps {
  readonly action: string;
  readonly appName: string;
  readonly csrf: string;
  /** This very page, where the locked page leads back to. */
  readonly signIn: string;
  readonly forgotPassword: string;
  readonly forgotUserId: string;
}

export interface SignInRequestsDependencies {
  readonly interactions: Interactions;
  readonly progress: ProgressStore;
  readonly cookie: SessionCookie;
  readonly sessions: Pick<Sessions, 'isOver'>;
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly notices: Pick<Notices, 'channels'>;
  readonly authenticators: Pick<Authenticators, 'isEnrolled'>;
  readonly enrolments: Pick<Enrolments, 'codesToShow'>;
  readonly devices: Pick<RememberedDevices, 'isRemembered'>;
  readonly device: Pick<DeviceCookie, 'browser'>;
  readonly demands: { roleWantsFactor(sub: string): Promise<boolean> };
  readonly attemptPages: Pick<AttemptPages, 'lockedUntil'>;
  /** s for which a session's password is recent enough to enrol a factor on it. */
  readonly fresh: number;
}

export class SignInRequests {
  readonly #deps: SignInRequestsDependencies;

  constructor(deps: SignInRequestsDependencies) {
    this.#deps = deps;
  }

  /**
   * Reads everything anew for each request, the lock and the account's status too: a step acts on what is so
   * at that moment. [rule 15] Undefined when this browser does not have the interaction.
   */
  async open(ctx: Context, uid: string): Promise<SignInRequest | undefined> {
    const { interactions, progress: store, csrf } = this.#deps;
    const interaction = await interactions.of(ctx, uid);
    if (!interaction) return undefined;
    const session = await this.#sessionOf(ctx, interaction);
    const read = await store.read(uid, csrf.browserId(ctx));
    const account = await this.#accountOf(subOf(interaction, session, read.progress), read.progress);
    const isVoid = account === undefined && read.progress !== undefined;
    const progress = isVoid ? undefined : read.progress;
    const person = account && (await this.#personOf(ctx, interaction, account));
    const own = session?.login.accountId === account?.sub ? session : undefined;
    const next = nextStep(interaction, {
      signedIn: session?.login.accountId,
      sessionIsFresh: this.#isFresh(session),
      sessionHasFactor: own?.login.factorAt !== undefined,
      proved: progress && {
        account: progress.account,
        password: progress.passwordAt !== undefined,
        factor: progress.factor !== undefined,
        mustChange: progress.mustChange === true,
        contactAsked: progress.contactAsked === true,
      },
      person,
    });
    const locked = person && (await this.#locked(ctx, person));
    const isPublic = progress?.isPublic === true || own?.login.isPublic === true;
    const page = this.#pageOf(ctx, interaction);
    return {
      ...next,
      ctx,
      binding: uid,
      interaction,
      session,
      read,
      progress,
      locked,
      isVoid,
      isPublic,
      page,
    };
  }

  /** Undefined where it may not go on: not active, or its sessions were revoked since the person began to prove it. */
  async #accountOf(sub: string | undefined, progress: Progress | undefined): Promise<Account | undefined> {
    const account = sub === undefined ? undefined : await this.#deps.accounts.find(sub);
    if (account?.status !== 'active') return undefined;
    const revoked = account.sessionsNotBefore?.getTime() ?? 0;
    return progress && revoked > progress.provedAt ? undefined : account;
  }

  /** A step-up rests on its session. Elsewhere a revoked one may be believed for half a second; not here. [rule 12] */
  async #sessionOf(ctx: Context, { wantsFactorOnly }: Interaction): Promise<StoredSession | undefined> {
    const { cookie, sessions } = this.#deps;
    const session = await cookie.session(ctx);
    return session && wantsFactorOnly && (await sessions.isOver(session.uid)) ? undefined : session;
  }

  async #personOf(ctx: Context, { uid }: Interaction, account: Account): Promise<SigningIn> {
    const { authenticators, demands, devices, device, enrolments, notices } = this.#deps;
    const { sub, userId, name, locale } = account;
    const browser = device.browser(ctx);
    const [enrolled, mustEnrol, deviceIsRemembered, codes] = await Promise.all([
      authenticators.isEnrolled(sub),
      demands.roleWantsFactor(sub),
      browser === undefined ? false : devices.isRemembered(sub, browser),
      enrolments.codesToShow(uid, sub),
    ]);
    const subject = foldUserId(userId);
    const unproved = unprovedContact(account, notices.channels);
    const codesToShow = codes !== undefined;
    return {
      sub,
      userId,
      name,
      locale,
      subject,
      unproved,
      enrolled,
      mustEnrol,
      deviceIsRemembered,
      codesToShow,
    };
  }

  async #locked(ctx: Context, { subject }: SigningIn): Promise<SignInRequest['locked']> {
    const until = await this.#deps.attemptPages.lockedUntil(ctx, { subject, secret: 'password' });
    return until && { until, subject };
  }

  #isFresh(session: StoredSession | undefined): boolean {
    return session !== undefined && clock.now() / 1000 - session.login.loginTs <= this.#deps.fresh;
  }

  #pageOf(ctx: Context, interaction: Interaction): CommonProps {
    const { uid, clientId, appName, formAction, uiLocales, address: action } = interaction;
    ctx.state.formAction = formAction;
    if (uiLocales) ctx.state.uiLocales = uiLocales;
    const app = new URLSearchParams({ app: clientId });
    const ways = { forgotPassword: `/recover/password?${app}`, forgotUserId: `/recover/user-id?${app}` };
    const csrf = this.#deps.csrf.token(ctx, uid);
    return { ...this.#deps.page(ctx), ...ways, action, signIn: action, appName, csrf };
  }
}

/** Whose factor is asked for: of the person who gave the password here, or in a step-up the session's own. */
function subOf(
  { accountId, wantsFactorOnly }: Interaction,
  session: StoredSession | undefined,
  progress: Progress | undefined,
): string | undefined {
  if (progress) return progress.account;
  const signedIn = session?.login.accountId;
  return wantsFactorOnly && signedIn === accountId ? signedIn : undefined;
}
