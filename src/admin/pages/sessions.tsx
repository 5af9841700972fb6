import { Select } from '../../html/select.tsx';
import type { SessionItem } from '../operations/sessions.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { FilterField, FilterForm } from './filter.tsx';
import { type Column, Listing, type SearchProps, Tag, timeCell } from './table.tsx';
import { deviceWords, endWords } from './words.ts';

interface SessionsPageProps extends SearchProps<SessionItem> {
  readonly nameOf: (clientId: string) => string;
  /** Leads to ending all that is looked for; undefined where nothing in particular is. */
  readonly endThese?: string | undefined;
}

const SELDOM = ['practice', 'device', 'from', 'to'];

/** Who is signed in, and was. */
export function SessionsPage(props: SessionsPageProps) {
  const { t, endThese } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-sessions"
      here="/admin/sessions"
      heading={t('admin-sessions.heading')}
      lead={t('admin-sessions.lead')}
    >
      <SessionFilterForm {...props} />
      <Listing
        {...props}
        caption={t('admin-sessions.heading')}
        columns={[...whoColumns(props), ...whereColumns(props)]}
        id={({ uid }) => uid}
        none={t(props.error ? 'admin.not-searched' : 'admin-sessions.none')}
      >
        {endThese && (
          <p class="acts">
            <a class="button quiet risky" id="end-these" href={endThese}>
              {t('admin-sessions.end-these')}
            </a>
          </p>
        )}
      </Listing>
    </AdminLayout>
  );
}

function SessionFilterForm({ t, filter, error }: SessionsPageProps) {
  const field = (name: string) => ({ name, value: filter[name], invalid: error?.field === name });
  const states = [
    ['open', t('admin-sessions.open')],
    ['ended', t('admin-sessions.only-ended')],
    ['all', t('admin-sessions.all')],
  ] as const;
  return (
    <FilterForm
      action="/admin/sessions"
      t={t}
      moreOpen={SELDOM.some((name) => filter[name] || error?.field === name)}
      more={
        <>
          <FilterField {...field('practice')} label={t('admin-sessions.practice-id')} />
          <FilterField {...field('device')} label={t('admin-sessions.device')} />
          <FilterField {...field('from')} label={t('admin.from-utc')} hint={t('admin.moment-hint')} />
          <FilterField {...field('to')} label={t('admin.to-utc')} hint={t('admin.moment-hint')} />
        </>
      }
    >
      <FilterField {...field('account')} label={t('admin-sessions.account')} />
      <FilterField {...field('address')} label={t('admin-sessions.address-or-range')} />
      <FilterField {...field('app')} label={t('admin-sessions.app-id')} />
      <Select
        name="state"
        label={t('admin-sessions.which')}
        value={filter.state ?? 'open'}
        groups={[{ options: states }]}
      />
    </FilterForm>
  );
}

function whoColumns({ t, zone, nameOf }: SessionsPageProps): Column<SessionItem>[] {
  const time = timeCell({ t, zone });
  return [
    [
      t('admin-sessions.account'),
      ({ uid, user_id, account }) => (
        <a href={`/admin/sessions/${encodeURIComponent(uid)}`}>{user_id ?? account}</a>
      ),
    ],
    [t('admin-sessions.practice'), ({ practices }) => practices.map(({ name }) => name).join(', ') || '–'],
    [t('admin-sessions.apps'), ({ apps }) => apps.map(nameOf).join(', ') || '–'],
    [t('admin-sessions.factors'), ({ amr }) => <Factors amr={amr} t={t} />],
    [t('admin-sessions.started'), ({ started_at }) => time(started_at)],
    [t('admin-sessions.seen'), ({ last_seen_at }) => time(last_seen_at)],
  ];
}

function whereColumns({ t }: SessionsPageProps): Column<SessionItem>[] {
  return [
    [
      t('admin-sessions.address-device'),
      ({ address, device }) => `${address ?? '–'}, ${deviceWords(device, t)}`,
    ],
    [
      t('admin-sessions.state'),
      ({ ended_at, end_reason }) => <SessionState endedAt={ended_at} reason={end_reason} t={t} />,
    ],
    [
      t('admin.acts'),
      ({ uid, user_id, ended_at }) =>
        ended_at ? (
          '–'
        ) : (
          <a
            href={`/admin/sessions/${encodeURIComponent(uid)}/end`}
            aria-label={t('admin-sessions.end-of', { user: user_id ?? uid })}
          >
            {t('admin-sessions.end')}
          </a>
        ),
    ],
  ];
}

export function SessionState(
  props: { endedAt: Date | null; reason: string | null } & Pick<AdminPageProps, 't'>,
) {
  const { endedAt, reason, t } = props;
  if (!endedAt) return <Tag kind="good">{t('admin-sessions.is-open')}</Tag>;
  return <Tag kind="plain">{endWords(reason, t)}</Tag>;
}

export function Factors({ amr, t }: { amr: readonly string[] } & Pick<AdminPageProps, 't'>) {
  if (amr.includes('mfa')) return <Tag kind="good">{t('admin-sessions.two')}</Tag>;
  return <Tag kind="warn">{t('admin-sessions.one')}</Tag>;
}
