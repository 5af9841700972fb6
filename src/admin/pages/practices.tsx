import { Field, Form, SubmitButton } from '../../html/form.tsx';
import { Time } from '../../html/time.tsx';
import type { PracticeItem } from '../operations/practices.ts';
import { AdminLayout, type AdminPageProps, isOperator } from './admin-page.tsx';
import { FilterField, FilterForm } from './filter.tsx';
import { Pager, Table } from './table.tsx';

interface PracticesPageProps extends AdminPageProps {
  readonly practices: readonly PracticeItem[];
  readonly filter: Readonly<Record<string, string>>;
  readonly first: string | undefined;
  readonly next: string | undefined;
  readonly error?: { readonly message: string; readonly field: string } | undefined;
}

/** The organisations that people work for. */
export function PracticesPage(props: PracticesPageProps) {
  const { t, zone, practices, filter, first, next } = props;
  return (
    <AdminLayout
      {...props}
      name="admin-practices"
      here="/admin/practices"
      heading={t('admin.practices')}
      lead={t('admin-practices.lead')}
    >
      <FilterForm action="/admin/practices" t={t}>
        <FilterField
          name="q"
          label={t('admin-practices.q')}
          hint={t('admin-practices.q-hint')}
          value={filter.q}
        />
      </FilterForm>
      <section class="panel">
        <Table
          caption={t('admin.practices')}
          rows={practices}
          id={({ id }) => id}
          none={t('admin-practices.none')}
          columns={[
            {
              key: 'name',
              label: t('admin-apps.name'),
              cell: ({ id, name }) => <a href={`/admin/practices/${encodeURIComponent(id)}`}>{name}</a>,
            },
            { key: 'tax', label: t('admin-practices.tax-id'), cell: ({ tax_id }) => tax_id },
            { key: 'npis', label: 'NPI', cell: ({ npis }) => npis.join(', ') || '–' },
            {
              key: 'created',
              label: t('admin-accounts.created'),
              cell: ({ created_at: at }) => <Time at={at} zone={zone} t={t} />,
            },
          ]}
        />
        <Pager first={first} next={next} t={t} />
      </section>
      {isOperator(props) && <NewPractice {...props} />}
    </AdminLayout>
  );
}

function NewPractice({ t, csrf, error }: PracticesPageProps) {
  return (
    <section class="panel" id="new-practice">
      <h2>{t('admin-practices.new')}</h2>
      <Form action="/admin/practices" csrf={csrf}>
        <Field
          name="name"
          label={t('admin-apps.name')}
          autocomplete="off"
          invalid={error?.field === 'name'}
        />
        <Field
          name="tax_id"
          label={t('admin-practices.tax-id')}
          hint={t('admin-practices.tax-id-hint')}
          autocomplete="off"
          inputmode="numeric"
          invalid={error?.field === 'tax_id'}
        />
        <Field
          name="npis"
          label="NPI"
          hint={t('admin-practices.npis-hint')}
          autocomplete="off"
          invalid={error?.field === 'npis'}
        />
        <SubmitButton>{t('admin-practices.create')}</SubmitButton>
      </Form>
    </section>
  );
}
