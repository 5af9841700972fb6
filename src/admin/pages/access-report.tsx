import type { AccessReportAnswer } from '../operations/access-report.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { Downloads } from './downloads.tsx';
import { FilterField, FilterForm } from './filter.tsx';
import { AccountLink, type Column, Table, Tag } from './table.tsx';
import { roleWords } from './words.ts';

interface AccessReportPageProps extends AdminPageProps {
  /** What is asked for, as it was typed. */
  readonly filter: Readonly<Record<string, string>>;
  /** client_ids, as the search proposes them. */
  readonly apps: readonly string[];
  /** Absent until something is asked. */
  readonly report?: AccessReportAnswer;
  /** Leads to the file in each format. */
  readonly exports: readonly (readonly [string, string])[];
}

type Person = AccessReportAnswer['people'][number];

/** Who could open an app at a moment of the past, and who did. */
export function AccessReportPage(props: AccessReportPageProps) {
  const { t, report, exports } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-access"
      here="/admin/audit"
      heading={t('admin-access.heading')}
      lead={t('admin-access.lead')}
    >
      <Question {...props} />
      {report && <Answer t={t} report={report} />}
      {report && <Downloads t={t} what={t('admin-access.export-what')} files={exports} />}
    </AdminLayout>
  );
}

function Question({ t, filter, apps, error }: AccessReportPageProps) {
  const field = (name: string) => ({ name, value: filter[name], invalid: error?.field === name });
  return (
    <FilterForm action="/admin/audit/access" t={t}>
      <FilterField {...field('app')} label={t('admin-sessions.app-id')} list="apps" />
      <datalist id="apps">
        {apps.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <FilterField {...field('at')} label={t('admin-access.at-utc')} hint={t('admin.moment-hint')} />
    </FilterForm>
  );
}

function Answer({ t, report }: Pick<AccessReportPageProps, 't'> & { report: AccessReportAnswer }) {
  const { roles } = report.demands as { roles?: readonly string[] };
  const caption = t('admin-access.caption', { app: report.app, at: utc(report.at) });
  return (
    <section class="panel">
      <p>
        {roles
          ? t('admin-access.demanded', { roles: roles.map((role) => roleWords(role, t)).join(', ') })
          : t('admin-access.open-to-all')}
      </p>
      <Table
        caption={caption}
        columns={columns(t)}
        rows={report.people}
        id={({ account }) => account}
        none={t('admin-access.nobody')}
      />
      {report.more && <p>{t('admin-access.more', { shown: report.people.length })}</p>}
    </section>
  );
}

function columns(t: AdminPageProps['t']): Column<Person>[] {
  const yes = (is: boolean) => (is ? <Tag kind="plain">{t('admin-access.yes')}</Tag> : t('admin-access.no'));
  return [
    [t('admin-sessions.account'), AccountLink],
    [t('admin-accounts.name'), ({ name }) => name],
    [t('admin-access.could'), ({ could }) => yes(could)],
    [t('admin-access.did'), ({ did }) => yes(did)],
    [
      t('admin-access.by'),
      ({ roles, practices }) =>
        [
          ...roles.map((role) => roleWords(role, t)),
          ...practices.map(({ role, name }) => `${roleWords(role, t)}, ${name}`),
        ].join(' · ') || '–',
    ],
  ];
}

/** `2026-03-03 14:00 UTC`: the question is asked in UTC, so the answer is not in the reader's zone. */
function utc(moment: string): string {
  return `${moment.slice(0, 10)} ${moment.slice(11, 16)} UTC`;
}
