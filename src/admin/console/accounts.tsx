import type { MessageId } from '../../html/messages.ts';
import { renderPage } from '../../html/render.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { Operation } from '../operation.ts';
import { may } from '../operation-runner.ts';
import type { AccountOperations } from '../operations/accounts.ts';
import type { HelpDeskOperations } from '../operations/help-desk.ts';
import type { SessionOperations } from '../operations/sessions.ts';
import { AccountPage } from '../pages/account.tsx';
import { AccountsPage } from '../pages/accounts.tsx';
import { HelpDesk, type RunningReset } from '../pages/help-desk.tsx';
import { refusalWords } from '../pages/words.ts';
import { Problem } from '../problem.ts';
import type { ConsolePage, ConsolePages } from './console-pages.ts';
import { only, search } from './search.ts';

export interface AccountPagesDependencies {
  readonly consolePages: ConsolePages;
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
    const { consolePages, operations, helpDesk } = this.#deps;
    consolePages.page(router, LIST, (page) => this.#list(page));
    consolePages.page(router, ONE, (page) => this.#show(page));
    this.#simple(router, 'unlock', 'unlocked', operations.unlock);
    this.#simple(router, 'enable', 'enabled', operations.enable);
    this.#simple(router, 'send-reset', 'sent', operations.send);
    const { requireFactor } = operations;
    consolePages.act(router, `${ONE}/second-factor`, requireFactor, (page) => this.#requireFactor(page), ONE);
    consolePages.confirmed(router, `${ONE}/disable`, operations.disable, {
      ask: (page) => this.#askDisable(page),
      act: (page) => this.#act(page, 'disabled', operations.disable),
    });
    this.#simple(router, 'factor-reset/start', 'code-sent', helpDesk.start);
    this.#simple(router, 'factor-reset/verify', 'verified', helpDesk.verify, ({ code = '' }) => ({ code }));
    this.#simple(router, 'factor-reset/stop', 'stopped', helpDesk.stop);
    for (const step of ['request', 'approve'] as const) {
      consolePages.confirmed(router, `${ONE}/factor-reset/${step}`, helpDesk[step], {
        ask: (page) => this.#askReset(page, step),
        act: (page) => this.#act(page, step === 'request' ? 'requested' : 'approved', helpDesk[step]),
      });
    }
  }

  /** An act without a question, which comes back to the account and says what was done or why not. */
  #simple(router: Router, path: string, done: string, act: Operation, bodyOf?: (form: Form) => object): void {
    const handler = (page: ConsolePage) => this.#act(page, done, act, bodyOf?.(page.form));
    this.#deps.consolePages.act(router, `${ONE}/${path}`, act, handler, ONE);
  }

  async #act(page: ConsolePage, done: string, act: Operation, body?: object): Promise<void> {
    const { params, perform } = page;
    try {
      await perform(act, { params, body });
      redirect(page.ctx, `${LIST}/${params.sub}?done=${done}`);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
      await this.#show(page, error.detail);
    }
  }

  async #list(page: ConsolePage): Promise<void> {
    const { ctx, query, perform } = page;
    const { list } = this.#deps.operations;
    const found = await search(page, LIST, only(query, FILTER), (asked) => perform(list, { query: asked }));
    renderPage(ctx, AccountsPage(found), { status: found.error ? 400 : 200 });
  }

  async #show(page: ConsolePage, refused?: string): Promise<void> {
    const { ctx, props, params, query, actor, perform } = page;
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

  async #requireFactor({ ctx, params, form, perform }: ConsolePage): Promise<void> {
    const required = form.required === 'true';
    await perform(this.#deps.operations.requireFactor, { params, body: { required } });
    redirect(ctx, `${LIST}/${params.sub}?done=${required ? 'factor-required' : 'factor-free'}`);
  }

  async #askDisable({ confirm, props, params, perform }: ConsolePage): Promise<void> {
    const { t } = props;
    const { operations } = this.#deps;
    const person = await perform(operations.show, { params });
    const open = await perform(operations.disable, { params, body: { dry_run: true } });
    confirm({
      name: 'admin-account-disable',
      here: LIST,
      heading: t('admin-account.disable-heading', { user: person.user_id ?? person.name }),
      what: t('admin-account.disable-what', { count: open.sessions, offline: open.offline }),
      submit: t('admin-account.disable'),
      back: `${LIST}/${params.sub}`,
    });
  }

  async #askReset(page: ConsolePage, step: 'request' | 'approve'): Promise<void> {
    const { confirm, props, params, perform } = page;
    const { t } = props;
    const person = await perform(this.#deps.operations.show, { params });
    const words = { user: person.user_id ?? person.name };
    confirm({
      name: `admin-reset-${step}`,
      here: LIST,
      heading: t(step === 'request' ? 'admin-desk.request-heading' : 'admin-desk.approve-heading', words),
      what: t(step === 'request' ? 'admin-desk.request-what' : 'admin-desk.approve-what', {
        count: person.open_sessions,
      }),
      submit: t(step === 'request' ? 'admin-desk.request' : 'admin-desk.approve'),
      back: `${LIST}/${params.sub}`,
    });
  }
}
