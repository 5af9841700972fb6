import { Field, Form, SubmitButton } from '../../html/form.tsx';
import { Select } from '../../html/select.tsx';
import { Time } from '../../html/time.tsx';
import type { MemberItem } from '../operations/practices.ts';
import { AdminLayout, type AdminPageProps, isOperator } from './admin-page.tsx';
import { type Column, Pager, Table, Tag } from './table.tsx';
import { MEMBERSHIP_ROLES, roleWords } from './words.ts';

interface PracticePageProps extends AdminPageProps {
  readonly practice: { readonly id: string; readonly name: string };
  readonly members: readonly MemberItem[];
  readonly first: string | undefined;
  readonly next: string | undefined;
  readonly done?: string | undefined;
  readonly error?: { readonly message: string; readonly field: string } | undefined;
}

/** One practice and who is in it. */
export function PracticePage(props: PracticePageProps) {
  const { t, practice, members, first, next } = props;
  return (
    <AdminLayout {...props} name="admin-practice" here="/admin/practices" heading={practice.name}>
      <section class="panel">
        <h2>{t('admin-practice.members')}</h2>
        <Table
          caption={t('admin-practice.members')}
          rows={members}
          id={({ id }) => id}
          none={t('admin-practice.none')}
          columns={columns(props)}
        />
        <Pager first={first} next={next} t={t} />
      </section>
      {isOperator(props) && <NewMember {...props} />}
    </AdminLayout>
  );
}

function columns(props: PracticePageProps): Column<MemberItem>[] {
  const { t, zone, practice } = props;
  const here = `/admin/practices/${encodeURIComponent(practice.id)}/members`;
  return [
    {
      key: 'account',
      label: t('admin-sessions.account'),
      cell: ({ account, user_id }) => (
        <a href={`/admin/accounts/${encodeURIComponent(account)}`}>{user_id ?? account}</a>
      ),
    },
    {
      key: 'name',
      label: t('admin-accounts.name'),
      cell: ({ given_name, family_name }) => `${given_name} ${family_name}`,
    },
    { key: 'role', label: t('admin-account.role'), cell: ({ role }) => roleWords(role, t) },
    {
      key: 'status',
      label: t('admin-accounts.status'),
      cell: ({ status }) => <Tag kind={status === 'active' ? 'good' : 'plain'}>{status}</Tag>,
    },
    {
      key: 'from',
      label: t('admin.from'),
      cell: ({ valid_from: at }) => <Time at={at} zone={zone} t={t} />,
    },
    {
      key: 'to',
      label: t('admin.to'),
      cell: ({ valid_to: at }) => (at ? <Time at={at} zone={zone} t={t} /> : '–'),
    },
    {
      key: 'acts',
      label: t('admin.acts'),
      cell: ({ id, status, user_id }) =>
        status !== 'ended' && isOperator(props) ? (
          <a href={`${here}/${id}/end`} aria-label={t('admin-practice.end-of', { user: user_id ?? id })}>
            {t('admin-practice.end')}
          </a>
        ) : (
          '–'
        ),
    },
  ];
}

function NewMember({ t, csrf, practice, error }: PracticePageProps) {
  return (
    <section class="panel" id="new-member">
      <h2>{t('admin-practice.add')}</h2>
      <Form action={`/admin/practices/${encodeURIComponent(practice.id)}`} csrf={csrf}>
        <Field
          name="account"
          label={t('admin-sessions.account')}
          autocomplete="off"
          verbatim
          invalid={error?.field === 'account'}
        />
        <Select
          name="role"
          label={t('admin-account.role')}
          value="clinician"
          groups={[{ options: MEMBERSHIP_ROLES.map((role) => [role, roleWords(role, t)] as const) }]}
        />
        <SubmitButton>{t('admin-practice.add')}</SubmitButton>
      </Form>
    </section>
  );
}
