import type { Contact } from '../accounts/contact.ts';
import type { ContactCodes } from '../accounts/contact-codes.ts';
import type { Note } from '../audit-events.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { originOf } from '../http/origin.ts';
import type { AttemptPages } from '../lockout/attempt-pages.ts';
import { type ContactNews, ContactPage } from './pages/contact.tsx';
import type { ProgressStore } from './progress.ts';
import type { SigningIn, Visit } from './visit.ts';

export interface ContactStepDependencies {
  readonly codes: ContactCodes;
  readonly attemptPages: AttemptPages;
  readonly progress: ProgressStore;
  /** False where that mailbox was sent many messages lately. */
  readonly sendCode: (ctx: Context, person: SigningIn, contact: Contact, code: string) => Promise<boolean>;
  /** Notes that the address on file is its person's, if it still is that one. */
  readonly prove: (ctx: Context, sub: string, contact: Contact) => Promise<void>;
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
    const { codes, sendCode } = this.#deps;
    const { ctx, interaction } = visit;
    const person = visit.person as Asked;
    const begun = await codes.begin(interaction.uid, person.sub, person.unproved);
    if (typeof begun === 'string') return void (await this.show(visit, `prove-contact.${begun}`));
    if (await sendCode(ctx, person, person.unproved, begun.code)) return 'next';
    await codes.forget(interaction.uid, person.sub);
    return void (await this.show(visit, 'prove-contact.many'));
  }

  async #check(visit: Visit, typed: string): Promise<'next' | undefined> {
    const { codes, attemptPages, prove, append } = this.#deps;
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
    await prove(ctx, sub, checked);
    return this.#goOn(visit);
  }

  async #goOn({ interaction, read, progress }: Visit): Promise<'next'> {
    if (progress) await this.#deps.progress.write(interaction.uid, read, { ...progress, contactAsked: true });
    return 'next';
  }
}

type Asked = SigningIn & { readonly unproved: Contact };
