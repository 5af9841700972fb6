import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { Origin } from '../sessions/ledger.ts';
import type { Doors } from './doors.ts';
import { SecondFactorPage, type SecondFactorError } from '../factors/pages/second-factor.tsx';
import type { ProgressStore } from './progress.ts';
import type { SigningIn, Visit } from './visit.ts';

export interface SecondFactorParts {
  readonly doors: Doors;
  readonly progress: ProgressStore;
  readonly browserOf: (ctx: Context) => string | undefined;
  readonly authenticators: { verify(account: string, code: string): Promise<object | undefined> };
  readonly recoveryCodes: {
    use(account: string, typed: string, origin: Origin): Promise<{ remaining: number } | undefined>;
  };
  /** Lets this browser stand for the second factor from now on. */
  readonly rememberDevice: (ctx: Context, person: SigningIn) => Promise<void>;
  readonly offersDevices: boolean;
  readonly failed: (event: FactorFailed, origin: Origin) => Promise<void>;
}

export interface FactorFailed {
  event: 'factor.failed';
  outcome: 'failure';
  reason: 'totp' | 'recovery-code';
  account: string;
  app: string;
}

type Form = Readonly<Record<string, string>>;
type Kind = 'otp' | 'recovery-code';

/** The code of an authenticator app, or a recovery code in its place. */
export class SecondFactorStep {
  readonly #parts: SecondFactorParts;

  constructor(parts: SecondFactorParts) {
    this.#parts = parts;
  }

  show(visit: Visit, kind: Kind = kindOf(visit.ctx.query.with), error?: SecondFactorError): void {
    const { page, person, interaction, progress } = visit;
    const { offersDevices } = this.#parts;
    const offerDevice = offersDevices && interaction.factor !== 'proved' && progress?.isPublic !== true;
    const { name: userName = '', userId = '' } = person ?? {};
    renderPage(
      visit.ctx,
      SecondFactorPage({
        ...page,
        ...{ kind, userName, userId, offerDevice },
        ...(error ? { error } : {}),
        otherKind: `${page.action}${kind === 'otp' ? '&with=recovery-code' : ''}`,
      }),
    );
  }

  async submit(visit: Visit, form: Form): Promise<'next' | undefined> {
    const kind = kindOf(form.with);
    const code = (form.code ?? '').trim();
    const mistake = mistakeIn(kind, code);
    if (mistake) return void this.show(visit, kind, mistake);
    const person = visit.person as SigningIn;
    const secret = kind === 'otp' ? 'totp' : 'recovery-code';
    const { subject, sub: account } = person;
    const app = visit.interaction.clientId;
    const entry = await this.#parts.doors.enter(visit, secret, { subject, account, app });
    if (!entry) return undefined;
    if (await this.#isRight(visit.ctx, kind, account, code, entry.release)) {
      await entry.succeed();
      if (form.remember_device === 'yes') await this.#rememberDevice(visit, person);
      return this.#goOn(visit, account, kind);
    }
    const failed = { event: 'factor.failed', outcome: 'failure', reason: secret, account, app } as const;
    await this.#parts.failed(failed, originOf(visit.ctx));
    if (await entry.fail()) return undefined;
    return void this.show(visit, kind, 'second-factor.wrong');
  }

  async #isRight(ctx: Context, kind: Kind, account: string, code: string, release: () => Promise<void>) {
    const { authenticators, recoveryCodes } = this.#parts;
    if (kind === 'otp') return (await authenticators.verify(account, code)) !== undefined;
    try {
      return (await recoveryCodes.use(account, code, originOf(ctx))) !== undefined;
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #rememberDevice(visit: Visit, person: SigningIn): Promise<void> {
    const { offersDevices, rememberDevice } = this.#parts;
    // What was not offered is not taken, whatever the form says.
    if (!offersDevices || visit.interaction.factor === 'proved' || visit.progress?.isPublic) return;
    await rememberDevice(visit.ctx, person);
  }

  async #goOn({ ctx, interaction, read, progress }: Visit, account: string, kind: Kind) {
    const { progress: store, browserOf } = this.#parts;
    const now = Date.now();
    const begun = progress ?? { account, browser: String(browserOf(ctx)), provedAt: now };
    await store.write(interaction.uid, read, {
      ...begun,
      factor: { kind, at: Math.floor(now / 1000) },
    });
    return 'next' as const;
  }
}

function kindOf(value: unknown): Kind {
  return value === 'recovery-code' ? 'recovery-code' : 'otp';
}

/** What can be said without a try: it costs none. */
function mistakeIn(kind: Kind, code: string): SecondFactorError | undefined {
  if (code === '') return 'second-factor.missing';
  const digits = code.replace(/[\s-]/g, '');
  return kind === 'otp' && digits.length < 6 ? 'second-factor.too-short' : undefined;
}
