import type { Recorder } from '../audit-events.ts';
import { nameFault } from '../factors/authenticators.ts';
import type { Enrolments } from '../factors/enrolments.ts';
import { type EnrolError, EnrolSecondFactorPage } from '../factors/pages/enrol-second-factor.tsx';
import { RecoveryCodesPage } from '../factors/pages/recovery-codes.tsx';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { factorProved, type ProgressStore } from './progress.ts';
import type { IdentifiedRequest } from './sign-in-request.ts';

export interface EnrolmentStepDependencies {
  readonly enrolments: Enrolments;
  readonly progress: ProgressStore;
  readonly browserOf: (ctx: Context) => string | undefined;
  readonly recorder: (ctx: Context) => Recorder;
}

interface Shown {
  readonly name?: string;
  readonly error?: EnrolError;
}

/** Sets up an authenticator app on the way in, and shows the recovery codes that come with the first one. */
export class EnrolmentStep {
  readonly #deps: EnrolmentStepDependencies;

  constructor(deps: EnrolmentStepDependencies) {
    this.#deps = deps;
  }

  async show(request: IdentifiedRequest, shown: Shown = {}): Promise<void> {
    const { interaction, page } = request;
    const { sub, userId, name: userName } = request.person;
    const pending = await this.#deps.enrolments.pending(interaction.uid, sub, userId);
    const reason = interaction.factor === 'none' ? 'role' : 'app';
    const props = { ...page, ...pending, ...shown, reason, userName, switchUserAction: page.action } as const;
    renderPage(request.ctx, EnrolSecondFactorPage(props));
  }

  async submit(request: IdentifiedRequest, form: Form): Promise<'next' | undefined> {
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.code === undefined) return 'next';
    const { enrolments, recorder } = this.#deps;
    const { ctx, interaction, person } = request;
    const typed = { code: form.code, name: (form.name ?? '').trim() };
    const fault = nameFault(typed.name);
    if (fault) return void (await this.show(request, { name: typed.name, error: `name-${fault}` }));
    const confirmed = await enrolments.confirm(interaction.uid, person.sub, typed, recorder(ctx));
    if (confirmed === 'enrolled') return this.#goOn(request);
    if (confirmed === 'gone' || confirmed === 'full') return 'next';
    return void (await this.show(request, { name: typed.name, error: confirmed }));
  }

  async showCodes(request: IdentifiedRequest, error?: 'unsaved'): Promise<void> {
    const { interaction, page } = request;
    const { sub, userId, name: userName } = request.person;
    const codes = (await this.#deps.enrolments.codesToShow(interaction.uid, sub)) ?? [];
    const props = { ...page, codes, userName, userId, error, switchUserAction: page.action };
    renderPage(request.ctx, RecoveryCodesPage(props));
  }

  async acknowledge(request: IdentifiedRequest, form: Form): Promise<'next' | undefined> {
    if (form.code !== undefined) return 'next';
    if (form.saved !== 'yes') return void (await this.showCodes(request, 'unsaved'));
    await this.#deps.enrolments.acknowledge(request.interaction.uid, request.person.sub);
    return 'next';
  }

  async #goOn({ ctx, interaction, read, progress, person: { sub } }: IdentifiedRequest) {
    const browser = String(this.#deps.browserOf(ctx));
    await this.#deps.progress.write(interaction.uid, read, factorProved(progress, 'otp', sub, browser));
    return 'next' as const;
  }
}
