import type { Consents } from '../apps/consents.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { AppAccess } from '../sessions/app-access.ts';
import type { WithdrawApp } from '../use-cases/withdraw-app.ts';
import type { Access } from './access.ts';
import type { AppNames } from './app-names.ts';
import type { PagePropsOf } from './page-props.tsx';
import { AccountAppsPage } from './pages/apps.tsx';

export interface AccountAppsDependencies {
  readonly access: Access;
  readonly propsOf: PagePropsOf;
  readonly consents: Pick<Consents, 'list'>;
  readonly appAccess: Pick<AppAccess, 'offlineOf'>;
  readonly withdrawApp: Pick<WithdrawApp, 'withdraw'>;
  readonly appNames: AppNames;
}

const HERE = '/account/apps';

/** The apps that may see a person's data, or stay signed in on a phone, until that is taken back. */
export class AccountApps {
  readonly #deps: AccountAppsDependencies;

  constructor(deps: AccountAppsDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
  }

  async #get(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    const { consents, appAccess, appNames, propsOf } = this.#deps;
    const [given, kept, nameOf] = await Promise.all([
      consents.list(owner.sub),
      appAccess.offlineOf(owner.sub),
      appNames(),
    ]);
    const ids = [...new Set([...given, ...kept].map(({ clientId }) => clientId))];
    const apps = ids.map((clientId) => ({
      clientId,
      name: nameOf(clientId),
      consent: given.find((each) => each.clientId === clientId) ?? null,
      offline: kept.find((each) => each.clientId === clientId) ?? null,
    }));
    const { withdraw, done } = ctx.query;
    renderPage(
      ctx,
      AccountAppsPage({
        ...propsOf(ctx, owner, HERE),
        apps,
        asked: typeof withdraw === 'string' ? withdraw : undefined,
        done: done === 'withdrawn' ? 'withdrawn' : undefined,
      }),
    );
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    const { choice, id: clientId } = form;
    const held = choice === 'withdraw' && clientId !== undefined && { account: owner.sub, clientId };
    const done = held && (await this.#deps.withdrawApp.withdraw(held, originOf(ctx)));
    redirect(ctx, done ? `${HERE}?done=withdrawn` : HERE);
  }
}
