import { EVENTS } from '../../audit-events.ts';
import { renderPage } from '../../html/render.ts';
import type { Router } from '../../http/router.ts';
import { giveFile } from '../download.ts';
import type { AuditOperations } from '../operations/audit.ts';
import { AuditPage } from '../pages/audit.tsx';
import type { ConsolePage, ConsolePages } from './console-pages.ts';
import { address, asMoments, only, search } from './search.ts';

export interface AuditPagesDependencies {
  readonly consolePages: ConsolePages;
  readonly operations: AuditOperations;
}

const HERE = '/admin/audit';
const FILTER = [
  ...['event', 'outcome', 'reason', 'account', 'actor', 'app', 'session', 'address', 'request'],
  ...['text', 'from', 'to'],
];
const FORMATS = [
  ['JSON', 'jsonl'],
  ['CSV', 'csv'],
  ['OCSF', 'ocsf'],
] as const;

/** The audit log at the console. */
export class AuditPages {
  readonly #deps: AuditPagesDependencies;

  constructor(deps: AuditPagesDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    const { consolePages } = this.#deps;
    consolePages.page(router, HERE, (page) => this.#search(page));
    consolePages.page(router, `${HERE}/export`, (page) => this.#export(page));
  }

  async #search(page: ConsolePage): Promise<void> {
    const { ctx, query, perform } = page;
    const { search: operation } = this.#deps.operations;
    const filter = only(query, FILTER);
    const exports = FORMATS.map(
      ([name, format]) =>
        [name, address(`${HERE}/export`, { format, ...only(filter, ['from', 'to']) })] as const,
    );
    const found = await search(page, HERE, filter, (asked) => perform(operation, { query: asked }));
    const events = Object.keys(EVENTS);
    renderPage(ctx, AuditPage({ ...found, exports, events }), { status: found.error ? 400 : 200 });
  }

  async #export({ ctx, query, perform }: ConsolePage): Promise<void> {
    const asked = asMoments(only(query, ['format', 'from', 'to']));
    giveFile(ctx, await perform(this.#deps.operations.export, { query: asked }));
  }
}
