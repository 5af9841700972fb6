import { renderPage } from '../../html/render.ts';
import { momentText } from '../../html/time.tsx';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { ToShow } from '../../redis/to-show.ts';
import type { AppPreviews } from '../app-preview.ts';
import type { AppOperations } from '../operations/apps.ts';
import { AppPage } from '../pages/app.tsx';
import { AppsPage } from '../pages/apps.tsx';
import { RegisterAppPage } from '../pages/register-app.tsx';
import { TriedAppPage } from '../pages/tried-app.tsx';
import { Problem } from '../problem.ts';
import type { ConsolePage, ConsolePages } from './console-pages.ts';
import { readRegistration, writeRegistration } from './registration-form.ts';
import { address, only } from './search.ts';

export interface AppPagesDependencies {
  readonly consolePages: ConsolePages;
  readonly operations: AppOperations;
  readonly previews: Pick<AppPreviews, 'begin' | 'end'>;
  /** Secrets that were just made, until they are put away. */
  readonly secrets: Pick<ToShow<string>, 'keep' | 'find' | 'forget'>;
}

/** The scopes that a preview asks for where the app's registration names none. */
const SCOPES = 'openid profile email phone practice';

const LIST = '/admin/apps';
const ONE = `${LIST}/:client_id`;
/** s that the old secret stays good: a working day, so that everybody can change over. */
const OVERLAP = 24 * 3600;

/** What was done, as the address of the page after it says. */
const DONE = [
  ['registered', 'admin-app.registered'],
  ['rotated', 'admin-app.rotated'],
] as const;
type Done = (typeof DONE)[number][0];

/** Apps at the console. */
export class AppPages {
  readonly #deps: AppPagesDependencies;

  constructor(deps: AppPagesDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    const { consolePages, operations } = this.#deps;
    const { register, rotateSecret, remove } = operations;
    consolePages.page(router, LIST, (page) => this.#list(page));
    consolePages.confirmed(router, `${LIST}/new`, register, {
      ask: (page) => this.#ask(page),
      act: (page) => this.#register(page),
    });
    consolePages.page(router, `${LIST}/tried`, (page) => this.#tried(page), register);
    consolePages.page(router, ONE, (page) => this.#show(page));
    consolePages.act(router, `${ONE}/try`, register, (page) => this.#try(page), ONE);
    consolePages.confirmed(router, `${ONE}/change`, register, {
      ask: (page) => this.#askChange(page),
      act: (page) => this.#register(page),
    });
    consolePages.confirmed(router, `${ONE}/rotate-secret`, rotateSecret, {
      ask: (page) => this.#askRotate(page),
      act: (page) => this.#rotate(page),
    });
    consolePages.act(router, `${ONE}/secret-saved`, operations.show, (page) => this.#putAway(page), ONE);
    consolePages.confirmed(router, `${ONE}/remove`, remove, {
      ask: (page) => this.#askRemove(page),
      act: (page) => this.#remove(page),
    });
  }

  async #list({ ctx, props, query, perform }: ConsolePage): Promise<void> {
    const { items: apps } = await perform(this.#deps.operations.list);
    const done = query.done === 'removed' ? props.t('admin-app.removed') : undefined;
    renderPage(ctx, AppsPage({ ...props, apps, done }));
  }

  async #show(page: ConsolePage): Promise<void> {
    const { ctx, props, params, query, session, perform } = page;
    const app = await perform(this.#deps.operations.show, { params });
    const [, done] = DONE.find(([name]) => name === query.done) ?? [];
    // Only where the act led to, so that the app's page itself can be shown to others.
    const secret = done && (await this.#deps.secrets.find(session, app.client_id));
    renderPage(ctx, AppPage({ ...props, app, secret, done: done && props.t(done) }));
  }

  /** To the app's page by its address: reloading that does nothing again, and shows the same secret. */
  async #tell(
    { ctx, session }: ConsolePage,
    clientId: string,
    done: Done,
    secret: string | null,
  ): Promise<void> {
    const { secrets } = this.#deps;
    if (secret === null) await secrets.forget(session, clientId);
    else await secrets.keep(session, clientId, secret);
    redirect(ctx, address(pageOf(clientId), { done }));
  }

  async #putAway({ ctx, params: { client_id: clientId = '' }, session }: ConsolePage): Promise<void> {
    await this.#deps.secrets.forget(session, clientId);
    redirect(ctx, pageOf(clientId));
  }

  async #ask(page: ConsolePage): Promise<void> {
    renderPage(page.ctx, RegisterAppPage({ ...page.props, form: {}, mistakes: [], action: `${LIST}/new` }));
  }

  async #askChange(page: ConsolePage): Promise<void> {
    const { ctx, props, params, perform } = page;
    const app = await perform(this.#deps.operations.show, { params });
    const form = writeRegistration(app.registration);
    const common = { ...props, form, mistakes: [], changed: app.client_id };
    renderPage(ctx, RegisterAppPage({ ...common, action: ctx.path }));
  }

  async #register(page: ConsolePage): Promise<void> {
    const { ctx, props, form, params, perform } = page;
    const { operations } = this.#deps;
    const changed = params.client_id;
    const before = changed === undefined ? undefined : await perform(operations.show, { params });
    const taken = !changed && form.client_id && (await this.#isTaken(page, form.client_id.trim()));
    const body = {
      ...readRegistration(form, before?.registration),
      ...(changed ? { client_id: changed } : {}),
    };
    try {
      if (taken) throw new Problem('invalid-request', undefined, [TAKEN]);
      const { client_id: clientId, secret } = await perform(operations.register, { body });
      await this.#tell(page, clientId, 'registered', secret);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'invalid-request') throw error;
      const mistakes = error.faults.map(({ at, detail }) => ({ field: fieldOf(at), detail }));
      const common = { ...props, form, mistakes, changed, action: ctx.path };
      renderPage(ctx, RegisterAppPage(common), { status: 400 });
    }
  }

  /** The form for a new app must not change one that there is. */
  async #isTaken({ perform }: ConsolePage, clientId: string): Promise<boolean> {
    const { items } = await perform(this.#deps.operations.list);
    return items.some((app) => app.client_id === clientId);
  }

  async #try(page: ConsolePage): Promise<void> {
    const { ctx, params, actor, perform } = page;
    const { client_id: clientId, registration } = await perform(this.#deps.operations.show, { params });
    const scope = typeof registration.scope === 'string' ? registration.scope : SCOPES;
    redirect(
      ctx,
      await this.#deps.previews.begin(clientId, scope.replace(' offline_access', ''), actor.name),
    );
  }

  async #tried(page: ConsolePage): Promise<void> {
    const { ctx, props, query, actor } = page;
    const ended = await this.#deps.previews.end(only(query, ['state', 'code']), actor.name);
    const { clientId, claims } = ended ?? { clientId: undefined, claims: undefined };
    // Without a preview that this operator began, the query is a stranger's text and is not shown.
    const refused = ended && query.error;
    renderPage(ctx, TriedAppPage({ ...props, clientId, claims, refused }));
  }

  async #askRotate(page: ConsolePage, status = 200): Promise<void> {
    const { confirm, props, params, perform } = page;
    const { t, zone } = props;
    const app = await perform(this.#deps.operations.show, { params });
    const hours = OVERLAP / 3600;
    const until = app.previous_secret_until;
    const what = until
      ? t('admin-app.rotate-overlaps', { hours, until: momentText(until, zone, t) })
      : t('admin-app.rotate-what', { hours });
    confirm(
      {
        name: 'admin-app-rotate',
        here: LIST,
        what,
        heading: t('admin-app.rotate-heading', { app: app.name }),
        submit: t('admin-app.rotate'),
        back: pageOf(app.client_id),
        choice: { name: 'leaked', label: t('admin-app.leaked') },
        ...(until ? { fields: { ends_previous: until.toISOString() } } : {}),
      },
      status,
    );
  }

  async #rotate(page: ConsolePage): Promise<void> {
    const { params, form, perform } = page;
    const overlap = form.leaked === 'yes' ? 0 : OVERLAP;
    const body = { overlap, ...only(form, ['ends_previous']) };
    try {
      const { client_id, secret } = await perform(this.#deps.operations.rotateSecret, { params, body });
      await this.#tell(page, client_id, 'rotated', secret);
    } catch (error) {
      // Another rotation was quicker: the page says what would end now, and asks.
      if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
      const { previous_secret_until: until } = await perform(this.#deps.operations.show, { params });
      if (!until) throw error;
      await this.#askRotate(page, 409);
    }
  }

  async #askRemove(page: ConsolePage): Promise<void> {
    const { confirm, props, params, perform } = page;
    const { t } = props;
    const open = await perform(this.#deps.operations.remove, { params, body: { dry_run: true } });
    confirm({
      name: 'admin-app-remove',
      here: LIST,
      heading: t('admin-app.remove-heading', { app: open.client_id }),
      what: t('admin-app.remove-what', { count: open.sessions, offline: open.offline }),
      submit: t('admin-app.remove'),
      back: pageOf(open.client_id),
    });
  }

  async #remove({ ctx, params, session, perform }: ConsolePage): Promise<void> {
    await perform(this.#deps.operations.remove, { params });
    await this.#deps.secrets.forget(session, params.client_id ?? '');
    redirect(ctx, `${LIST}?done=removed`);
  }
}

function pageOf(clientId: string): string {
  return `${LIST}/${encodeURIComponent(clientId)}`;
}

const TAKEN = {
  at: 'body.client_id',
  detail: 'belongs to another app. Change that app, or choose another client ID',
};

/** `body.demands.fresh` -> `fresh`; `body.redirect_uris[0]` -> `redirect_uris`. */
function fieldOf(at: string): string {
  const last = at.replace(/\[.*$/, '').split('.').at(-1) ?? '';
  return last === 'grant_types' || last === 'application_type' ? 'kind' : last;
}
