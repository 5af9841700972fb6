import { Form, HiddenFields } from '../../html/form.tsx';
import type { MessageId } from '../../html/messages.ts';
import { Time } from '../../html/time.tsx';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';
import { ConfirmOrCancel } from './confirm-or-cancel.tsx';

const SCOPES = {
  openid: 'scope.openid',
  profile: 'scope.profile',
  email: 'scope.email',
  phone: 'scope.phone',
  practice: 'scope.practice',
  offline_access: 'scope.offline_access',
} as const satisfies Record<string, MessageId>;

interface AppWithAccess {
  readonly clientId: string;
  readonly name: string;
  /** What was allowed, and when; null for an app of the operator's own, which asks nobody. */
  readonly consent: { readonly scopes: readonly string[]; readonly givenAt: Date } | null;
  /** Sign-ins that go on when the browser is closed, and since when. */
  readonly offline: { readonly count: number; readonly since: Date } | null;
}

interface AccountAppsPageProps extends AccountPageProps {
  readonly apps: readonly AppWithAccess[];
  /** The client_id that is about to lose access, and is asked about first. */
  readonly asked?: string | undefined;
  readonly done?: 'withdrawn' | undefined;
}

/** The apps that may see the person's data or stay signed in. Its form posts `choice` and `id`. */
export function AccountAppsPage(props: AccountAppsPageProps) {
  const { t, apps, done } = props;
  return (
    <AccountLayout
      {...props}
      name="account-apps"
      heading={t('account-apps.heading')}
      lead={t('account-apps.lead')}
      done={done && t('account-apps.withdrawn')}
    >
      <section class="panel">
        {apps.length === 0 ? (
          <p>{t('account-apps.none')}</p>
        ) : (
          <ul class="owned">
            {apps.map((app) => (
              <AppItem key={app.clientId} {...props} app={app} />
            ))}
          </ul>
        )}
      </section>
    </AccountLayout>
  );
}

function AppItem(props: AccountAppsPageProps & { app: AppWithAccess }) {
  const { app, asked, action, csrf, zone, t } = props;
  const { clientId, name, consent, offline } = app;
  return (
    <li data-access={clientId}>
      <div class="about">
        <b>{name}</b>
        {consent && <span>{t('account-apps.sees', { scopes: scopesInWords(consent.scopes, props) })}</span>}
        {consent && (
          <span>
            {t('account-apps.since')} <Time at={consent.givenAt} zone={zone} t={t} />
          </span>
        )}
        {offline && (
          <span>
            {t('account-apps.offline', { count: offline.count })}{' '}
            <Time at={offline.since} zone={zone} t={t} />
          </span>
        )}
      </div>
      {asked === clientId ? (
        <Form action={action} csrf={csrf} class="asked">
          <HiddenFields fields={{ choice: 'withdraw', id: clientId }} />
          <p>{t('account-apps.withdraw-what', { app: name, count: offline?.count ?? 0 })}</p>
          <ConfirmOrCancel action={action} t={t} class="danger">
            {t('account-apps.withdraw')}
          </ConfirmOrCancel>
        </Form>
      ) : (
        <div class="ways">
          <a
            href={`${action}?withdraw=${encodeURIComponent(clientId)}`}
            aria-label={t('account-apps.withdraw-it', { app: name })}
          >
            {t('account-apps.withdraw')}
          </a>
        </div>
      )}
    </li>
  );
}

function scopesInWords(scopes: readonly string[], { t }: AccountAppsPageProps): string {
  const words = Object.entries(SCOPES).flatMap(([scope, id]) => (scopes.includes(scope) ? [t(id)] : []));
  return new Intl.ListFormat(t.lang, { type: 'conjunction' }).format(words);
}
