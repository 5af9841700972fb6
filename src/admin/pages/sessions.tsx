import { Select } from '../../html/select.tsx';
import { Time } from '../../html/time.tsx';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { deviceWords } from './device.ts';
import { FilterField, FilterForm } from './filter.tsx';
import { type Column, Pager, Table, Tag } from './table.tsx';

export interface SessionRow {
  readonly uid: string;
  readonly account: string;
  readonly userId: string | null;
  /** Names. */
  readonly apps: readonly string[];
  readonly address: string | null;
  /** “Chrome on Windows”; empty where it is not known. */
  readonly device: string;
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
  readonly endedAt: Date | null;
  readonly endReason: string | null;
}

interface SessionsPageProps extends AdminPageProps {
  readonly sessions: readonly SessionRow[];
  /** What is looked for, as it was typed. */
  readonly filter: Readonly<Record<string, string>>;
  readonly next: string | undefined;
  readonly first: string | undefined;
  readonly done?: string | undefined;
  readonly error?: { readonly message: string; readonly field: string } | undefined;
  /** Leads to ending all that is looked for; undefined where nothing or too much is. */
  readonly endThese?: string | undefined;
}

/** Who is signed in, and was. */
export function SessionsPage(props: SessionsPageProps) {
  const { t, sessions, first, next, endThese } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-sessions"
      here="/admin/sessions"
      heading={t('admin-sessions.heading')}
      lead={t('admin-sessions.lead')}
    >
      <SessionFilterForm {...props} />
      <section class="panel">
        <Table
          caption={t('admin-sessions.heading')}
          columns={columns(props)}
          rows={sessions}
          id={({ uid }) => uid}
          none={t('admin-sessions.none')}
        />
        <Pager first={first} next={next} t={t} />
        {endThese && (
          <a class="button quiet" id="end-these" href={endThese}>
            {t('admin-sessions.end-these')}
          </a>
        )}
      </section>
    </AdminLayout>
  );
}

function SessionFilterForm({ t, filter, error }: SessionsPageProps) {
  const field = (name: string) => ({ name, value: filter[name], invalid: error?.field === name });
  return (
    <FilterForm action="/admin/sessions" t={t}>
      <FilterField {...field('account')} label={t('admin-sessions.account')} />
      <Select
        name="ended"
        label={t('admin-sessions.which')}
        value={filter.ended ?? 'false'}
        groups={[
          {
            options: [
              ['false', t('admin-sessions.open')],
              ['true', t('admin-sessions.all')],
            ],
          },
        ]}
      />
    </FilterForm>
  );
}

function columns({ t, zone }: SessionsPageProps): Column<SessionRow>[] {
  return [
    {
      key: 'user',
      label: t('admin-sessions.account'),
      cell: ({ uid, userId, account }) => (
        <a href={`/admin/sessions/${encodeURIComponent(uid)}`}>{userId ?? account}</a>
      ),
    },
    { key: 'apps', label: t('admin-sessions.apps'), cell: ({ apps }) => apps.join(', ') || '–' },
    {
      key: 'started',
      label: t('admin-sessions.started'),
      cell: ({ startedAt }) => <Time at={startedAt} zone={zone} t={t} />,
    },
    {
      key: 'seen',
      label: t('admin-sessions.seen'),
      cell: ({ lastSeenAt }) => <Time at={lastSeenAt} zone={zone} t={t} />,
    },
    { key: 'address', label: t('admin-sessions.address'), cell: ({ address }) => address ?? '–' },
    { key: 'device', label: t('admin-sessions.device'), cell: ({ device }) => deviceWords(device, t) },
    {
      key: 'state',
      label: t('admin-sessions.state'),
      cell: ({ endedAt, endReason }) =>
        endedAt ? (
          <Tag kind="plain">{endReason ?? t('admin-sessions.ended')}</Tag>
        ) : (
          <Tag kind="good">{t('admin-sessions.is-open')}</Tag>
        ),
    },
    {
      key: 'acts',
      label: t('admin.acts'),
      cell: ({ uid, userId, endedAt }) =>
        endedAt ? (
          '–'
        ) : (
          <a
            href={`/admin/sessions/${encodeURIComponent(uid)}/end`}
            aria-label={t('admin-sessions.end-of', { user: userId ?? uid })}
          >
            {t('admin-sessions.end')}
          </a>
        ),
    },
  ];
}
