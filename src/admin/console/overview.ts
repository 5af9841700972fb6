import { renderPage } from '../../html/render.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import { may } from '../operation-runner.ts';
import type { OverviewOperations } from '../operations/overview.ts';
import type { SessionOperations } from '../operations/sessions.ts';
import { LogoutNoticesPage } from '../pages/logout-notices.tsx';
import { OverviewPage } from '../pages/overview.tsx';
import type { ConsolePage, ConsolePages } from './console-pages.ts';
import { only, search } from './search.ts';

export interface OverviewPagesDependencies {
  readonly consolePages: ConsolePages;
  readonly operations: OverviewOperations;
  readonly sessions: SessionOperations;
}

const NOTICES = '/admin/logout-notices';

/** The console's first page, and what it leads to. */
export class OverviewPages {
  readonly #deps: OverviewPagesDependencies;

  constructor(deps: OverviewPagesDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    const { consolePages } = this.#deps;
    consolePages.page(router, '/admin', (page) => this.#show(page));
    consolePages.page(router, NOTICES, (page) => this.#notices(page));
  }

  async #show({ ctx, actor, props, query, perform }: ConsolePage): Promise<void> {
    const { operations } = this.#deps;
    // The help desk has one place, and comes straight to it.
    if (!may(operations.show, actor)) return redirect(ctx, '/admin/accounts');
    const facts = await perform(operations.show, { query: only(query, ['hours']) });
    renderPage(ctx, OverviewPage({ ...props, facts, hours: Number(query.hours ?? 24) }));
  }

  async #notices(page: ConsolePage): Promise<void> {
    const { ctx, query, perform } = page;
    const { notices } = this.#deps.sessions;
    const filter = only(query, ['status']);
    const found = await search(page, NOTICES, filter, (asked) => perform(notices, { query: asked }));
    renderPage(ctx, LogoutNoticesPage(found), { status: found.error ? 400 : 200 });
  }
}
