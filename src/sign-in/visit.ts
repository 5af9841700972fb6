import type { Account } from '../accounts/accounts.ts';
import type { Contact } from '../accounts/contact.ts';
import { foldUserId } from '../accounts/user-id.ts';
import { clock } from '../clock.ts';
import type { PageProps } from '../html/page.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import { nextStep, type Person, type Step } from './flow.ts';
import type { Interaction, Interactions } from './interaction.ts';
import type { Progress, ProgressStore, ReadProgress } from './progress.ts';

/** The one who is signing in. */
export interface SigningIn extends Person {
  readonly sub: string;
  readonly userId: string;
  readonly name: string;
  readonly locale: string | null;
  /** The form of the user ID that locks go by. */
  readonly subject: string;
  readonly unproved: Contact | undefined;
}

/** One request to the page of a sign-in: what it asks, what was proved, what there is to do next. */
export interface Visit {
  readonly ctx: Context;
  /** What a security check is solved for. */
  readonly binding: string;
  readonly interaction: Interaction;
  readonly session: StoredSession | undefined;
  readonly read: ReadProgress;
  readonly progress: Progress | undefined;
  readonly person: SigningIn | undefined;
  /** Until when the one who is signing in is locked out, if so. */
  readonly lockedUntil: Date | undefined;
  /** What was proved before no longer stands: the account was disabled or its sessions revoked meanwhile. */
  readonly fellThrough: boolean;
  readonly step: Step;
  /** On a shared computer, as was said here or when the session began. */
  readonly isPublic: boolean;
  /** What every page of the sign-in is given. */
  readonly page: CommonProps;
}

export interface CommonProps extends PageProps {
  readonly action: string;
  readonly appName: string;
  readonly csrf: string;
  /** This very page, where the locked page leads back to. */
  readonly signIn: string;
  readonly forgotPassword: string;
  readonly forgotUserId: string;
}

export interface VisitDependencies {
  readonly interactions: Interactions;
  readonly progress: ProgressStore;
  readonly cookie: SessionCookie;
  /** Whether a session has begun and can no longer be used, asked anew. */
  readonly isOver: (session: string) => Promise<boolean>;
  readonly csrf: Csrf;
  readonly page: (ctx: Context) => PageProps;
  readonly accounts: { find(sub: string): Promise<Account | undefined> };
  /** The address on file that its person is to prove. */
  readonly unproved: (account: Account) => Contact | undefined;
  readonly factors: {
    isEnrolled(sub: string): Promise<boolean>;
    isRoleBound(sub: string): Promise<boolean>;
    isRemembered(sub: string, ctx: Context): Promise<boolean>;
    hasCodesToShow(owner: string, sub: string): Promise<boolean>;
  };
  /** Until when a subject may not try, on this device and from this address. */
  readonly lockedUntil: (ctx: Context, subject: string, sub: string) => Promise<Date | undefined>;
  /** Seconds for which a session's password is lately enough given to enrol a factor on it. */
  readonly fresh: number;
}

export class Visits {
  readonly #deps: VisitDependencies;

  constructor(deps: VisitDependencies) {
    this.#deps = deps;
  }

  /**
   * Reads everything anew for each request, the lock and the account's status too: a step acts on what is so
   * at that moment. Undefined when this browser does not have the interaction.
   */
  async open(ctx: Context, uid: string): Promise<Visit | undefined> {
    const { interactions, progress, csrf } = this.#deps;
    const interaction = await interactions.of(ctx, uid);
    if (!interaction) return undefined;
    const session = await this.#sessionOf(ctx, interaction);
    const read = await progress.read(uid, csrf.browserId(ctx));
    const account = await this.#standing(candidate(interaction, session, read.progress), read.progress);
    const fellThrough = account === undefined && read.progress !== undefined;
    const proved = fellThrough ? undefined : read.progress;
    const person = account && (await this.#personOf(ctx, interaction, account));
    const lockedUntil = person && (await this.#deps.lockedUntil(ctx, person.subject, person.sub));
    const own = session?.login.accountId === account?.sub ? session : undefined;
    const step = nextStep(interaction, {
      signedIn: session?.login.accountId,
      sessionIsFresh: this.#isFresh(session),
      sessionHasFactor: own?.login.factorAt !== undefined,
      proved: proved && {
        account: proved.account,
        password: proved.passwordAt !== undefined,
        factor: proved.factor !== undefined,
        mustChange: proved.mustChange === true,
        contactAsked: proved.contactAsked === true,
      },
      person,
    });
    const page = this.#pageOf(ctx, interaction);
    const isPublic = proved?.isPublic === true || own?.login.isPublic === true;
    return {
      ctx,
      binding: uid,
      interaction,
      session,
      read,
      progress: proved,
      person,
      lockedUntil,
      fellThrough,
      step,
      isPublic,
      page,
    };
  }

  /** Whether the account may go on: still active, and nothing revoked since it began to prove who it is. */
  async #standing(sub: string | undefined, progress: Progress | undefined): Promise<Account | undefined> {
    const account = sub === undefined ? undefined : await this.#deps.accounts.find(sub);
    if (account?.status !== 'active') return undefined;
    const revoked = account.sessionsNotBefore?.getTime() ?? 0;
    return progress && revoked > progress.provedAt ? undefined : account;
  }

  /** A step-up stands on its session: one that was revoked is believed for half a second elsewhere, not here. */
  async #sessionOf(ctx: Context, { wantsFactorOnly }: Interaction): Promise<StoredSession | undefined> {
    const session = await this.#deps.cookie.session(ctx);
    return session && wantsFactorOnly && (await this.#deps.isOver(session.uid)) ? undefined : session;
  }

  async #personOf(ctx: Context, { uid }: Interaction, account: Account): Promise<SigningIn> {
    const { factors } = this.#deps;
    const { sub, userId, name, locale } = account;
    const [enrolled, mustEnrol, deviceIsRemembered, codesToShow] = await Promise.all([
      factors.isEnrolled(sub),
      factors.isRoleBound(sub),
      factors.isRemembered(sub, ctx),
      factors.hasCodesToShow(uid, sub),
    ]);
    const subject = foldUserId(userId);
    const unproved = this.#deps.unproved(account);
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

  #isFresh(session: StoredSession | undefined): boolean {
    return session !== undefined && clock.now() / 1000 - session.login.loginTs <= this.#deps.fresh;
  }

  #pageOf(
    ctx: Context,
    { uid, clientId, appName, formAction, uiLocales, address: action }: Interaction,
  ): CommonProps {
    ctx.state.formAction = formAction;
    if (uiLocales) ctx.state.uiLocales = uiLocales;
    const app = new URLSearchParams({ app: clientId });
    const ways = { forgotPassword: `/recover/password?${app}`, forgotUserId: `/recover/user-id?${app}` };
    const csrf = this.#deps.csrf.token(ctx, uid);
    return { ...this.#deps.page(ctx), ...ways, action, signIn: action, appName, csrf };
  }
}

/** Whose factor is asked for: whoever gave the password here, or the session's own person in a step-up. */
function candidate(
  { accountId, wantsFactorOnly }: Interaction,
  session: StoredSession | undefined,
  progress: Progress | undefined,
): string | undefined {
  if (progress) return progress.account;
  const signedIn = session?.login.accountId;
  return wantsFactorOnly && signedIn === accountId ? signedIn : undefined;
}
