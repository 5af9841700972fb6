import { renderPage } from '../../html/render.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { SessionOperations } from '../operations/sessions.ts';
import { SessionPage } from '../pages/session.tsx';
import { SessionsPage } from '../pages/sessions.tsx';
import type { ConsolePage, ConsolePages } from './console-pages.ts';
import { address, asMoments, only, search } from './search.ts';

export interface SessionPagesDependencies {
  readonly consolePages: ConsolePages;
  readonly operations: SessionOperations;
  /** The name of an app; its client_id where it has gone. */
  readonly appNames: () => Promise<(clientId: string) => string>;
}

const HERE = '/admin/sessions';
const OF_ACCOUNT = '/admin/accounts/:sub/sessions/end';
const CRITERIA = ['account', 'practice', 'address', 'app', 'device', 'from', 'to', 'reason'];

/** Sessions at the console: looking for them, and ending them. */
export class SessionPages {
  readonly #deps: SessionPagesDependencies;

  constructor(deps: SessionPagesDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    const { consolePages, operations } = this.#deps;
    const { end, endMatching, endAllOf, replay } = operations;
    const one = `${HERE}/:uid`;
    consolePages.page(router, HERE, (page) => this.#list(page));
    consolePages.confirmed(router, `${HERE}/end`, endMatching, {
      ask: (page) => this.#askMatching(page),
      act: (page) => this.#endMatching(page),
    });
    consolePages.page(router, one, (page) => this.#show(page));
    consolePages.act(router, `${one}/replay`, replay, (page) => this.#replay(page), one);
    consolePages.confirmed(router, `${one}/end`, end, {
      ask: (page) => this.#askOne(page),
      act: (page) => this.#endOne(page),
    });
    consolePages.confirmed(router, OF_ACCOUNT, endAllOf, {
      ask: (page) => this.#askAll(page),
      act: (page) => this.#endAll(page),
    });
  }

  async #list(page: ConsolePage): Promise<void> {
    const { ctx, props, query, perform } = page;
    const { operations, appNames } = this.#deps;
    const nameOf = await appNames();
    const filter = { state: 'open', ...only(query, [...CRITERIA, 'state']) };
    const found = await search(page, HERE, filter, ({ state, ...asked }) =>
      perform(operations.list, { query: state === 'all' ? asked : { ...asked, state } }),
    );
    const criteria = only(query, CRITERIA);
    const canEnd = found.rows.some(({ ended_at }) => !ended_at) && Object.keys(criteria).length > 0;
    const endThese = canEnd ? address(`${HERE}/end`, criteria) : undefined;
    const done = query.done && props.t('admin-sessions.done', { count: Number(query.done) || 0 });
    const status = found.error ? 400 : 200;
    renderPage(ctx, SessionsPage({ ...found, nameOf, endThese, done }), { status });
  }

  async #show({ ctx, props, params, query, perform }: ConsolePage): Promise<void> {
    const session = await perform(this.#deps.operations.show, { params });
    const done = query.done === 'replayed' ? props.t('admin-session.replayed') : undefined;
    renderPage(ctx, SessionPage({ ...props, session, done }));
  }

  async #replay({ ctx, params: { uid = '' }, form, perform }: ConsolePage): Promise<void> {
    await perform(this.#deps.operations.replay, { params: { id: form.id } });
    redirect(ctx, `${HERE}/${uid}?done=replayed`);
  }

  async #askOne({ confirm, props, params, perform }: ConsolePage): Promise<void> {
    const { t } = props;
    const { user_id, uid, ended_at } = await perform(this.#deps.operations.show, { params });
    confirm({
      name: 'admin-session-end',
      here: HERE,
      heading: t('admin-sessions.end-heading'),
      lead: user_id,
      what: t('admin-sessions.end-what', { count: ended_at ? 0 : 1 }),
      submit: t('admin-sessions.end'),
      back: `${HERE}/${uid}`,
      withNote: true,
    });
  }

  async #endOne({ ctx, params, form, perform }: ConsolePage): Promise<void> {
    const done = await perform(this.#deps.operations.end, { params, body: noted(form) });
    redirect(ctx, `${HERE}?done=${done.sessions}`);
  }

  async #askAll({ confirm, props, params, perform }: ConsolePage): Promise<void> {
    const { t } = props;
    const open = await perform(this.#deps.operations.endAllOf, { params, body: { dry_run: true } });
    confirm({
      name: 'admin-sessions-end',
      here: HERE,
      heading: t('admin-sessions.end-all-heading'),
      what: t('admin-sessions.end-all-what', { count: open.sessions, offline: open.offline }),
      submit: t('admin-sessions.end-all'),
      withNote: true,
      back: `/admin/accounts/${params.sub}`,
    });
  }

  async #endAll({ ctx, params, form, perform }: ConsolePage): Promise<void> {
    const done = await perform(this.#deps.operations.endAllOf, { params, body: noted(form) });
    redirect(ctx, `${HERE}?done=${done.sessions}`);
  }

  async #askMatching({ confirm, props, query, perform }: ConsolePage): Promise<void> {
    const { t } = props;
    const fields = only(query, CRITERIA);
    const body = { filter: asMoments(fields), dry_run: true };
    const { sessions: count, more } = await perform(this.#deps.operations.endMatching, { body });
    const what = t('admin-sessions.end-what', { count });
    confirm({
      name: 'admin-sessions-end',
      here: HERE,
      heading: t('admin-sessions.end-these-heading'),
      what: more ? `${what} ${t('admin-sessions.more')}` : what,
      lead: Object.entries(fields)
        .map(([name, value]) => `${name}: ${value}`)
        .join(', '),
      submit: t('admin-sessions.end-count', { count }),
      action: `${HERE}/end`,
      withNote: true,
      fields,
      back: address(HERE, fields),
    });
  }

  async #endMatching({ ctx, form, perform }: ConsolePage): Promise<void> {
    const filter = asMoments(only(form, CRITERIA));
    const done = await perform(this.#deps.operations.endMatching, { body: { filter, ...noted(form) } });
    redirect(ctx, `${HERE}?done=${done.sessions}`);
  }
}

function noted(form: Readonly<Record<string, string>>): { note?: string } {
  return form.note ? { note: form.note } : {};
}
