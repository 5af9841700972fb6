import type { LogoutNoticeItem } from '../operations/session-notices.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { Listing, type SearchProps, Tag, timeCell } from './table.tsx';

type LogoutNoticesPageProps = SearchProps<LogoutNoticeItem>;

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
  const { t } = props;
  const time = timeCell(props);
  return (
    <AdminLayout
      {...props}
      name="admin-logout-notices"
      here="/admin/sessions"
      heading={t('admin-notices.heading')}
      lead={t('admin-notices.lead')}
    >
      <Listing
        {...props}
        caption={t('admin-notices.heading')}
        id={({ id }) => id}
        none={t('admin-notices.none')}
        columns={[
          [t('admin-session.app'), ({ client_id }) => client_id],
          [
            t('admin-sessions.account'),
            ({ session, user_id, account }) => (
              <a href={`/admin/sessions/${encodeURIComponent(session)}`}>{user_id ?? account}</a>
            ),
          ],
          [t('admin-session.ended'), ({ created_at }) => time(created_at)],
          [t('admin-sessions.state'), ({ outcome }) => <NoticeOutcome outcome={outcome} t={t} />],
          [
            t('admin-notices.tries'),
            ({ attempts, last_error }) => (last_error ? `${attempts}: ${last_error}` : attempts),
          ],
        ]}
      />
    </AdminLayout>
  );
}
