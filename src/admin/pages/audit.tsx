import { Select } from '../../html/select.tsx';
import { Time } from '../../html/time.tsx';
import type { AuditItem } from '../operations/audit.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { Downloads } from './downloads.tsx';
import { FilterField, FilterForm } from './filter.tsx';
import { type Column, Facts, Pager, Table, Tag } from './table.tsx';

interface AuditPageProps extends AdminPageProps {
  readonly rows: readonly AuditItem[];
  /** What is looked for, as it was typed. */
  readonly filter: Readonly<Record<string, string>>;
  /** Names of events, as the search proposes them. */
  readonly events: readonly string[];
  readonly next: string | undefined;
  readonly first: string | undefined;
  /** Leads to the file in each format. */
  readonly exports: readonly (readonly [string, string])[];
  readonly error?: { readonly message: string; readonly field: string } | undefined;
}

const SELDOM = ['reason', 'actor', 'app', 'session', 'request', 'text'];

/** What happened: the audit log, searched by each field. */
export function AuditPage(props: AuditPageProps) {
  const { t, rows, first, next, exports } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-audit"
      here="/admin/audit"
      heading={t('admin-audit.heading')}
      lead={t('admin-audit.lead')}
    >
      <AuditFilter {...props} />
      <section class="panel">
        <Table
          caption={t('admin-audit.heading')}
          columns={columns(props)}
          rows={rows}
          id={({ id }) => id}
          none={t(props.error ? 'admin.not-searched' : 'admin-audit.none')}
        />
        <Pager first={first} next={next} t={t} />
      </section>
      <p>
        <a class="way" id="access-report" href="/admin/audit/access">
          {t('admin-access.ask')}
        </a>
      </p>
      <Downloads t={t} what={t('admin-audit.export-what')} files={exports} />
    </AdminLayout>
  );
}

function AuditFilter({ t, filter, events, error }: AuditPageProps) {
  const field = (name: string) => ({ name, value: filter[name], invalid: error?.field === name });
  const outcomes = [
    ['', t('admin-accounts.any')],
    ['success', t('admin-audit.success')],
    ['failure', t('admin-audit.failure')],
  ] as const;
  return (
    <FilterForm
      action="/admin/audit"
      t={t}
      moreOpen={SELDOM.some((name) => filter[name] || error?.field === name)}
      more={
        <>
          <FilterField {...field('reason')} label={t('admin-audit.reason')} />
          <FilterField
            {...field('actor')}
            label={t('admin-audit.actor')}
            hint={t('admin-audit.actor-hint')}
          />
          <FilterField {...field('app')} label={t('admin-sessions.app-id')} />
          <FilterField {...field('session')} label={t('admin-session.uid')} />
          <FilterField {...field('request')} label={t('admin-audit.request')} />
          <FilterField {...field('text')} label={t('admin-audit.text')} />
        </>
      }
    >
      <FilterField
        {...field('event')}
        label={t('admin-audit.event')}
        hint={t('admin-audit.event-hint')}
        list="events"
      />
      <datalist id="events">
        {events.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Select
        name="outcome"
        label={t('admin-audit.outcome')}
        value={filter.outcome ?? ''}
        groups={[{ options: outcomes }]}
      />
      <FilterField
        {...field('account')}
        label={t('admin-audit.account')}
        hint={t('admin-audit.account-hint')}
      />
      <FilterField {...field('address')} label={t('admin-sessions.address-or-range')} />
      <FilterField {...field('from')} label={t('admin.from-utc')} hint={t('admin.moment-hint')} />
      <FilterField {...field('to')} label={t('admin.to-utc')} hint={t('admin.moment-hint')} />
    </FilterForm>
  );
}

function columns({ t, zone }: AuditPageProps): Column<AuditItem>[] {
  return [
    { key: 'at', label: t('admin-audit.at'), cell: ({ at }) => <Time at={at} zone={zone} t={t} /> },
    {
      key: 'event',
      label: t('admin-audit.event'),
      cell: ({ event, outcome }) => <Tag kind={outcome === 'failure' ? 'bad' : 'plain'}>{event}</Tag>,
    },
    { key: 'reason', label: t('admin-audit.reason'), cell: ({ reason }) => reason ?? '–' },
    {
      key: 'account',
      label: t('admin-audit.account'),
      cell: ({ account }) =>
        account ? <a href={`/admin/accounts/${encodeURIComponent(account)}`}>{account}</a> : '–',
    },
    { key: 'actor', label: t('admin-audit.actor'), cell: ({ actor }) => actor ?? '–' },
    { key: 'app', label: t('admin-session.app'), cell: ({ app }) => app ?? '–' },
    { key: 'address', label: t('admin-sessions.address'), cell: ({ address }) => address ?? '–' },
    { key: 'more', label: t('admin-audit.more'), cell: (row) => <Detail row={row} t={t} /> },
  ];
}

function Detail({ row, t }: { row: AuditItem } & Pick<AdminPageProps, 't'>) {
  const { session, before, after } = row;
  const json = (value: object | null) => value && <pre class="json">{JSON.stringify(value, null, 1)}</pre>;
  return (
    <details>
      <summary>{t('admin-audit.show')}</summary>
      <Facts
        facts={[
          [t('admin-audit.id'), row.id],
          [t('admin-audit.position'), row.position === null ? '' : String(row.position)],
          [
            t('admin-session.uid'),
            session && <a href={`/admin/sessions/${encodeURIComponent(session)}`}>{session}</a>,
          ],
          [t('admin-audit.request'), row.request],
          [t('admin-session.user-agent'), row.user_agent],
          [t('admin-audit.before'), json(before)],
          [t('admin-audit.after'), json(after)],
        ]}
      />
    </details>
  );
}
