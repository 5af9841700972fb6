import type { Recorder } from '../audit-events.ts';
import { type Authenticators, MOST_AUTHENTICATORS, nameFault } from '../factors/authenticators.ts';
import type { Enrolments } from '../factors/enrolments.ts';
import { type EnrolError, EnrolSecondFactorPage } from '../factors/pages/enrol-second-factor.tsx';
import { RecoveryCodesPage } from '../factors/pages/recovery-codes.tsx';
import { FEW_CODES, type RecoveryCodes } from '../factors/recovery-codes.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { PageProps } from '../html/page.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Csrf } from '../http/csrf.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { SessionCookie } from '../sessions/cookie.ts';
import type { SessionList } from '../sessions/session-list.ts';
import type { StoredSession } from '../sessions/session-store.ts';
import type { StepUp } from '../sessions/step-up.ts';
import type { RemoveFactor } from '../use-cases/remove-factor.ts';
import { type Access, endingOf, type Owner } from './access.ts';
import type { PagePropsOf } from './page-props.tsx';
import { AccountSecondFactorPage, type Asked, type Done } from './pages/second-factor.tsx';

export interface AccountSecondFactorDependencies {
  readonly access: Access;
  readonly csrf: Csrf;
  readonly propsOf: PagePropsOf;
  readonly page: (ctx: Context) => PageProps;
  readonly authenticators: Authenticators;
  readonly enrolments: Enrolments;
  readonly recoveryCodes: RecoveryCodes;
  readonly devices: RememberedDevices;
  readonly recorder: (ctx: Context) => Recorder;
  readonly list: Pick<SessionList, 'openOfAccount'>;
  readonly stepUp: Pick<StepUp, 'raise'>;
  /** The acr of a sign-in with a second factor. */
  readonly withFactor: string;
  readonly cookie: Pick<SessionCookie, 'give'>;
  readonly removeFactor: Pick<RemoveFactor, 'remove'>;
}

interface NameShown {
  readonly error?: 'name-missing' | 'name-too-long';
  readonly typedName?: string;
}

const HERE = '/account/second-factor';
const DONE: readonly Done[] = ['enrolled', 'renamed', 'removed', 'forgotten', 'kept'];

/** A person's second factors: authenticators, recovery codes, and devices that stand for them. */
export class AccountSecondFactor {
  readonly #deps: AccountSecondFactorDependencies;

  constructor(deps: AccountSecondFactorDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
  }

  async #get(ctx: Context): Promise<void> {
    const { access, enrolments } = this.#deps;
    // This session has just made the codes: they are shown before its new factor is asked for.
    const maker = await access.owner(ctx, HERE, { factor: false });
    if (!maker) return;
    const codes = await enrolments.codesToShow(maker.session.uid, maker.sub);
    if (codes) return this.#showCodes(ctx, maker, codes);
    const owner = await access.owner(ctx, HERE);
    if (!owner) return;
    const isEnrolled = await this.#deps.authenticators.isEnrolled(owner.sub);
    // A person without one comes here to set one up.
    if (!isEnrolled || ctx.query.add === 'yes') return this.#showEnrolment(ctx, owner, isEnrolled, {});
    await this.#showAll(ctx, owner, {});
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const putsAway = form.code === undefined && form.choice === undefined;
    const owner = await this.#deps.access.owner(ctx, HERE, { factor: !putsAway });
    if (!owner) return;
    if (putsAway) return this.#acknowledge(ctx, owner, form);
    if (form.code !== undefined) return this.#confirm(ctx, owner, form);
    return this.#do(ctx, owner, form);
  }

  async #do(ctx: Context, owner: Owner, form: Form): Promise<void> {
    const { enrolments, devices, recorder, removeFactor } = this.#deps;
    const { sub, session } = owner;
    const record = recorder(ctx);
    switch (form.choice) {
      case 'add':
        return redirect(ctx, `${HERE}?add=yes`);
      case 'rename':
        return this.#rename(ctx, owner, form);
      case 'remove':
        return redirect(
          ctx,
          (await removeFactor.remove(sub, String(form.id), originOf(ctx))) ? `${HERE}?done=removed` : HERE,
        );
      case 'regenerate':
        await enrolments.regenerate(session.uid, sub, record);
        return redirect(ctx, HERE);
      case 'forget':
        await devices.forget(sub, String(form.id), record);
        return redirect(ctx, `${HERE}?done=forgotten`);
      case 'forget-all':
        await devices.forgetAll(sub, record);
        return redirect(ctx, `${HERE}?done=forgotten`);
      default:
        return redirect(ctx, HERE);
    }
  }

  async #confirm(ctx: Context, owner: Owner, form: Form): Promise<void> {
    const { enrolments, authenticators, recorder } = this.#deps;
    const { sub, session } = owner;
    const typed = { code: String(form.code), name: (form.name ?? '').trim() };
    const isEnrolled = await authenticators.isEnrolled(sub);
    const fault = nameFault(typed.name);
    if (fault) {
      return this.#showEnrolment(ctx, owner, isEnrolled, { name: typed.name, error: `name-${fault}` });
    }
    const confirmed = await enrolments.confirm(session.uid, sub, typed, recorder(ctx));
    if (confirmed === 'enrolled') {
      // A password given lately and a code just now are two factors, as on the way in: to ask for the next code
      // would prove nothing more. A further authenticator came after one was proved.
      if (!isEnrolled) await this.#raise(ctx, session);
      return redirect(ctx, `${HERE}?done=enrolled`);
    }
    if (confirmed === 'gone' || confirmed === 'full') return redirect(ctx, HERE);
    return this.#showEnrolment(ctx, owner, isEnrolled, { name: typed.name, error: confirmed });
  }

  /** The session has a second factor from now on, and another id. */
  async #raise(ctx: Context, session: StoredSession): Promise<void> {
    const { stepUp, withFactor, cookie } = this.#deps;
    try {
      const id = await stepUp.raise(session, { acr: withFactor, amr: ['pwd', 'otp', 'mfa'] });
      if (id !== undefined) cookie.give(ctx, id);
    } catch (err) {
      // The factor is enrolled already, and is asked for at the next page; an error page would say it was not.
      ctx.state.log.warn({ err }, 'a session could not be raised by its new factor');
    }
  }

  async #acknowledge(ctx: Context, owner: Owner, form: Form): Promise<void> {
    const { enrolments } = this.#deps;
    const { sub, session } = owner;
    const codes = await enrolments.codesToShow(session.uid, sub);
    if (codes && form.saved !== 'yes') return this.#showCodes(ctx, owner, codes, 'unsaved');
    await enrolments.acknowledge(session.uid, sub);
    redirect(ctx, codes ? `${HERE}?done=kept` : HERE);
  }

  async #rename(ctx: Context, owner: Owner, form: Form): Promise<void> {
    const typedName = (form.name ?? '').trim();
    const id = String(form.id);
    const fault = nameFault(typedName);
    if (fault) {
      return this.#showAll(ctx, owner, { typedName, error: `name-${fault}` }, { choice: 'rename', id });
    }
    await this.#deps.authenticators.rename(owner.sub, id, typedName);
    redirect(ctx, `${HERE}?done=renamed`);
  }

  async #showEnrolment(
    ctx: Context,
    owner: Owner,
    isEnrolled: boolean,
    shown: { name?: string; error?: EnrolError },
  ): Promise<void> {
    const { enrolments, csrf, page } = this.#deps;
    const { sub, session, userId, name: userName } = owner;
    const pending = await enrolments.pending(session.uid, sub, userId);
    const token = csrf.token(ctx);
    const form = { ...page(ctx), csrf: token, ending: endingOf(owner, token), action: HERE };
    const props = { ...form, ...pending, ...shown, userName };
    renderPage(
      ctx,
      EnrolSecondFactorPage({ ...props, reason: 'chosen', cancelHref: isEnrolled ? HERE : '/account' }),
    );
  }

  #showCodes(ctx: Context, owner: Owner, codes: readonly string[], error?: 'unsaved'): void {
    const { csrf, page } = this.#deps;
    const { userId, name: userName } = owner;
    const token = csrf.token(ctx);
    const form = { ...page(ctx), csrf: token, ending: endingOf(owner, token), action: HERE };
    const props = { ...form, codes, error, userId, userName };
    renderPage(ctx, RecoveryCodesPage(props));
  }

  async #showAll(ctx: Context, owner: Owner, shown: NameShown, asked = askedIn(ctx)): Promise<void> {
    const { authenticators, recoveryCodes, devices, list, propsOf } = this.#deps;
    const { sub } = owner;
    const [held, codesLeft, remembered, { sessions }] = await Promise.all([
      authenticators.list(sub),
      recoveryCodes.remaining(sub),
      devices.list(sub),
      list.openOfAccount(sub),
    ]);
    renderPage(
      ctx,
      AccountSecondFactorPage({
        ...propsOf(ctx, owner, HERE),
        ...shown,
        asked,
        codesLeft,
        sessions,
        authenticators: held,
        devices: remembered,
        fewCodes: FEW_CODES,
        mayAdd: held.length < MOST_AUTHENTICATORS,
        done: DONE.find((done) => done === ctx.query.done),
      }),
    );
  }
}

/** What the address asks about; nothing is done by opening one. */
function askedIn({ query }: Context): Asked | undefined {
  if (typeof query.rename === 'string') return { choice: 'rename', id: query.rename };
  if (typeof query.remove === 'string') return { choice: 'remove', id: query.remove };
  return query.regenerate === 'yes' ? { choice: 'regenerate' } : undefined;
}
