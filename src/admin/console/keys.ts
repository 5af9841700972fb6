import { renderPage } from '../../html/render.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { KeyOperations } from '../operations/keys.ts';
import { ConfirmPage } from '../pages/confirm.tsx';
import { KeysPage } from '../pages/keys.tsx';
import { Problem } from '../problem.ts';
import type { Visit, Visits } from './visits.ts';

export interface KeyPagesDependencies {
  readonly visits: Visits;
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
    const { visits, operations } = this.#deps;
    visits.page(router, HERE, (visit) => this.#list(visit));
    visits.confirmed(router, `${HERE}/rotate`, operations.rotate, {
      ask: (visit) => this.#ask(visit),
      act: (visit) => this.#rotate(visit),
    });
  }

  async #list({ ctx, props, query, perform }: Visit, refused?: string): Promise<void> {
    const { items: keys } = await perform(this.#deps.operations.list);
    const done = query.done && props.t('admin-keys.rotated');
    const error = refused ? { message: refused, field: 'rotate' } : undefined;
    renderPage(ctx, KeysPage({ ...props, keys, done, error }), refused ? { status: 409 } : {});
  }

  async #ask(visit: Visit): Promise<void> {
    const { ctx, props } = visit;
    const { t } = props;
    renderPage(
      ctx,
      ConfirmPage({
        ...props,
        name: 'admin-keys-rotate',
        here: HERE,
        heading: t('admin-keys.rotate-heading'),
        what: t('admin-keys.rotate-what'),
        submit: t('admin-keys.rotate'),
        action: ctx.path,
        back: HERE,
      }),
    );
  }

  async #rotate(visit: Visit): Promise<void> {
    try {
      await visit.perform(this.#deps.operations.rotate);
      redirect(visit.ctx, `${HERE}?done=rotated`);
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'conflict') throw error;
      await this.#list(visit, error.detail);
    }
  }
}
