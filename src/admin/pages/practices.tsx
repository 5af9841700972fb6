import { Field, Form, SubmitButton } from '../../html/form.tsx';
import type { PracticeItem } from '../operations/practices.ts';
import { AdminLayout, isOperator } from './admin-page.tsx';
import { FilterField, FilterForm } from './filter.tsx';
import { Listing, type SearchProps, timeCell } from './table.tsx';

type PracticesPageProps = SearchProps<PracticeItem>;

/** The organisations that people work for. */
export function PracticesPage(props: PracticesPageProps) {
  const { t, filter } = props;
  const time = timeCell(props);
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
      <Listing
        {...props}
        caption={t('admin.practices')}
        id={({ id }) => id}
        none={t('admin-practices.none')}
        columns={[
          [
            t('admin-apps.name'),
            ({ id, name }) => <a href={`/admin/practices/${encodeURIComponent(id)}`}>{name}</a>,
          ],
          [t('admin-practices.tax-id'), ({ tax_id }) => tax_id],
          ['NPI', ({ npis }) => npis.join(', ') || '–'],
          [t('admin-accounts.created'), ({ created_at }) => time(created_at)],
        ]}
      />
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
