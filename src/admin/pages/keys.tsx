import type { KeyItem } from '../operations/keys.ts';
import { AdminLayout, type AdminPageProps, isOperator } from './admin-page.tsx';
import { Table, Tag, timeCell } from './table.tsx';

interface KeysPageProps extends AdminPageProps {
  readonly keys: readonly KeyItem[];
}

const STATES = {
  signing: ['good', 'admin-keys.signing'],
  next: ['warn', 'admin-keys.next'],
  verifying: ['plain', 'admin-keys.verifying'],
  retired: ['plain', 'admin-keys.retired'],
} as const;

/** The keys that sign what apps are given. */
export function KeysPage(props: KeysPageProps) {
  const { t, keys } = props;
  const time = timeCell(props);
  return (
    <AdminLayout
      {...props}
      name="admin-keys"
      here="/admin/keys"
      heading={t('admin.keys')}
      lead={t('admin-keys.lead')}
    >
      <section class="panel">
        <Table
          caption={t('admin.keys')}
          rows={keys}
          id={({ kid }) => kid}
          none="–"
          columns={[
            [t('admin-keys.kid'), ({ kid }) => kid],
            [t('admin-keys.alg'), ({ alg }) => alg],
            [
              t('admin-sessions.state'),
              ({ state }) => <Tag kind={STATES[state][0]}>{t(STATES[state][1])}</Tag>,
            ],
            [t('admin-keys.signs-from'), ({ active_from }) => time(active_from)],
            [t('admin-keys.published-until'), ({ retired_at }) => time(retired_at)],
          ]}
        />
        {isOperator(props) && (
          <p class="acts">
            <a class="button quiet" id="rotate" href="/admin/keys/rotate">
              {t('admin-keys.rotate')}
            </a>
          </p>
        )}
      </section>
    </AdminLayout>
  );
}
