import { EVENTS } from '../../audit-events.ts';
import { renderPage } from '../../html/render.ts';
import type { Router } from '../../http/router.ts';
import { giveFile } from '../download.ts';
import type { AuditItem, AuditOperations } from '../operations/audit.ts';
import { AuditPage } from '../pages/audit.tsx';
import { address, asMoments, type ConsolePage, type ConsolePages, faultOf, only } from './console-pages.ts';

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

  async #search({ ctx, props, query, perform }: ConsolePage): Promise<void> {
    const filter = only(query, FILTER);
    const exports = FORMATS.map(
      ([name, format]) =>
        [name, address(`${HERE}/export`, { format, ...only(filter, ['from', 'to']) })] as const,
    );
    const first = query.cursor && address(HERE, filter);
    const common = { ...props, filter, exports, first, events: Object.keys(EVENTS) };
    try {
      const asked = asMoments(only(query, [...FILTER, 'cursor']));
      const { items: rows, next_cursor: cursor } = await perform(this.#deps.operations.search, {
        query: asked,
      });
      const next = cursor ? address(HERE, { ...filter, cursor }) : undefined;
      renderPage(ctx, AuditPage({ ...common, rows, next }));
    } catch (error) {
      const [fault, rows] = [faultOf(error, props), [] as AuditItem[]];
      renderPage(ctx, AuditPage({ ...common, rows, next: undefined, error: fault }), { status: 400 });
    }
  }

  async #export({ ctx, query, perform }: ConsolePage): Promise<void> {
    const asked = asMoments(only(query, ['format', 'from', 'to']));
    giveFile(ctx, await perform(this.#deps.operations.export, { query: asked }));
  }
}
