import type { AuditReader, AuditRow } from '../audit/reader.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import { deviceName } from '../http/device-name.ts';
import type { Router } from '../http/router.ts';
import type { Access } from './access.ts';
import type { AppNames } from './app-names.ts';
import type { PagePropsOf } from './page-props.tsx';
import { AccountActivityPage, type Happening } from './pages/activity.tsx';

export interface AccountActivityDependencies {
  readonly access: Access;
  readonly propsOf: PagePropsOf;
  readonly reader: Pick<AuditReader, 'last'>;
  readonly appNames: AppNames;
}

const HERE = '/account/activity';
const MOST = 50;

/** What the audit log says of a person's own account, in their words. */
export class AccountActivity {
  readonly #deps: AccountActivityDependencies;

  constructor(deps: AccountActivityDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
  }

  async #get(ctx: Context): Promise<void> {
    const { access, propsOf, reader, appNames } = this.#deps;
    const owner = await access.reader(ctx, HERE);
    if (!owner) return;
    const [rows, nameOf] = await Promise.all([reader.last(MOST, { account: owner.sub }), appNames()]);
    const happenings = rows.reverse().map((row) => happeningOf(row, owner.sub, nameOf));
    renderPage(ctx, AccountActivityPage({ ...propsOf(ctx, owner, HERE), happenings }));
  }
}

/** Of what another person did, the page does not say who it was, or from where. */
function happeningOf(row: AuditRow, sub: string, nameOf: (clientId: string) => string): Happening {
  const { id, at, event, reason, actor } = row;
  const byOthers = actor !== null && actor !== sub;
  return {
    id,
    at,
    event,
    reason,
    byOthers,
    app: row.app === null ? null : nameOf(row.app),
    device: byOthers || row.user_agent === null ? null : deviceName(row.user_agent),
    address: byOthers ? null : row.address,
    changed: changedIn(row),
  };
}

/** The fields of the account that a row says were changed. */
function changedIn({ event, before, after }: AuditRow): string[] {
  if (event !== 'account.changed' || !before || !after) return [];
  return Object.keys(after).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}
