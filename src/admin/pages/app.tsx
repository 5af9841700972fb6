import { Form } from '../../html/form.tsx';
import { safeWebAddress } from '../../html/href.ts';
import { momentText } from '../../html/time.tsx';
import type { AppItem } from '../operations/apps.ts';
import { AdminLayout, type AdminPageProps, isOperator } from './admin-page.tsx';
import { Facts } from './table.tsx';

interface AppPageProps extends AdminPageProps {
  readonly app: AppItem & { readonly open_sessions: number; readonly offline_grants: number };
  /** A secret that was just made. */
  readonly secret?: string | undefined;
}

/** One app as it is registered. */
export function AppPage(props: AppPageProps) {
  const { t, app, secret } = props;
  const here = `/admin/apps/${encodeURIComponent(app.client_id)}`;
  return (
    <AdminLayout
      {...props}
      name="admin-app"
      here="/admin/apps"
      heading={app.name}
      lead={app.description ?? ''}
    >
      {secret && (
        <section class="panel" id="new-secret">
          <h2>{t('admin-app.secret')}</h2>
          <p>{t('admin-app.secret-once')}</p>
          <pre class="json" id="client-secret">
            {secret}
          </pre>
          <Form action={`${here}/secret-saved`} csrf={props.csrf}>
            <button type="submit" class="quiet" id="secret-saved">
              {t('admin-app.secret-saved')}
            </button>
          </Form>
        </section>
      )}
      <section class="panel">
        <Facts
          facts={[
            [t('admin-apps.client-id'), app.client_id],
            [
              t('admin-app.client-secret'),
              t(app.client_secret === 'set' ? 'admin-account.set' : 'admin-account.unset'),
            ],
            [t('admin-app.previous'), previousOf(props)],
            [t('admin-account.open-sessions'), String(app.open_sessions)],
            [t('admin-account.offline'), String(app.offline_grants)],
            [t('admin-apps.start'), <Start key="start" uri={app.start_uri} />],
          ]}
        />
        {isOperator(props) && (
          <div class="acts">
            {app.client_secret === 'set' && (
              <a class="button quiet" id="rotate" href={`${here}/rotate-secret`}>
                {t('admin-app.rotate')}
              </a>
            )}
            {props.app.registration.grant_types?.toString() !== 'client_credentials' && (
              <Form action={`${here}/try`} csrf={props.csrf}>
                <button type="submit" class="quiet" id="try">
                  {t('admin-app.try')}
                </button>
              </Form>
            )}
            <a class="button quiet" id="change" href={`${here}/change`}>
              {t('admin-app.change')}
            </a>
            <a class="button quiet risky" id="remove" href={`${here}/remove`}>
              {t('admin-app.remove')}
            </a>
          </div>
        )}
      </section>
      <section class="panel">
        <h2>{t('admin-app.registration')}</h2>
        <pre class="json">{JSON.stringify(app.registration, null, 2)}</pre>
      </section>
    </AdminLayout>
  );
}

function previousOf({ t, zone, app: { previous_secret_until: until } }: AppPageProps) {
  return (
    until && (
      <span id="previous-until">{t('admin-app.previous-until', { until: momentText(until, zone, t) })}</span>
    )
  );
}

function Start({ uri }: { uri: string | null }) {
  const address = safeWebAddress(uri);
  return address ? <a href={address}>{address}</a> : null;
}
