import { Time } from '../../html/time.tsx';
import type { KeyItem } from '../operations/keys.ts';
import { AdminLayout, type AdminPageProps, isOperator } from './admin-page.tsx';
import { Table, Tag } from './table.tsx';

interface KeysPageProps extends AdminPageProps {
  readonly keys: readonly KeyItem[];
  readonly done?: string | undefined;
  readonly error?: { readonly message: string; readonly field: string } | undefined;
}

const STATES = {
  signing: ['good', 'admin-keys.signing'],
  next: ['warn', 'admin-keys.next'],
  verifying: ['plain', 'admin-keys.verifying'],
  retired: ['plain', 'admin-keys.retired'],
} as const;

/** The keys that sign what apps are given. */
export function KeysPage(props: KeysPageProps) {
  const { t, zone, keys } = props;
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
            { key: 'kid', label: t('admin-keys.kid'), cell: ({ kid }) => kid },
            { key: 'alg', label: t('admin-keys.alg'), cell: ({ alg }) => alg },
            {
              key: 'state',
              label: t('admin-sessions.state'),
              cell: ({ state }) => <Tag kind={STATES[state][0]}>{t(STATES[state][1])}</Tag>,
            },
            {
              key: 'from',
              label: t('admin-keys.signs-from'),
              cell: ({ active_from: at }) => <Time at={at} zone={zone} t={t} />,
            },
            {
              key: 'to',
              label: t('admin-keys.published-until'),
              cell: ({ retired_at: at }) => (at ? <Time at={at} zone={zone} t={t} /> : '–'),
            },
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
