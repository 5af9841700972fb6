import { AdminLayout, type AdminPageProps } from './admin-page.tsx';

interface TriedAppPageProps extends AdminPageProps {
  readonly clientId: string | undefined;
  /** What the app would have learnt; undefined where it would have been told an error. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  readonly refused: string | undefined;
}

/** What came of trying a sign-in: the claims of the ID token, or why there is none. */
export function TriedAppPage(props: TriedAppPageProps) {
  const { t, clientId, claims, refused } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-app-tried"
      here="/admin/apps"
      heading={t('admin-tried.heading', { app: clientId ?? '–' })}
      lead={claims ? t('admin-tried.claims') : t('admin-tried.none')}
    >
      <section class="panel">
        <pre class="json" id="claims">
          {claims ? JSON.stringify(claims, null, 2) : (refused ?? '–')}
        </pre>
        <p class="acts">
          <a
            class="button quiet"
            href={clientId ? `/admin/apps/${encodeURIComponent(clientId)}` : '/admin/apps'}
          >
            {t('admin-tried.back')}
          </a>
        </p>
      </section>
    </AdminLayout>
  );
}
