import { Select } from '../../html/select.tsx';
import { Time } from '../../html/time.tsx';
import type { AccountItem } from '../operations/accounts.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { FilterField, FilterForm } from './filter.tsx';
import { type Column, Pager, Table, Tag } from './table.tsx';

interface AccountsPageProps extends AdminPageProps {
  readonly accounts: readonly AccountItem[];
  /** What is looked for, as it was typed. */
  readonly filter: Readonly<Record<string, string>>;
  readonly next: string | undefined;
  readonly first: string | undefined;
  readonly error?: { readonly message: string; readonly field: string } | undefined;
}

/** Looks for an account. */
export function AccountsPage(props: AccountsPageProps) {
  const { t, accounts, filter, first, next, error } = props;
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
      <section class="panel">
        <Table
          caption={t('admin.accounts')}
          columns={columns(props)}
          rows={accounts}
          id={({ sub }) => sub}
          none={t('admin-accounts.none')}
        />
        <Pager first={first} next={next} t={t} />
      </section>
    </AdminLayout>
  );
}

function columns({ t, zone }: AccountsPageProps): Column<AccountItem>[] {
  return [
    {
      key: 'user',
      label: t('admin-sessions.account'),
      cell: ({ sub, user_id }) => <a href={`/admin/accounts/${encodeURIComponent(sub)}`}>{user_id ?? sub}</a>,
    },
    {
      key: 'name',
      label: t('admin-accounts.name'),
      cell: ({ given_name, family_name }) => `${given_name} ${family_name}`,
    },
    {
      key: 'email',
      label: t('admin-accounts.email'),
      cell: ({ email, email_verified: proved }) =>
        email === null ? '–' : `${email}${proved ? '' : ` (${t('admin-account.unverified')})`}`,
    },
    {
      key: 'status',
      label: t('admin-accounts.status'),
      cell: ({ status }) => <AccountStatus status={status} t={t} />,
    },
    {
      key: 'created',
      label: t('admin-accounts.created'),
      cell: ({ created_at }) => <Time at={created_at} zone={zone} t={t} />,
    },
  ];
}

export function AccountStatus({ status, t }: Pick<AccountItem, 'status'> & Pick<AdminPageProps, 't'>) {
  if (status === 'active') return <Tag kind="good">{t('admin-accounts.active')}</Tag>;
  if (status === 'invited') return <Tag kind="warn">{t('admin-accounts.invited')}</Tag>;
  return <Tag kind="bad">{t('admin-accounts.disabled')}</Tag>;
}
