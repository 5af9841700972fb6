import { Time } from '../../html/time.tsx';
import type { LogoutNoticeItem } from '../operations/session-notices.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { Pager, Table, Tag } from './table.tsx';

interface LogoutNoticesPageProps extends AdminPageProps {
  readonly notices: readonly LogoutNoticeItem[];
  readonly first: string | undefined;
  readonly next: string | undefined;
}

const OUTCOMES = {
  waiting: ['plain', 'admin-notices.waiting'],
  retrying: ['warn', 'admin-notices.retrying'],
  accepted: ['good', 'admin-notices.accepted'],
  dead: ['bad', 'admin-notices.dead'],
} as const;

/** What became of telling an app. */
export function NoticeOutcome({ outcome, t }: Pick<LogoutNoticeItem, 'outcome'> & Pick<AdminPageProps, 't'>) {
  const [kind, words] = OUTCOMES[outcome];
  return <Tag kind={kind}>{t(words)}</Tag>;
}

/** What became of telling apps that sessions ended. */
export function LogoutNoticesPage(props: LogoutNoticesPageProps) {
  const { t, zone, notices, first, next } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-logout-notices"
      here="/admin/sessions"
      heading={t('admin-notices.heading')}
      lead={t('admin-notices.lead')}
    >
      <section class="panel">
        <Table
          caption={t('admin-notices.heading')}
          rows={notices}
          id={({ id }) => id}
          none={t('admin-notices.none')}
          columns={[
            { key: 'app', label: t('admin-session.app'), cell: ({ client_id }) => client_id },
            {
              key: 'session',
              label: t('admin-sessions.account'),
              cell: ({ session, user_id, account }) => (
                <a href={`/admin/sessions/${encodeURIComponent(session)}`}>{user_id ?? account}</a>
              ),
            },
            {
              key: 'ended',
              label: t('admin-session.ended'),
              cell: ({ created_at: at }) => <Time at={at} zone={zone} t={t} />,
            },
            {
              key: 'outcome',
              label: t('admin-sessions.state'),
              cell: ({ outcome }) => <NoticeOutcome outcome={outcome} t={t} />,
            },
            {
              key: 'tries',
              label: t('admin-notices.tries'),
              cell: ({ attempts, last_error }) => (last_error ? `${attempts}: ${last_error}` : attempts),
            },
          ]}
        />
        <Pager first={first} next={next} t={t} />
      </section>
    </AdminLayout>
  );
}
