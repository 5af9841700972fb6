import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { foldUserId, typedUserId } from '../accounts/user-id.ts';
import type { Note } from '../audit-events.ts';
import { clock } from '../clock.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { cookieName, cookieOptions } from '../http/cookies.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import type { PasswordPolicy } from '../passwords/policy.ts';
import { SignInPage } from './pages/sign-in.tsx';
import type { ProgressStore } from './progress.ts';
import type { SignInRequest } from './sign-in-request.ts';

export interface PasswordStepDependencies {
  readonly accounts: Pick<Accounts, 'findByUserId' | 'rehash'>;
  readonly hasher: Pick<PasswordHasher, 'verify' | 'needsRehash' | 'hash'>;
  readonly policy: Pick<PasswordPolicy, 'mustChange'>;
  readonly append: Note;
  readonly attemptPages: AttemptPages;
  readonly progress: ProgressStore;
  readonly remembered: RememberedUserId;
  readonly browserOf: (ctx: Context) => string | undefined;
  readonly settings: {
    readonly remember_user_id: boolean;
    readonly public_computer: 'offered' | 'always' | 'never';
    /** How many sessions a person may have. */
    readonly per_account: number | undefined;
  };
  /** Why the session ended that this browser had. */
  readonly endReason: (ctx: Context) => Promise<string | undefined>;
}

/** Half a year, ms. */
const USER_ID_KEPT = 182 * 24 * 3600 * 1000;

interface Shown {
  readonly userId?: string | undefined;
  readonly error?: 'sign-in.missing' | 'sign-in.incorrect';
}

interface Typed extends Form {
  readonly userId: string;
  readonly password: string;
}

/** The password step. */
export class PasswordStep {
  readonly #deps: PasswordStepDependencies;

  constructor(deps: PasswordStepDependencies) {
    this.#deps = deps;
  }

  /** The page as it is first opened: it says so where another sign-in has taken this browser's place. */
  async open(request: SignInRequest): Promise<void> {
    // Told as a courtesy: the page does not wait for a store that is away.
    const reason = await this.#deps.endReason(request.ctx).catch(() => undefined);
    this.show(request, undefined, reason === 'too-many' ? this.#deps.settings.per_account : undefined);
  }

  /** A person whose account was disabled since the last step is told what they would be told now. */
  show({ ctx, page, interaction, isVoid }: SignInRequest, given?: Shown, displacedBy?: number): void {
    const { settings, remembered } = this.#deps;
    const shown: Shown = given ?? (isVoid ? { error: 'sign-in.incorrect' } : {});
    const userId = shown.userId ?? interaction.loginHint ?? remembered.of(ctx);
    const mayRemember = settings.remember_user_id && settings.public_computer !== 'always';
    renderPage(
      ctx,
      SignInPage({
        ...page,
        userId: userId || undefined,
        error: shown.error,
        remember: mayRemember ? (remembered.of(ctx) ? 'on' : 'offered') : undefined,
        offerPublic: settings.public_computer === 'offered',
        displacedBy,
      }),
    );
  }

  /** `next` when the password is right; otherwise the page that says what to do is shown. */
  async submit(request: SignInRequest, form: Form): Promise<'next' | undefined> {
    // The button of another page, whose session has ended meanwhile: nothing was typed wrongly.
    if (form.user_id === undefined || form.password === undefined) return void this.show(request);
    const userId = typedUserId(form.user_id);
    const { password } = form;
    if (!userId || !password) return void this.show(request, { userId, error: 'sign-in.missing' });
    return this.#check(request, { ...form, userId, password });
  }

  async #check(request: SignInRequest, form: Typed) {
    const { accounts, attemptPages } = this.#deps;
    const { ctx, interaction } = request;
    const { userId, password } = form;
    const account = await accounts.findByUserId(userId);
    const subject = foldUserId(userId);
    const typed = { subject, password, account: account?.sub, app: interaction.clientId };
    const attempt = await attemptPages.enter(request, 'password', typed, {
      userId,
      error: 'sign-in.incorrect',
    });
    if (!attempt) return undefined;
    const right = await attempt.verify(() => this.#ifRight(account, password));
    if (right) {
      await attempt.succeed();
      return this.#goOn(request, right, form);
    }
    await this.#record(ctx, account, interaction.clientId);
    if (await attempt.fail()) return undefined;
    return void this.show(request, { userId, error: 'sign-in.incorrect' });
  }

  /** Somebody and nobody cost the same verification. [ASVS 6.3.8] @throws AppError `busy`, `store-away` */
  async #ifRight(account: Account | undefined, password: string): Promise<Account | undefined> {
    const matches = await this.#deps.hasher.verify(account?.passwordHash, password);
    return matches && account?.status === 'active' ? account : undefined;
  }

  async #goOn(request: SignInRequest, account: Account, form: Typed) {
    const { progress, browserOf, policy, settings, remembered } = this.#deps;
    const { ctx, read, interaction } = request;
    const { userId, password } = form;
    await this.#renew(account, password);
    const { public_computer: choice } = settings;
    const isPublic = choice === 'always' || (choice === 'offered' && form.public_computer === 'yes');
    const mayKeep = settings.remember_user_id && !isPublic && form.remember_user_id === 'yes';
    remembered.keep(ctx, mayKeep ? userId : undefined);
    const provedAt = clock.now();
    await progress.write(interaction.uid, read, {
      account: account.sub,
      browser: String(browserOf(ctx)),
      isPublic,
      provedAt,
      passwordAt: Math.floor(provedAt / 1000),
      mustChange: await policy.mustChange(password),
    });
    return 'next' as const;
  }

  async #record(ctx: Context, account: Account | undefined, app: string): Promise<void> {
    const known = account?.status === 'active' ? 'wrong-password' : 'account-not-active';
    const reason = account ? known : 'unknown-user-id';
    const event = {
      event: 'sign-in.failed',
      outcome: 'failure',
      reason,
      app,
      account: account?.sub,
    } as const;
    await this.#deps.append(event, originOf(ctx));
  }

  /** A hash of an earlier, lower cost is verified sooner than the decoy, and so would tell who exists. [rule 7] */
  async #renew({ sub, passwordHash }: Account, password: string): Promise<void> {
    const { accounts, hasher } = this.#deps;
    if (!passwordHash || !hasher.needsRehash(passwordHash)) return;
    await accounts.rehash(sub, passwordHash, await hasher.hash(password));
  }
}

/** The user ID that a person asked to have remembered on this device: to fill in a field, never to identify. */
export class RememberedUserId {
  readonly #name: string;
  readonly #secure: boolean;

  constructor(secure: boolean) {
    this.#name = cookieName('user_id', secure);
    this.#secure = secure;
  }

  of(ctx: Context): string | undefined {
    const kept = ctx.cookies.get(this.#name, { signed: true });
    return kept ? Buffer.from(kept, 'base64url').toString() : undefined;
  }

  /** Remembers it, or forgets what was remembered. */
  keep(ctx: Context, userId: string | undefined): void {
    if (userId === undefined && !ctx.cookies.get(this.#name, { signed: false })) return;
    const value = userId === undefined ? null : Buffer.from(userId).toString('base64url');
    ctx.cookies.set(this.#name, value, cookieOptions(this.#secure, { signed: true, maxAge: USER_ID_KEPT }));
  }
}
