import type { AppItem } from '../operations/apps.ts';
import { AdminLayout, type AdminPageProps, isOperator } from './admin-page.tsx';
import { Table, Tag } from './table.tsx';

interface AppsPageProps extends AdminPageProps {
  readonly apps: readonly AppItem[];
}

/** The apps that delegate their sign-in, and programs. */
export function AppsPage(props: AppsPageProps) {
  const { t, apps } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-apps"
      here="/admin/apps"
      heading={t('admin.apps')}
      lead={t('admin-apps.lead')}
    >
      {isOperator(props) && (
        <a class="button quiet" id="register" href="/admin/apps/new">
          {t('admin-apps.register')}
        </a>
      )}
      <section class="panel">
        <Table
          caption={t('admin.apps')}
          rows={apps}
          id={({ client_id }) => client_id}
          none={t('admin-apps.none')}
          columns={[
            [
              t('admin-apps.name'),
              ({ client_id, name }) => <a href={`/admin/apps/${encodeURIComponent(client_id)}`}>{name}</a>,
            ],
            [t('admin-apps.client-id'), ({ client_id }) => client_id],
            [t('admin-apps.kind'), (app) => kindOf(app, props.t)],
            [
              t('admin-apps.consent'),
              ({ first_party }) =>
                first_party ? t('admin-apps.first-party') : <Tag kind="warn">{t('admin-apps.asks')}</Tag>,
            ],
            [t('admin-apps.start'), ({ start_uri }) => start_uri ?? '–'],
          ]}
        />
      </section>
    </AdminLayout>
  );
}

function kindOf({ registration }: AppItem, t: AdminPageProps['t']): string {
  const { grant_types: grants, application_type: type } = registration as {
    grant_types?: readonly string[];
    application_type?: string;
  };
  if (grants?.includes('client_credentials')) return t('admin-apps.program');
  return type === 'native' ? t('admin-apps.native') : t('admin-apps.web');
}
