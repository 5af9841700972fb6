import { foldUserId, typedUserId } from '../accounts/user-id.ts';
import type { Note } from '../audit-events.ts';
import { clock } from '../clock.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import { SignInPage } from './pages/sign-in.tsx';
import type { ProgressStore } from './progress.ts';
import type { RememberedUserId } from './remembered.ts';
import type { Visit } from './visit.ts';

/** Someone who may be signing in. */
interface Candidate {
  readonly sub: string;
  readonly status: string;
  readonly passwordHash: string | null;
}

export interface PasswordDependencies {
  readonly accounts: {
    findByUserId(userId: string): Promise<Candidate | undefined>;
    rehash(sub: string, from: string, to: string): Promise<void>;
  };
  readonly hasher: {
    verify(hash: string | null | undefined, password: string): Promise<boolean>;
    needsRehash(hash: string): boolean;
    hash(password: string): Promise<string>;
  };
  readonly policy: { mustChange(password: string): Promise<boolean> };
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

type Form = Readonly<Record<string, string>>;
export interface Shown {
  readonly userId?: string | undefined;
  readonly error?: 'sign-in.missing' | 'sign-in.incorrect';
}

/** The password step. */
export class PasswordStep {
  readonly #deps: PasswordDependencies;

  constructor(deps: PasswordDependencies) {
    this.#deps = deps;
  }

  /** The page as it is first opened: it says so where another sign-in has taken this browser's place. */
  async open(visit: Visit): Promise<void> {
    // Told as a courtesy: the page does not wait for a store that is away.
    const reason = await this.#deps.endReason(visit.ctx).catch(() => undefined);
    this.show(visit, undefined, reason === 'too-many' ? this.#deps.settings.per_account : undefined);
  }

  /** Somebody whose account was disabled since the last step hears what they would hear now. */
  show({ ctx, page, interaction, fellThrough }: Visit, given?: Shown, displacedBy?: number): void {
    const { settings, remembered } = this.#deps;
    const shown: Shown = given ?? (fellThrough ? { error: 'sign-in.incorrect' } : {});
    const userId = shown.userId ?? interaction.loginHint ?? remembered.of(ctx);
    const mayRemember = settings.remember_user_id && settings.public_computer !== 'always';
    renderPage(
      ctx,
      SignInPage({
        ...page,
        ...(userId ? { userId } : {}),
        ...(shown.error ? { error: shown.error } : {}),
        ...(mayRemember ? { remember: remembered.of(ctx) ? 'on' : 'offered' } : {}),
        offerPublic: settings.public_computer === 'offered',
        ...(displacedBy === undefined ? {} : { displacedBy }),
      }),
    );
  }

  /** `next` when the password is right; otherwise the page that says what to do is shown. */
  async submit(visit: Visit, form: Form): Promise<'next' | undefined> {
    // The button of another page, whose session has ended meanwhile: nothing was typed wrongly.
    if (form.user_id === undefined || form.password === undefined) return void this.show(visit);
    const userId = typedUserId(form.user_id);
    const { password } = form;
    if (!userId || !password) return void this.show(visit, { userId, error: 'sign-in.missing' });
    return this.#check(visit, { ...form, userId, password });
  }

  async #check(visit: Visit, form: Form & { userId: string; password: string }) {
    const { accounts, attemptPages } = this.#deps;
    const { ctx, interaction } = visit;
    const { userId, password } = form;
    const account = await accounts.findByUserId(userId);
    const subject = foldUserId(userId);
    const typed = { subject, password, account: account?.sub, app: interaction.clientId };
    const attempt = await attemptPages.enter(visit, 'password', typed, {
      userId,
      error: 'sign-in.incorrect',
    });
    if (!attempt) return undefined;
    if (await attempt.verify(() => this.#isRight(account, password))) {
      await attempt.succeed();
      return this.#goOn(visit, account as Candidate, form);
    }
    await this.#record(ctx, account, interaction.clientId);
    if (await attempt.fail()) return undefined;
    return void this.show(visit, { userId, error: 'sign-in.incorrect' });
  }

  /** Somebody and nobody cost the same verification. [ASVS 6.3.8] @throws AppError `busy`, `store-away` */
  async #isRight(account: Candidate | undefined, password: string): Promise<boolean> {
    const matches = await this.#deps.hasher.verify(account?.passwordHash, password);
    return matches && account?.status === 'active';
  }

  async #goOn(visit: Visit, account: Candidate, form: Form & { userId: string; password: string }) {
    const { progress, browserOf, policy, settings, remembered } = this.#deps;
    const { ctx, read, interaction } = visit;
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

  async #record(ctx: Context, account: Candidate | undefined, app: string): Promise<void> {
    const reason = !account
      ? 'unknown-user-id'
      : account.status === 'active'
        ? 'wrong-password'
        : 'account-not-active';
    await this.#deps.append(
      {
        event: 'sign-in.failed',
        outcome: 'failure',
        reason,
        app,
        ...(account ? { account: account.sub } : {}),
      },
      originOf(ctx),
    );
  }

  /** A hash of yesterday's cost answers sooner than the decoy of today's, and so tells who exists. */
  async #renew({ sub, passwordHash }: Candidate, password: string): Promise<void> {
    const { accounts, hasher } = this.#deps;
    if (!passwordHash || !hasher.needsRehash(passwordHash)) return;
    await accounts.rehash(sub, passwordHash, await hasher.hash(password));
  }
}
