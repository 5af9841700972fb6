import { Select } from '../../html/select.tsx';
import type { AuditItem } from '../operations/audit.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { Downloads } from './downloads.tsx';
import { FilterField, FilterForm } from './filter.tsx';
import { type Column, Facts, Listing, type SearchProps, Tag, timeCell } from './table.tsx';

interface AuditPageProps extends SearchProps<AuditItem> {
  /** Names of events, as the search proposes them. */
  readonly events: readonly string[];
  /** Leads to the file in each format. */
  readonly exports: readonly (readonly [string, string])[];
}

const SELDOM = ['reason', 'actor', 'app', 'session', 'request', 'text'];

/** What happened: the audit log, searched by each field. */
export function AuditPage(props: AuditPageProps) {
  const { t, exports } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-audit"
      here="/admin/audit"
      heading={t('admin-audit.heading')}
      lead={t('admin-audit.lead')}
    >
      <AuditFilter {...props} />
      <Listing
        {...props}
        caption={t('admin-audit.heading')}
        columns={columns(props)}
        id={({ id }) => id}
        none={t(props.error ? 'admin.not-searched' : 'admin-audit.none')}
      />
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
  const time = timeCell({ t, zone });
  return [
    [t('admin-audit.at'), ({ at }) => time(at)],
    [
      t('admin-audit.event'),
      ({ event, outcome }) => <Tag kind={outcome === 'failure' ? 'bad' : 'plain'}>{event}</Tag>,
    ],
    [t('admin-audit.reason'), ({ reason }) => reason ?? '–'],
    [
      t('admin-audit.account'),
      ({ account }) =>
        account ? <a href={`/admin/accounts/${encodeURIComponent(account)}`}>{account}</a> : '–',
    ],
    [t('admin-audit.actor'), ({ actor }) => actor ?? '–'],
    [t('admin-session.app'), ({ app }) => app ?? '–'],
    [t('admin-sessions.address'), ({ address }) => address ?? '–'],
    [t('admin-audit.more'), (row) => <Detail row={row} t={t} />],
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
