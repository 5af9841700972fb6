import { renderPage } from '../../html/render.ts';
import type { Router } from '../../http/router.ts';
import { giveFile } from '../download.ts';
import type { AccessReportOperations } from '../operations/access-report.ts';
import type { AppOperations } from '../operations/apps.ts';
import { AccessReportPage } from '../pages/access-report.tsx';
import { Problem } from '../problem.ts';
import type { ConsolePage, ConsolePages } from './console-pages.ts';
import { address, asMoments, faultOf, only } from './search.ts';

export interface AccessReportPagesDependencies {
  readonly consolePages: ConsolePages;
  readonly operations: AccessReportOperations;
  readonly apps: Pick<AppOperations, 'list'>;
}

const HERE = '/admin/audit/access';
const FORMATS = [
  ['JSON', 'jsonl'],
  ['CSV', 'csv'],
] as const;

/** Who could open an app at a moment, at the console. */
export class AccessReportPages {
  readonly #deps: AccessReportPagesDependencies;

  constructor(deps: AccessReportPagesDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    const { consolePages } = this.#deps;
    consolePages.page(router, HERE, (page) => this.#show(page));
    consolePages.page(router, `${HERE}/export`, (page) => this.#export(page));
  }

  async #show(page: ConsolePage): Promise<void> {
    const { ctx, props, query, perform } = page;
    const { operations, apps } = this.#deps;
    const filter = only(query, ['app', 'at']);
    const known = (await perform(apps.list)).items.map(({ client_id }) => client_id);
    const common = { ...props, filter, apps: known, exports: exportsOf(filter) };
    if (Object.keys(filter).length === 0) return renderPage(ctx, AccessReportPage(common));
    try {
      const report = await perform(operations.whoCouldOpen, { query: asMoments(filter) });
      renderPage(ctx, AccessReportPage({ ...common, report }));
    } catch (error) {
      const isUnknown = error instanceof Problem && error.code === 'not-found';
      const fault = isUnknown
        ? { field: 'app', message: props.t('admin-access.no-app') }
        : faultOf(error, props);
      renderPage(ctx, AccessReportPage({ ...common, error: fault }), { status: isUnknown ? 404 : 400 });
    }
  }

  async #export({ ctx, query, perform }: ConsolePage): Promise<void> {
    const asked = asMoments(only(query, ['app', 'at', 'format']));
    giveFile(ctx, await perform(this.#deps.operations.export, { query: asked }));
  }
}

function exportsOf(filter: Readonly<Record<string, string>>) {
  return FORMATS.map(([name, format]) => [name, address(`${HERE}/export`, { ...filter, format })] as const);
}
