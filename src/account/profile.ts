import type { Accounts } from '../accounts/accounts.ts';
import type { Directory } from '../accounts/directory.ts';
import type { Recorder } from '../audit-events.ts';
import { clock } from '../clock.ts';
import { keepLanguage } from '../html/choices.ts';
import { locales } from '../html/messages.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { Database } from '../postgres/database.ts';
import type { Access, Owner } from './access.ts';
import type { PagePropsOf } from './page-props.tsx';
import { ProfilePage } from './pages/profile.tsx';

export interface ProfileDependencies {
  readonly access: Access;
  readonly propsOf: PagePropsOf;
  readonly db: Database;
  readonly accounts: Pick<Accounts, 'changeProfile'>;
  readonly directory: Pick<Directory, 'membershipsOf'>;
  readonly recorder: (ctx: Context) => Recorder;
  /** Whether the issuer is https. */
  readonly secure: boolean;
}

const HERE = '/account';
const ZONES: readonly string[] = Intl.supportedValuesOf('timeZone');

/** A person's profile: the operator changes name, user ID and practices; they change language and time zone. */
export class Profile {
  readonly #deps: ProfileDependencies;

  constructor(deps: ProfileDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
  }

  async #get(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    const memberships = await this.#deps.directory.membershipsOf(owner.sub);
    const now = clock.now();
    const workplaces = memberships
      .filter(({ status, valid_to }) => status === 'active' && (valid_to?.getTime() ?? now + 1) > now)
      .map(({ practice, name, role, valid_from: since }) => ({ practice, name, role, since }));
    const { email, phoneNumber, locale } = owner.account;
    renderPage(
      ctx,
      ProfilePage({
        ...this.#deps.propsOf(ctx, owner, HERE),
        userName: owner.name,
        userId: owner.userId,
        email,
        phoneNumber,
        workplaces,
        zones: ZONES,
        locale: locales.find((each) => each === locale) ?? '',
        done: ctx.query.done === 'saved' ? 'saved' : undefined,
      }),
    );
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const owner = await this.#deps.access.reader(ctx, HERE);
    if (!owner) return;
    await this.#save(ctx, owner, form);
    redirect(ctx, `${HERE}?done=saved`);
  }

  async #save(ctx: Context, { sub, account }: Owner, form: Readonly<Record<string, string>>): Promise<void> {
    const { db, accounts, recorder, secure } = this.#deps;
    const locale = locales.find((each) => each === form.locale) ?? null;
    // A zone that was imported and that this Node does not know stays, if it is sent back.
    const known = ZONES.includes(form.zoneinfo ?? '') || form.zoneinfo === account.zoneinfo;
    const zoneinfo = known && form.zoneinfo ? form.zoneinfo : null;
    await db
      .transaction()
      .execute((tx) => accounts.changeProfile(tx, sub, { locale, zoneinfo }, recorder(ctx)));
    if (locale) keepLanguage(ctx, locale, secure);
  }
}
