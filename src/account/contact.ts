import { type Contact, type ContactRules, readContact } from '../accounts/contact.ts';
import type { CodeChecked, ContactCodes } from '../accounts/contact-codes.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { Note } from '../audit-events.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { SessionAttempts } from '../lockout/session-attempts.ts';
import type { Notices } from '../notices/notices.ts';
import type { ChangeContact } from '../use-cases/change-contact.ts';
import type { ProveContact } from '../use-cases/prove-contact.ts';
import type { Access, Owner } from './access.ts';
import type { PagePropsOf } from './page-props.tsx';
import {
  AccountContactCodePage,
  AccountContactPage,
  type CodeError,
  type ContactError,
} from './pages/contact.tsx';

export interface AccountContactDependencies {
  readonly access: Access;
  readonly attempts: Pick<SessionAttempts, 'judge'>;
  readonly propsOf: PagePropsOf;
  readonly codes: ContactCodes;
  readonly notices: Pick<Notices, 'channels'>;
  /** Which numbers can be taken: texts go to some countries alone. */
  readonly rules: ContactRules;
  /** s that a code is good for. */
  readonly codeLife: number;
  readonly proveContact: Pick<ProveContact, 'sendCode'>;
  readonly changeContact: Pick<ChangeContact, 'change'>;
  readonly trail: Pick<AuditTrail, 'recorder'>;
  readonly append: Note;
}

interface Shown {
  readonly typed?: string;
  readonly error?: ContactError;
}

const HERE = '/account/contact';

/** Another e-mail address or phone number: typed, proved by a code sent to it, then set. [ASVS 6.3.7] */
export class AccountContact {
  readonly #deps: AccountContactDependencies;

  constructor(deps: AccountContactDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
  }

  async #get(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.owner(ctx, HERE);
    if (!owner) return;
    const pending = await this.#deps.codes.pending(owner.session.uid, owner.sub);
    if (pending) return this.#showCode(ctx, owner, pending);
    this.#show(ctx, owner);
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const owner = await this.#deps.access.owner(ctx, HERE);
    if (!owner) return;
    if (form.choice === 'cancel') {
      await this.#deps.codes.forget(owner.session.uid, owner.sub);
      return redirect(ctx, HERE);
    }
    if (form.choice === 'resend') return this.#resend(ctx, owner);
    if (form.code !== undefined) return this.#confirm(ctx, owner, form.code);
    return this.#begin(ctx, owner, form);
  }

  async #begin(ctx: Context, owner: Owner, { contact: typed = '' }: Form): Promise<void> {
    const { notices, rules } = this.#deps;
    const read = readContact(typed, rules);
    if ('fault' in read) return this.#show(ctx, owner, { typed, error: read.fault });
    const { contact } = read;
    if (isHeld(owner, contact)) return this.#show(ctx, owner, { typed, error: 'same' });
    if (!notices.channels.includes(contact.channel)) {
      return this.#show(ctx, owner, { typed, error: `no-${contact.channel}` });
    }
    const sent = await this.#send(ctx, owner, contact);
    if (sent === 'many') return this.#show(ctx, owner, { typed, error: sent });
    redirect(ctx, HERE);
  }

  async #resend(ctx: Context, owner: Owner): Promise<void> {
    const pending = await this.#deps.codes.pending(owner.session.uid, owner.sub);
    if (!pending) return this.#show(ctx, owner, { error: 'expired' });
    const sent = await this.#send(ctx, owner, pending);
    if (sent) return this.#showCode(ctx, owner, pending, sent);
    redirect(ctx, `${HERE}?done=resent`);
  }

  /** Why no code was sent; undefined when it was. */
  async #send(ctx: Context, owner: Owner, contact: Contact): Promise<'wait' | 'many' | undefined> {
    const { account, session } = owner;
    const { address } = ctx.state;
    const prover = { owner: session.uid, account, by: 'person', address } as const;
    const withheld = await this.#deps.proveContact.sendCode(prover, contact);
    return withheld === 'mailbox' ? 'many' : withheld;
  }

  async #confirm(ctx: Context, owner: Owner, typed: string): Promise<void> {
    const { codes, attempts, changeContact, trail, append } = this.#deps;
    const { uid } = owner.session;
    const pending = await codes.pending(uid, owner.sub);
    if (!pending) return this.#show(ctx, owner, { error: 'expired' });
    const fault = codes.fault(typed);
    if (fault) return this.#showCode(ctx, owner, pending, fault);
    const verify = async () => notWrong(await codes.check(uid, owner.sub, typed));
    const event = { event: 'factor.failed', outcome: 'failure', reason: 'wrong-sent-code' } as const;
    const failed = () => append({ ...event, account: owner.sub }, originOf(ctx));
    const tried = { secret: 'contact-code', here: HERE, failed } as const;
    const judged = await attempts.judge(ctx, owner, tried, verify);
    if (judged === 'shown') return;
    if (judged === 'wrong') {
      const isEarlier = await codes.isEarlier(uid, owner.sub, typed);
      return this.#showCode(ctx, owner, pending, isEarlier ? 'earlier' : 'wrong');
    }
    // Another request used the code first, or it has just expired.
    if (judged.right === 'gone') return redirect(ctx, HERE);
    const changed = await changeContact.change(owner.sub, judged.right, trail.recorder(originOf(ctx)));
    redirect(ctx, changed ? `${HERE}?done=${judged.right.channel}` : HERE);
  }

  #show(ctx: Context, owner: Owner, shown: Shown = {}): void {
    const { email, phoneNumber } = owner.account;
    const { done } = ctx.query;
    renderPage(
      ctx,
      AccountContactPage({
        ...this.#deps.propsOf(ctx, owner, HERE),
        ...shown,
        email,
        phoneNumber,
        done: ctx.method === 'GET' && (done === 'email' || done === 'sms') ? done : undefined,
      }),
    );
  }

  #showCode(ctx: Context, owner: Owner, pending: Contact & { wait: number }, error?: CodeError): void {
    const { to, wait } = pending;
    const { propsOf, codeLife } = this.#deps;
    const props = { ...propsOf(ctx, owner, HERE), to, wait, minutes: Math.round(codeLife / 60), error };
    const resent = ctx.method === 'GET' && ctx.query.done === 'resent';
    renderPage(ctx, AccountContactCodePage({ ...props, resent }));
  }
}

function notWrong(checked: CodeChecked): Contact | 'gone' | undefined {
  return checked === 'wrong' ? undefined : checked;
}

/** Proved before, and on file: nothing would change. */
function isHeld({ account }: Owner, { channel, to }: Contact): boolean {
  return channel === 'email'
    ? account.email === to && account.emailVerified
    : account.phoneNumber === to && account.phoneNumberVerified;
}
