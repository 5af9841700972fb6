import { EVENTS } from '../../audit-events.ts';
import { renderPage } from '../../html/render.ts';
import type { Router } from '../../http/router.ts';
import { giveFile } from '../file.ts';
import type { AuditItem, AuditOperations } from '../operations/audit.ts';
import { AuditPage } from '../pages/audit.tsx';
import { address, asMoments, faultOf, only, type Visit, type Visits } from './visits.ts';

export interface AuditPagesDependencies {
  readonly visits: Visits;
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
    const { visits } = this.#deps;
    visits.page(router, HERE, (visit) => this.#search(visit));
    visits.page(router, `${HERE}/export`, (visit) => this.#export(visit));
  }

  async #search({ ctx, props, query, perform }: Visit): Promise<void> {
    const filter = only(query, FILTER);
    const exports = FORMATS.map(
      ([name, format]) =>
        [name, address(`${HERE}/export`, { format, ...only(filter, ['from', 'to']) })] as const,
    );
    const first = query.cursor && address(HERE, filter);
    const page = { ...props, filter, exports, first, events: Object.keys(EVENTS) };
    try {
      const asked = asMoments(only(query, [...FILTER, 'cursor']));
      const { items: rows, next_cursor: cursor } = await perform(this.#deps.operations.search, {
        query: asked,
      });
      const next = cursor ? address(HERE, { ...filter, cursor }) : undefined;
      renderPage(ctx, AuditPage({ ...page, rows, next }));
    } catch (error) {
      const [fault, rows] = [faultOf(error, props), [] as AuditItem[]];
      renderPage(ctx, AuditPage({ ...page, rows, next: undefined, error: fault }), { status: 400 });
    }
  }

  async #export({ ctx, query, perform }: Visit): Promise<void> {
    const asked = asMoments(only(query, ['format', 'from', 'to']));
    giveFile(ctx, await perform(this.#deps.operations.export, { query: asked }));
  }
}
