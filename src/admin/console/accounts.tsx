import type { MessageId } from '../../html/messages.ts';
import { renderPage } from '../../html/render.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { Operation } from '../operation.ts';
import { may } from '../operation-runner.ts';
import type { AccountItem, AccountOperations } from '../operations/accounts.ts';
import type { HelpDeskOperations } from '../operations/help-desk.ts';
import type { SessionOperations } from '../operations/sessions.ts';
import { AccountPage } from '../pages/account.tsx';
import { AccountsPage } from '../pages/accounts.tsx';
import { ConfirmPage } from '../pages/confirm.tsx';
import { HelpDesk, type RunningReset } from '../pages/help-desk.tsx';
import { refusalWords } from '../pages/refusal.ts';
import { Problem } from '../problem.ts';
import { address, faultOf, only, type Visit, type Visits } from './visits.ts';

export interface AccountPagesDependencies {
  readonly visits: Visits;
  readonly operations: AccountOperations;
  readonly helpDesk: HelpDeskOperations;
  readonly sessions: SessionOperations;
  /** The reset that runs for an account. */
  readonly runningReset: (sub: string) => Promise<RunningReset | undefined>;
}

type Form = Readonly<Record<string, string>>;

const LIST = '/admin/accounts';
const ONE = `${LIST}/:sub`;
const FILTER = ['q', 'status', 'contact'];

const DONE: ReadonlyMap<string, MessageId> = new Map([
  ['unlocked', 'admin-account.unlocked'],
  ['enabled', 'admin-account.enabled'],
  ['disabled', 'admin-account.is-disabled'],
  ['sent', 'admin-account.sent'],
  ['factor-required', 'admin-account.factor-is-required'],
  ['factor-free', 'admin-account.factor-is-free'],
  ['code-sent', 'admin-desk.code-sent'],
  ['verified', 'admin-desk.verified'],
  ['requested', 'admin-desk.requested'],
  ['approved', 'admin-desk.approved'],
  ['stopped', 'admin-desk.stopped'],
]);

/** Accounts at the console. */
export class AccountPages {
  readonly #deps: AccountPagesDependencies;

  constructor(deps: AccountPagesDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    const { visits, operations, helpDesk } = this.#deps;
    visits.page(router, LIST, (visit) => this.#list(visit));
    visits.page(router, ONE, (visit) => this.#show(visit));
    this.#simple(router, 'unlock', 'unlocked', operations.unlock);
    this.#simple(router, 'enable', 'enabled', operations.enable);
    this.#simple(router, 'send-reset', 'sent', operations.send);
    const { requireFactor } = operations;
    visits.act(router, `${ONE}/second-factor`, requireFactor, (visit) => this.#requireFactor(visit), ONE);
    visits.confirmed(router, `${ONE}/disable`, operations.disable, {
      ask: (visit) => this.#askDisable(visit),
      act: (visit) => this.#act(visit, 'disabled', operations.disable),
    });
    this.#simple(router, 'factor-reset/start', 'code-sent', helpDesk.start);
    this.#simple(router, 'factor-reset/verify', 'verified', helpDesk.verify, ({ code = '' }) => ({ code }));
    this.#simple(router, 'factor-reset/stop', 'stopped', helpDesk.stop);
    for (const step of ['request', 'approve'] as const) {
      visits.confirmed(router, `${ONE}/factor-reset/${step}`, helpDesk[step], {
        ask: (visit) => this.#askReset(visit, step),
        act: (visit) => this.#act(visit, step === 'request' ? 'requested' : 'approved', helpDesk[step]),
      });
    }
  }

  /** An act without a question, which comes back to the account and says what was done or why not. */
  #simple(router: Router, path: string, done: string, act: Operation, bodyOf?: (form: Form) => object): void {
    const handler = (visit: Visit) => this.#act(visit, done, act, bodyOf?.(visit.form));
    this.#deps.visits.act(router, `${ONE}/${path}`, act, handler, ONE);
  }

  async #act(visit: Visit, done: string, act: Operation, body?: object): Promise<void> {
    const { params, perform } = visit;
    try {
      await perform(act, { params, body });
      redirect(visit.ctx, `${LIST}/${params.sub}?done=${done}`);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
      await this.#show(visit, error.detail);
    }
  }

  async #list({ ctx, props, query, perform }: Visit): Promise<void> {
    const filter = only(query, FILTER);
    const page = { ...props, filter, first: query.cursor && address(LIST, filter) };
    try {
      const asked = only(query, [...FILTER, 'cursor']);
      const { items: accounts, next_cursor: cursor } = await perform(this.#deps.operations.list, {
        query: asked,
      });
      const next = cursor ? address(LIST, { ...filter, cursor }) : undefined;
      renderPage(ctx, AccountsPage({ ...page, accounts, next }));
    } catch (error) {
      const [fault, accounts] = [faultOf(error, props), [] as AccountItem[]];
      renderPage(ctx, AccountsPage({ ...page, accounts, next: undefined, error: fault }), { status: 400 });
    }
  }

  async #show(visit: Visit, refused?: string): Promise<void> {
    const { ctx, props, params, query, actor, perform } = visit;
    const { operations, helpDesk, sessions, runningReset } = this.#deps;
    const person = await perform(operations.show, { params });
    const { t } = props;
    const done = DONE.get(query.done ?? '');
    const error = refused ? { message: refusalWords(refused, t), field: 'help-desk' } : undefined;
    const allowed = {
      verify: may(helpDesk.start, actor) && actor.name !== person.sub,
      approve: may(helpDesk.approve, actor) && actor.name !== person.sub,
      stop: may(helpDesk.stop, actor),
    };
    const running = await runningReset(person.sub);
    renderPage(
      ctx,
      AccountPage({
        ...props,
        person,
        error,
        done: done && t(done),
        may: {
          unlock: may(operations.unlock, actor),
          operate: may(operations.disable, actor),
          endSessions: may(sessions.endAllOf, actor),
          read: may(sessions.list, actor),
        },
        helpDesk: <HelpDesk {...props} sub={person.sub} running={running} may={allowed} />,
      }),
      refused ? { status: 409 } : {},
    );
  }

  async #requireFactor({ ctx, params, form, perform }: Visit): Promise<void> {
    const required = form.required === 'true';
    await perform(this.#deps.operations.requireFactor, { params, body: { required } });
    redirect(ctx, `${LIST}/${params.sub}?done=${required ? 'factor-required' : 'factor-free'}`);
  }

  async #askDisable({ ctx, props, params, perform }: Visit): Promise<void> {
    const { t } = props;
    const { operations } = this.#deps;
    const person = await perform(operations.show, { params });
    const open = await perform(operations.disable, { params, body: { dry_run: true } });
    renderPage(
      ctx,
      ConfirmPage({
        ...props,
        name: 'admin-account-disable',
        here: LIST,
        heading: t('admin-account.disable-heading', { user: person.user_id ?? person.name }),
        what: t('admin-account.disable-what', { count: open.sessions, offline: open.offline }),
        submit: t('admin-account.disable'),
        action: ctx.path,
        back: `${LIST}/${params.sub}`,
      }),
    );
  }

  async #askReset(visit: Visit, step: 'request' | 'approve'): Promise<void> {
    const { ctx, props, params, perform } = visit;
    const { t } = props;
    const person = await perform(this.#deps.operations.show, { params });
    const words = { user: person.user_id ?? person.name };
    renderPage(
      ctx,
      ConfirmPage({
        ...props,
        name: `admin-reset-${step}`,
        here: LIST,
        heading: t(step === 'request' ? 'admin-desk.request-heading' : 'admin-desk.approve-heading', words),
        what: t(step === 'request' ? 'admin-desk.request-what' : 'admin-desk.approve-what', {
          count: person.open_sessions,
        }),
        submit: t(step === 'request' ? 'admin-desk.request' : 'admin-desk.approve'),
        action: ctx.path,
        back: `${LIST}/${params.sub}`,
      }),
    );
  }
}
