import { renderPage } from '../../html/render.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { PracticeOperations } from '../operations/practices.ts';
import { PracticePage } from '../pages/practice.tsx';
import { PracticesPage } from '../pages/practices.tsx';
import { Problem } from '../problem.ts';
import type { ConsolePage, ConsolePages } from './console-pages.ts';
import { address, faultOf, only, search } from './search.ts';

export interface PracticePagesDependencies {
  readonly consolePages: ConsolePages;
  readonly operations: PracticeOperations;
}

interface Fault {
  readonly message: string;
  readonly field: string;
}

const LIST = '/admin/practices';
const ONE = `${LIST}/:id`;

/** Practices and their members at the console. */
export class PracticePages {
  readonly #deps: PracticePagesDependencies;

  constructor(deps: PracticePagesDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    const { consolePages, operations } = this.#deps;
    const { create, addMember, endMembership } = operations;
    consolePages.page(router, LIST, (page) => this.#list(page));
    consolePages.act(router, LIST, create, (page) => this.#create(page));
    consolePages.page(router, ONE, (page) => this.#show(page));
    consolePages.act(router, ONE, addMember, (page) => this.#add(page));
    consolePages.confirmed(router, `${ONE}/members/:membership/end`, endMembership, {
      ask: (page) => this.#askEnd(page),
      act: (page) => this.#end(page),
    });
  }

  async #list(page: ConsolePage, wrong?: Fault): Promise<void> {
    const { ctx, query, perform } = page;
    const { list } = this.#deps.operations;
    const found = await search(page, LIST, only(query, ['q']), (asked) => perform(list, { query: asked }));
    const error = found.error ?? wrong;
    renderPage(ctx, PracticesPage({ ...found, error }), { status: error ? 400 : 200 });
  }

  async #create(page: ConsolePage): Promise<void> {
    const { ctx, form, props, perform } = page;
    const npis = (form.npis ?? '').split(/[\s,]+/).filter(Boolean);
    const body = { name: form.name?.trim(), tax_id: form.tax_id?.trim(), npis };
    try {
      const { id } = await perform(this.#deps.operations.create, { body });
      redirect(ctx, `${LIST}/${id}?done=made`);
    } catch (error) {
      await this.#list(page, told(error, 'name', props));
    }
  }

  async #show(page: ConsolePage, wrong?: Fault): Promise<void> {
    const { ctx, props, params, query, perform } = page;
    const here = `${LIST}/${params.id}`;
    const found = await perform(this.#deps.operations.members, {
      params: { id: params.id },
      query: only(query, ['cursor']),
    });
    const { items: rows, practice, next_cursor: cursor } = found;
    const common = { ...props, practice, rows, done: query.done && props.t('admin-practice.done') };
    const next = cursor ? address(here, { cursor }) : undefined;
    const first = query.cursor && here;
    renderPage(ctx, PracticePage({ ...common, next, first, error: wrong }), wrong ? { status: 400 } : {});
  }

  async #add(page: ConsolePage): Promise<void> {
    const { ctx, form, params, props, perform } = page;
    const body = { account: form.account?.trim(), role: form.role };
    try {
      await perform(this.#deps.operations.addMember, { params, body });
      redirect(ctx, `${LIST}/${params.id}?done=added`);
    } catch (error) {
      await this.#show(page, told(error, 'account', props));
    }
  }

  async #askEnd(page: ConsolePage): Promise<void> {
    const { confirm, props, params } = page;
    const { t } = props;
    confirm({
      name: 'admin-membership-end',
      here: LIST,
      heading: t('admin-practice.end-heading'),
      what: t('admin-practice.end-what'),
      submit: t('admin-practice.end'),
      back: `${LIST}/${params.id}`,
    });
  }

  async #end({ ctx, params, perform }: ConsolePage): Promise<void> {
    await perform(this.#deps.operations.endMembership, { params });
    redirect(ctx, `${LIST}/${params.id}?done=ended`);
  }
}

/** What was wrong with a form. @throws the error where it is another */
function told(error: unknown, field: string, props: ConsolePage['props']): Fault {
  if (error instanceof Problem && error.code === 'conflict') {
    return { field, message: error.detail ?? error.title };
  }
  const fault = faultOf(error, props);
  const [first] = error instanceof Problem ? error.faults : [];
  return { field: fault.field, message: `${fault.field} ${first?.detail ?? ''}` };
}
