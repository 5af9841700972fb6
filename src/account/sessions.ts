import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { ListedSession, SessionList } from '../sessions/session-list.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Access, Owner } from './access.ts';
import type { AppNames } from './app-names.ts';
import type { PagePropsOf } from './page-props.tsx';
import { AccountSessionsPage } from './pages/sessions.tsx';

export interface AccountSessionsDependencies {
  readonly access: Access;
  readonly propsOf: PagePropsOf;
  readonly list: Pick<SessionList, 'page' | 'openAccount' | 'openOfAccount'>;
  readonly sessions: Pick<Sessions, 'end' | 'endAllOf'>;
  readonly appNames: AppNames;
}

const HERE = '/account/sessions';
/** Sessions that are listed; ending all others ends those beyond too. */
const MOST = 50;

/** Where a person is signed in, and how they end it. Looking needs a session; so does ending one. */
export class AccountSessions {
  readonly #deps: AccountSessionsDependencies;

  constructor(deps: AccountSessionsDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
  }

  async #get(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    const { list, appNames, propsOf } = this.#deps;
    const [page, { sessions }, nameOf] = await Promise.all([
      list.page({ account: owner.sub, state: 'open', limit: MOST }),
      list.openOfAccount(owner.sub),
      appNames(),
    ]);
    const rows = page.rows.map((row) => shown(row, owner, nameOf));
    const { end, done } = ctx.query;
    renderPage(
      ctx,
      AccountSessionsPage({
        ...propsOf(ctx, owner, HERE),
        sessions: rows.sort((one, other) => Number(other.isThis) - Number(one.isThis)),
        others: Math.max(0, sessions - 1),
        asked: typeof end === 'string' ? end : undefined,
        done: done === 'ended' ? 'ended' : undefined,
      }),
    );
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    const { list, sessions } = this.#deps;
    const end = { reason: 'revoked', by: owner.sub, origin: originOf(ctx) } as const;
    if (form.choice === 'end-others') {
      await sessions.endAllOf(owner.sub, { ...end, except: owner.session.uid });
      return redirect(ctx, `${HERE}?done=ended`);
    }
    const id = form.id ?? '';
    // Nobody ends another account's session, even with its uid.
    if (form.choice !== 'end' || (await list.openAccount(id)) !== owner.sub) return redirect(ctx, HERE);
    await sessions.end(id, end);
    redirect(ctx, `${HERE}?done=ended`);
  }
}

function shown(row: ListedSession, { session }: Owner, nameOf: (clientId: string) => string) {
  return {
    uid: row.uid,
    device: row.device,
    address: row.address,
    place: row.place,
    startedAt: row.started_at,
    lastSeenAt: row.last_seen_at,
    isThis: row.uid === session.uid,
    apps: row.apps.map(nameOf),
  };
}
