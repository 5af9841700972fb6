import { renderPage } from '../../html/render.ts';
import { redirect } from '../../http/redirect.ts';
import type { Router } from '../../http/router.ts';
import type { PracticeItem, PracticeOperations } from '../operations/practices.ts';
import { ConfirmPage } from '../pages/confirm.tsx';
import { PracticePage } from '../pages/practice.tsx';
import { PracticesPage } from '../pages/practices.tsx';
import { Problem } from '../problem.ts';
import { address, faultOf, only, type Visit, type Visits } from './visits.ts';

export interface PracticePagesDependencies {
  readonly visits: Visits;
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
    const { visits, operations } = this.#deps;
    const { create, addMember, endMembership } = operations;
    visits.page(router, LIST, (visit) => this.#list(visit));
    visits.act(router, LIST, create, (visit) => this.#create(visit));
    visits.page(router, ONE, (visit) => this.#show(visit));
    visits.act(router, ONE, addMember, (visit) => this.#add(visit));
    visits.confirmed(router, `${ONE}/members/:membership/end`, endMembership, {
      ask: (visit) => this.#askEnd(visit),
      act: (visit) => this.#end(visit),
    });
  }

  async #list({ ctx, props, query, perform }: Visit, wrong?: Fault): Promise<void> {
    const filter = only(query, ['q']);
    const page = { ...props, filter, first: query.cursor && address(LIST, filter) };
    try {
      const { items: practices, next_cursor: cursor } = await perform(this.#deps.operations.list, {
        query: only(query, ['q', 'cursor']),
      });
      const next = cursor ? address(LIST, { ...filter, cursor }) : undefined;
      const status = wrong ? { status: 400 } : {};
      renderPage(ctx, PracticesPage({ ...page, practices, next, error: wrong }), status);
    } catch (error) {
      const [fault, practices] = [faultOf(error, props), [] as PracticeItem[]];
      renderPage(ctx, PracticesPage({ ...page, practices, next: undefined, error: fault }), { status: 400 });
    }
  }

  async #create(visit: Visit): Promise<void> {
    const { ctx, form, props, perform } = visit;
    const npis = (form.npis ?? '').split(/[\s,]+/).filter(Boolean);
    const body = { name: form.name?.trim(), tax_id: form.tax_id?.trim(), npis };
    try {
      const { id } = await perform(this.#deps.operations.create, { body });
      redirect(ctx, `${LIST}/${id}?done=made`);
    } catch (error) {
      await this.#list(visit, told(error, 'name', props));
    }
  }

  async #show(visit: Visit, wrong?: Fault): Promise<void> {
    const { ctx, props, params, query, perform } = visit;
    const here = `${LIST}/${params.id}`;
    const found = await perform(this.#deps.operations.members, {
      params: { id: params.id },
      query: only(query, ['cursor']),
    });
    const { items: members, practice, next_cursor: cursor } = found;
    const page = { ...props, practice, members, done: query.done && props.t('admin-practice.done') };
    const next = cursor ? address(here, { cursor }) : undefined;
    const first = query.cursor && here;
    renderPage(ctx, PracticePage({ ...page, next, first, error: wrong }), wrong ? { status: 400 } : {});
  }

  async #add(visit: Visit): Promise<void> {
    const { ctx, form, params, props, perform } = visit;
    const body = { account: form.account?.trim(), role: form.role };
    try {
      await perform(this.#deps.operations.addMember, { params, body });
      redirect(ctx, `${LIST}/${params.id}?done=added`);
    } catch (error) {
      await this.#show(visit, told(error, 'account', props));
    }
  }

  async #askEnd(visit: Visit): Promise<void> {
    const { ctx, props, params } = visit;
    const { t } = props;
    renderPage(
      ctx,
      ConfirmPage({
        ...props,
        name: 'admin-membership-end',
        here: LIST,
        heading: t('admin-practice.end-heading'),
        what: t('admin-practice.end-what'),
        submit: t('admin-practice.end'),
        action: ctx.path,
        back: `${LIST}/${params.id}`,
      }),
    );
  }

  async #end({ ctx, params, perform }: Visit): Promise<void> {
    await perform(this.#deps.operations.endMembership, { params });
    redirect(ctx, `${LIST}/${params.id}?done=ended`);
  }
}

/** What was wrong with a form. @throws whatever else went wrong */
function told(error: unknown, field: string, props: Visit['props']): Fault {
  if (error instanceof Problem && error.code === 'conflict') {
    return { field, message: error.detail ?? error.title };
  }
  const fault = faultOf(error, props);
  const [first] = (error as Problem).faults;
  return { field: fault.field, message: `${fault.field} ${first?.detail ?? ''}` };
}
