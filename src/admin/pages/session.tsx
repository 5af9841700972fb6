import { Form, HiddenFields } from '../../html/form.tsx';
import { Time } from '../../html/time.tsx';
import type { SessionFacts } from '../operations/sessions.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { NoticeOutcome } from './logout-notices.tsx';
import { Factors, SessionState } from './sessions.tsx';
import { type Column, Facts, Table, timeCell } from './table.tsx';
import { deviceWords, roleWords, useWords } from './words.ts';

interface SessionPageProps extends AdminPageProps {
  readonly session: SessionFacts;
}

type Entered = SessionFacts['apps'][number];

/** One session: who, where, how, which apps, and what became of telling them. */
export function SessionPage(props: SessionPageProps) {
  const { t, session } = props;
  const here = `/admin/sessions/${encodeURIComponent(session.uid)}`;
  return (
    <AdminLayout
      {...props}
      name="admin-session"
      here="/admin/sessions"
      heading={t('admin-session.heading', { user: session.user_id ?? session.account })}
    >
      <section class="panel">
        <div class="columns">
          <Facts facts={whoFacts(props)} />
          <Facts facts={whenFacts(props)} />
        </div>
        {!session.ended_at && (
          <p class="acts">
            <a class="button quiet risky" id="end" href={`${here}/end`}>
              {t('admin-sessions.end')}
            </a>
            <a
              class="button quiet risky"
              id="end-all"
              href={`/admin/accounts/${session.account}/sessions/end`}
            >
              {t('admin-sessions.end-all')}
            </a>
          </p>
        )}
      </section>
      <section class="panel">
        <h2>{t('admin-sessions.apps')}</h2>
        <Table
          caption={t('admin-sessions.apps')}
          columns={appColumns(props, here)}
          rows={session.apps}
          id={({ client_id }) => client_id}
          none={t('admin-session.no-apps')}
        />
      </section>
    </AdminLayout>
  );
}

function whoFacts({ t, session }: SessionPageProps) {
  const { account, user_id, practices, address, place, device, user_agent, amr, acr } = session;
  return [
    [
      t('admin-sessions.account'),
      <a key="account" href={`/admin/accounts/${encodeURIComponent(account)}`}>
        {user_id ?? account}
      </a>,
    ],
    [
      t('admin-sessions.practice'),
      practices.map(({ name, role }) => `${name} (${roleWords(role, t)})`).join(', '),
    ],
    [t('admin-sessions.address'), [address, place].filter(Boolean).join(', ')],
    [t('admin-sessions.device'), deviceWords(device, t)],
    [t('admin-session.user-agent'), user_agent],
    [t('admin-sessions.factors'), <Factors key="factors" amr={amr} t={t} />],
    ['amr', amr.join(' ')],
    ['acr', acr],
  ] as const;
}

function whenFacts({ t, zone, session }: SessionPageProps) {
  const time = (at: Date | null) => at && <Time at={at} zone={zone} t={t} />;
  const { ended_by, ended_by_user_id } = session;
  return [
    [
      t('admin-sessions.state'),
      <SessionState key="state" endedAt={session.ended_at} reason={session.end_reason} t={t} />,
    ],
    [t('admin-sessions.started'), time(session.started_at)],
    [t('admin-sessions.seen'), time(session.last_seen_at)],
    [t('admin-session.seen-by'), useWords(session, t)],
    [t('admin-session.idle-ends'), session.ended_at ? null : time(session.idle_expires_at)],
    [t('admin-session.ends'), session.ended_at ? null : time(session.absolute_expires_at)],
    [t('admin-session.ended'), time(session.ended_at)],
    [t('admin-session.ended-by'), ended_by_user_id ?? ended_by],
    [t('admin-session.note'), session.end_note],
    [t('admin-session.uid'), session.uid],
  ] as const;
}

function appColumns({ t, zone, csrf }: SessionPageProps, here: string): Column<Entered>[] {
  const time = timeCell({ t, zone });
  return [
    [t('admin-session.app'), ({ name, client_id }) => name ?? client_id],
    [t('admin-session.first'), ({ first_entered_at }) => time(first_entered_at)],
    [t('admin-session.last'), ({ last_entered_at }) => time(last_entered_at)],
    [
      t('admin-session.notice'),
      ({ notice }) =>
        notice ? (
          <span>
            <NoticeOutcome outcome={notice.outcome} t={t} />{' '}
            {t('admin-session.attempts', { count: notice.attempts })}
            {notice.last_error && `: ${notice.last_error}`}
          </span>
        ) : (
          '–'
        ),
    ],
    [
      t('admin.acts'),
      ({ notice }) =>
        notice?.outcome === 'dead' ? (
          <Form action={`${here}/replay`} csrf={csrf}>
            <HiddenFields fields={{ id: notice.id }} />
            <button type="submit" class="quiet">
              {t('admin-session.replay')}
            </button>
          </Form>
        ) : (
          '–'
        ),
    ],
  ];
}
