import type Router from '@koa/router';
import { deviceName } from '../../http/device-name.ts';
import { renderPage } from '../../html/render.ts';
import type { ListedSession } from '../../sessions/session-list.ts';
import type { SessionOperations } from '../operations/sessions.ts';
import { ConfirmPage } from '../pages/confirm.tsx';
import { type SessionRow, SessionsPage } from '../pages/sessions.tsx';
import { Problem } from '../problem.ts';
import { address, goTo, only, type Visit, type Visits } from './visits.ts';

export interface SessionPagesParts {
  readonly visits: Visits;
  readonly operations: SessionOperations;
  /** The name of an app; its client_id where it has gone. */
  readonly appNames: () => Promise<(clientId: string) => string>;
}

const HERE = '/admin/sessions';
const FILTER = ['account', 'ended'];

/** Sessions at the console: looking for them, and ending them. */
export class SessionPages {
  readonly #parts: SessionPagesParts;

  constructor(parts: SessionPagesParts) {
    this.#parts = parts;
  }

  mount(router: Router): void {
    const { visits } = this.#parts;
    visits.page(router, HERE, (visit) => this.#list(visit));
    visits.page(router, `${HERE}/:uid/end`, (visit) => this.#askOne(visit), { fresh: true });
    visits.act(router, `${HERE}/:uid/end`, (visit) => this.#endOne(visit), { fresh: true });
    visits.page(router, '/admin/accounts/:sub/sessions/end', (visit) => this.#askAll(visit), { fresh: true });
    visits.act(router, '/admin/accounts/:sub/sessions/end', (visit) => this.#endAll(visit), { fresh: true });
  }

  async #list({ ctx, props, query, perform }: Visit): Promise<void> {
    const { operations, appNames } = this.#parts;
    const filter = only(query, FILTER);
    const nameOf = await appNames();
    const page = { ...props, filter, first: query.cursor && address(HERE, filter) };
    try {
      const { items, next_cursor } = await perform(operations.list, {
        query: only(query, [...FILTER, 'cursor']),
      });
      const sessions = items.map((row) => shown(row, nameOf));
      const next = next_cursor ? address(HERE, { ...filter, cursor: next_cursor }) : undefined;
      const done = query.done
        ? props.t('admin-sessions.done', { count: Number(query.done) || 0 })
        : undefined;
      renderPage(ctx, SessionsPage({ ...page, sessions, next, done }));
    } catch (error) {
      const fault = faultOf(error, props);
      renderPage(ctx, SessionsPage({ ...page, sessions: [], next: undefined, error: fault }));
    }
  }

  async #askOne({ ctx, props }: Visit): Promise<void> {
    const { t } = props;
    renderPage(
      ctx,
      ConfirmPage({
        ...{ ...props, name: 'admin-session-end', here: HERE, heading: t('admin-sessions.end-heading') },
        ...{ what: t('admin-sessions.end-what', { count: 1 }), submit: t('admin-sessions.end') },
        ...{ action: ctx.path, back: HERE, withNote: true },
      }),
    );
  }

  async #endOne({ ctx, params, form, perform }: Visit): Promise<void> {
    const done = await perform(this.#parts.operations.end, { params, body: note(form) });
    goTo(ctx, `${HERE}?done=${done.sessions}`);
  }

  async #askAll({ ctx, props, params, perform }: Visit): Promise<void> {
    const { t } = props;
    const open = await perform(this.#parts.operations.endAllOf, { params, body: { dry_run: true } });
    renderPage(
      ctx,
      ConfirmPage({
        ...{ ...props, name: 'admin-sessions-end', here: HERE, heading: t('admin-sessions.end-all-heading') },
        what: t('admin-sessions.end-all-what', { count: open.sessions, offline: open.offline }),
        ...{ submit: t('admin-sessions.end-all'), action: ctx.path, withNote: true },
        back: `/admin/accounts/${params.sub}`,
      }),
    );
  }

  async #endAll({ ctx, params, form, perform }: Visit): Promise<void> {
    const done = await perform(this.#parts.operations.endAllOf, { params, body: note(form) });
    goTo(ctx, `${HERE}?done=${done.sessions}`);
  }
}

function note(form: Readonly<Record<string, string>>): { note?: string } {
  return form.note ? { note: form.note } : {};
}

function shown(row: ListedSession, nameOf: (clientId: string) => string): SessionRow {
  return {
    ...{ uid: row.uid, account: row.account, userId: row.user_id, address: row.address },
    ...{ device: deviceName(row.user_agent ?? ''), apps: row.apps.map(nameOf) },
    ...{ startedAt: row.started_at, lastSeenAt: row.last_seen_at },
    ...{ endedAt: row.ended_at, endReason: row.end_reason },
  };
}

/** Which field of a search cannot be understood. @throws whatever else went wrong */
export function faultOf(error: unknown, { t }: Visit['props']): { message: string; field: string } {
  if (!(error instanceof Problem) || error.code !== 'invalid-request') throw error;
  const field = error.faults[0]?.at.split('.')[1] ?? 'search';
  return { field, message: t('admin.not-understood') };
}
