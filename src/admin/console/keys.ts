import { renderPage } from '../../html/render.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { KeyOperations } from '../operations/keys.ts';
import { KeysPage } from '../pages/keys.tsx';
import { Problem } from '../problem.ts';
import type { ConsolePage, ConsolePages } from './console-pages.ts';

export interface KeyPagesDependencies {
  readonly consolePages: ConsolePages;
  readonly operations: KeyOperations;
}

const HERE = '/admin/keys';

/** Signing keys at the console. */
export class KeyPages {
  readonly #deps: KeyPagesDependencies;

  constructor(deps: KeyPagesDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    const { consolePages, operations } = this.#deps;
    consolePages.page(router, HERE, (page) => this.#list(page));
    consolePages.confirmed(router, `${HERE}/rotate`, operations.rotate, {
      ask: (page) => this.#ask(page),
      act: (page) => this.#rotate(page),
    });
  }

  async #list({ ctx, props, query, perform }: ConsolePage, refused?: string): Promise<void> {
    const { items: keys } = await perform(this.#deps.operations.list);
    const done = query.done && props.t('admin-keys.rotated');
    const error = refused ? { message: refused, field: 'rotate' } : undefined;
    renderPage(ctx, KeysPage({ ...props, keys, done, error }), refused ? { status: 409 } : {});
  }

  async #ask(page: ConsolePage): Promise<void> {
    const { confirm, props } = page;
    const { t } = props;
    confirm({
      name: 'admin-keys-rotate',
      here: HERE,
      heading: t('admin-keys.rotate-heading'),
      what: t('admin-keys.rotate-what'),
      submit: t('admin-keys.rotate'),
      back: HERE,
    });
  }

  async #rotate(page: ConsolePage): Promise<void> {
    try {
      await page.perform(this.#deps.operations.rotate);
      redirect(page.ctx, `${HERE}?done=rotated`);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
      await this.#list(page, error.detail);
    }
  }
}
