import type { Consent } from '../apps/consents.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { OfflineAccess } from '../sessions/app-access.ts';
import type { Access } from './access.ts';
import type { Frame } from './frame.tsx';
import { AccountAppsPage } from './pages/apps.tsx';

export interface AccountAppsDependencies {
  readonly access: Access;
  readonly frame: Frame;
  readonly consents: (sub: string) => Promise<readonly Consent[]>;
  readonly offline: (sub: string) => Promise<readonly OfflineAccess[]>;
  /** Takes back what an app may do, with all that was handed out on it; false when there was nothing. */
  readonly withdraw: (ctx: Context, sub: string, clientId: string) => Promise<boolean>;
  readonly appNames: () => Promise<(clientId: string) => string>;
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
    const { consents, offline, appNames, frame } = this.#deps;
    const [given, kept, nameOf] = await Promise.all([consents(owner.sub), offline(owner.sub), appNames()]);
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
        ...frame(ctx, owner, HERE),
        apps,
        asked: typeof withdraw === 'string' ? withdraw : undefined,
        done: done === 'withdrawn' ? 'withdrawn' : undefined,
      }),
    );
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    const isAsked = form.choice === 'withdraw' && form.id !== undefined;
    const done = isAsked && (await this.#deps.withdraw(ctx, owner.sub, String(form.id)));
    redirect(ctx, done ? `${HERE}?done=withdrawn` : HERE);
  }
}
