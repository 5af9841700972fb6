import { Field, Form, SubmitButton } from '../../html/form.tsx';
import { Select } from '../../html/select.tsx';
import { OFFERED_ROLES } from '../../roles.ts';
import type { MemberItem } from '../operations/practices.ts';
import { AdminLayout, isOperator } from './admin-page.tsx';
import { AccountLink, type Column, Listing, type SearchProps, Tag, timeCell } from './table.tsx';
import { roleWords } from './words.ts';

interface PracticePageProps extends Omit<SearchProps<MemberItem>, 'filter'> {
  readonly practice: { readonly id: string; readonly name: string };
}

/** One practice and who is in it. */
export function PracticePage(props: PracticePageProps) {
  const { t, practice } = props;
  return (
    <AdminLayout {...props} name="admin-practice" here="/admin/practices" heading={practice.name}>
      <Listing
        {...props}
        heading={t('admin-practice.members')}
        caption={t('admin-practice.members')}
        id={({ id }) => id}
        none={t('admin-practice.none')}
        columns={columns(props)}
      />
      {isOperator(props) && <NewMember {...props} />}
    </AdminLayout>
  );
}

function columns(props: PracticePageProps): Column<MemberItem>[] {
  const { t, practice } = props;
  const time = timeCell(props);
  const here = `/admin/practices/${encodeURIComponent(practice.id)}/members`;
  return [
    [t('admin-sessions.account'), AccountLink],
    [t('admin-accounts.name'), ({ given_name, family_name }) => `${given_name} ${family_name}`],
    [t('admin-account.role'), ({ role }) => roleWords(role, t)],
    [
      t('admin-accounts.status'),
      ({ status }) => <Tag kind={status === 'active' ? 'good' : 'plain'}>{status}</Tag>,
    ],
    [t('admin.from'), ({ valid_from }) => time(valid_from)],
    [t('admin.to'), ({ valid_to }) => time(valid_to)],
    [
      t('admin.acts'),
      ({ id, status, user_id }) =>
        status !== 'ended' && isOperator(props) ? (
          <a href={`${here}/${id}/end`} aria-label={t('admin-practice.end-of', { user: user_id ?? id })}>
            {t('admin-practice.end')}
          </a>
        ) : (
          '–'
        ),
    ],
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
          groups={[{ options: OFFERED_ROLES.map((role) => [role, roleWords(role, t)] as const) }]}
        />
        <SubmitButton>{t('admin-practice.add')}</SubmitButton>
      </Form>
    </section>
  );
}
