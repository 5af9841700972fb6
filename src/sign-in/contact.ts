import type { ContactCodes } from '../accounts/contact-codes.ts';
import type { Note, Recorder } from '../audit-events.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { ProveContact } from '../use-cases/prove-contact.ts';
import { type ContactNews, ContactPage } from './pages/contact.tsx';
import type { ProgressStore } from './progress.ts';
import type { RequestAt } from './sign-in-request.ts';

type ContactRequest = RequestAt<'contact'>;

export interface ContactStepDependencies {
  readonly codes: ContactCodes;
  readonly attemptPages: AttemptPages;
  readonly progress: ProgressStore;
  readonly proveContact: Pick<ProveContact, 'sendCode' | 'noteProved'>;
  readonly recorder: (ctx: Context) => Recorder;
  readonly append: Note;
  /** s that a code is good for. */
  readonly codeLife: number;
}

/**
 * The address on file, which an operator may have mistyped: its person confirms it by a code. It is asked at each
 * sign-in until it is done, and stops nobody, since mail can be late, and an address wrong.
 */
export class ContactStep {
  readonly #deps: ContactStepDependencies;

  constructor(deps: ContactStepDependencies) {
    this.#deps = deps;
  }

  async show(request: ContactRequest, error?: ContactNews): Promise<void> {
    const { codes, codeLife } = this.#deps;
    const { ctx, page, interaction, unproved } = request;
    const { sub } = request.person;
    const pending = await codes.pending(interaction.uid, sub);
    const shown = { ...unproved, sent: pending?.to === unproved.to, minutes: Math.round(codeLife / 60) };
    renderPage(ctx, ContactPage({ ...page, ...shown, error }));
  }

  async submit(request: ContactRequest, form: Form): Promise<'next' | undefined> {
    if (form.choice === 'later') return this.#goOn(request);
    if (form.choice === 'send') return this.#send(request);
    if (form.security_check !== undefined) {
      if (await this.#deps.attemptPages.check(request, 'sent-code', form)) await this.show(request);
      return undefined;
    }
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.code === undefined) return 'next';
    const fault = this.#deps.codes.fault(form.code);
    // Told without a try, which it does not cost.
    if (fault) {
      const news = fault === 'missing' ? 'prove-contact.code-missing' : 'prove-contact.code-short';
      return void (await this.show(request, news));
    }
    return this.#check(request, form.code);
  }

  async #send(request: ContactRequest): Promise<'next' | undefined> {
    const { ctx, interaction, person: account, unproved } = request;
    const { address } = ctx.state;
    const prover = { owner: interaction.uid, account, by: 'person', address } as const;
    const withheld = await this.#deps.proveContact.sendCode(prover, unproved);
    if (!withheld) return 'next';
    return void (await this.show(request, `prove-contact.${withheld === 'mailbox' ? 'many' : withheld}`));
  }

  async #check(request: ContactRequest, typed: string): Promise<'next' | undefined> {
    const { codes, attemptPages, proveContact, recorder, append } = this.#deps;
    const { ctx, interaction } = request;
    const { sub, subject } = request.person;
    const { uid, clientId: app } = interaction;
    const tried = { subject, account: sub, app };
    const attempt = await attemptPages.enter(request, 'sent-code', tried, { error: 'prove-contact.wrong' });
    if (!attempt) return undefined;
    const checked = await codes.check(uid, sub, typed);
    if (checked === 'wrong') {
      const event = { event: 'factor.failed', outcome: 'failure', reason: 'wrong-sent-code' } as const;
      await append({ ...event, account: sub, app }, originOf(ctx));
      return (await attempt.fail()) ? undefined : void (await this.show(request, 'prove-contact.wrong'));
    }
    await attempt.succeed();
    // Another request of this browser was quicker with it.
    if (checked === 'gone') return 'next';
    await proveContact.noteProved(sub, checked, recorder(ctx));
    return this.#goOn(request);
  }

  async #goOn({ interaction, read, progress }: ContactRequest): Promise<'next'> {
    if (progress) await this.#deps.progress.write(interaction.uid, read, { ...progress, contactAsked: true });
    return 'next';
  }
}
