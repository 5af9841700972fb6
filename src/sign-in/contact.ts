import type { Contact } from '../accounts/contact.ts';
import type { ContactCodes } from '../accounts/contact-codes.ts';
import type { Note, Recorder } from '../audit-events.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import type { ProveContact } from '../use-cases/prove-contact.ts';
import { type ContactNews, ContactPage } from './pages/contact.tsx';
import type { ProgressStore } from './progress.ts';
import type { SigningIn, Visit } from './visit.ts';

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

type Form = Readonly<Record<string, string>>;

/**
 * The address on file, which an operator may have mistyped: its person confirms it by a code. It is asked at each
 * sign-in until it is done, and stops nobody, since mail can be late, and an address wrong.
 */
export class ContactStep {
  readonly #deps: ContactStepDependencies;

  constructor(deps: ContactStepDependencies) {
    this.#deps = deps;
  }

  async show(visit: Visit, error?: ContactNews): Promise<void> {
    const { codes, codeLife } = this.#deps;
    const { ctx, page, interaction } = visit;
    const { sub, unproved } = visit.person as Asked;
    const pending = await codes.pending(interaction.uid, sub);
    const shown = { ...unproved, sent: pending?.to === unproved.to, minutes: Math.round(codeLife / 60) };
    renderPage(ctx, ContactPage({ ...page, ...shown, error }));
  }

  async submit(visit: Visit, form: Form): Promise<'next' | undefined> {
    if (form.choice === 'later') return this.#goOn(visit);
    if (form.choice === 'send') return this.#send(visit);
    if (form.security_check !== undefined) {
      if (await this.#deps.attemptPages.check(visit, 'sent-code', form)) await this.show(visit);
      return undefined;
    }
    // Another page's form, sent twice: this step's own page is what comes next.
    if (form.code === undefined) return 'next';
    const fault = this.#deps.codes.fault(form.code);
    // Told without a try, which it does not cost.
    if (fault) {
      const news = fault === 'missing' ? 'prove-contact.code-missing' : 'prove-contact.code-short';
      return void (await this.show(visit, news));
    }
    return this.#check(visit, form.code);
  }

  async #send(visit: Visit): Promise<'next' | undefined> {
    const { ctx, interaction } = visit;
    const account = visit.person as Asked;
    const { address } = ctx.state;
    const prover = { owner: interaction.uid, account, by: 'person', address } as const;
    const withheld = await this.#deps.proveContact.sendCode(prover, account.unproved);
    if (!withheld) return 'next';
    return void (await this.show(visit, `prove-contact.${withheld === 'mailbox' ? 'many' : withheld}`));
  }

  async #check(visit: Visit, typed: string): Promise<'next' | undefined> {
    const { codes, attemptPages, proveContact, recorder, append } = this.#deps;
    const { ctx, interaction } = visit;
    const { sub, subject } = visit.person as Asked;
    const { uid, clientId: app } = interaction;
    const tried = { subject, account: sub, app };
    const attempt = await attemptPages.enter(visit, 'sent-code', tried, { error: 'prove-contact.wrong' });
    if (!attempt) return undefined;
    const checked = await codes.check(uid, sub, typed);
    if (checked === 'wrong') {
      const event = { event: 'factor.failed', outcome: 'failure', reason: 'wrong-sent-code' } as const;
      await append({ ...event, account: sub, app }, originOf(ctx));
      return (await attempt.fail()) ? undefined : void (await this.show(visit, 'prove-contact.wrong'));
    }
    await attempt.succeed();
    // Another request of this browser was quicker with it.
    if (checked === 'gone') return 'next';
    await proveContact.noteProved(sub, checked, recorder(ctx));
    return this.#goOn(visit);
  }

  async #goOn({ interaction, read, progress }: Visit): Promise<'next'> {
    if (progress) await this.#deps.progress.write(interaction.uid, read, { ...progress, contactAsked: true });
    return 'next';
  }
}

type Asked = SigningIn & { readonly unproved: Contact };
