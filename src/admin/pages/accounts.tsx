import { Select } from '../../html/select.tsx';
import type { AccountItem } from '../operations/accounts.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { FilterField, FilterForm } from './filter.tsx';
import { type Column, Listing, type SearchProps, Tag, timeCell } from './table.tsx';

type AccountsPageProps = SearchProps<AccountItem>;

/** Looks for an account. */
export function AccountsPage(props: AccountsPageProps) {
  const { t, filter, error } = props;
  const states = [
    ['', t('admin-accounts.any')],
    ['active', t('admin-accounts.active')],
    ['invited', t('admin-accounts.invited')],
    ['disabled', t('admin-accounts.disabled')],
  ] as const;
  const contacts = [
    ['', t('admin-accounts.any-contact')],
    ['unproved', t('admin-accounts.unproved')],
  ] as const;
  return (
    <AdminLayout
      {...props}
      name="admin-accounts"
      here="/admin/accounts"
      heading={t('admin.accounts')}
      lead={t('admin-accounts.lead')}
    >
      <FilterForm action="/admin/accounts" t={t}>
        <FilterField
          name="q"
          label={t('admin-accounts.q')}
          value={filter.q}
          hint={t('admin-accounts.q-hint')}
          invalid={error?.field === 'q'}
        />
        <Select
          name="status"
          label={t('admin-accounts.status')}
          value={filter.status ?? ''}
          groups={[{ options: states }]}
        />
        <Select
          name="contact"
          label={t('admin-accounts.contact')}
          value={filter.contact ?? ''}
          groups={[{ options: contacts }]}
        />
      </FilterForm>
      <Listing
        {...props}
        caption={t('admin.accounts')}
        columns={columns(props)}
        id={({ sub }) => sub}
        none={t('admin-accounts.none')}
      />
    </AdminLayout>
  );
}

function columns({ t, zone }: AccountsPageProps): Column<AccountItem>[] {
  const time = timeCell({ t, zone });
  return [
    [
      t('admin-sessions.account'),
      ({ sub, user_id }) => <a href={`/admin/accounts/${encodeURIComponent(sub)}`}>{user_id ?? sub}</a>,
    ],
    [t('admin-accounts.name'), ({ given_name, family_name }) => `${given_name} ${family_name}`],
    [
      t('admin-accounts.email'),
      ({ email, email_verified: proved }) =>
        email === null ? '–' : `${email}${proved ? '' : ` (${t('admin-account.unverified')})`}`,
    ],
    [t('admin-accounts.status'), ({ status }) => <AccountStatus status={status} t={t} />],
    [t('admin-accounts.created'), ({ created_at }) => time(created_at)],
  ];
}

export function AccountStatus({ status, t }: Pick<AccountItem, 'status'> & Pick<AdminPageProps, 't'>) {
  if (status === 'active') return <Tag kind="good">{t('admin-accounts.active')}</Tag>;
  if (status === 'invited') return <Tag kind="warn">{t('admin-accounts.invited')}</Tag>;
  return <Tag kind="bad">{t('admin-accounts.disabled')}</Tag>;
}
