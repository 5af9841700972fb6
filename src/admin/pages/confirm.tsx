import type { ComponentChildren } from 'preact';
import { Checkbox, Field, Form, HiddenFields, SubmitButton } from '../../html/form.tsx';
import { LONGEST_NOTE } from '../schemas.ts';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';

/** What the page asks, and where its two answers lead. */
export interface Question {
  readonly name: string;
  readonly here: string;
  readonly heading: string;
  readonly lead?: ComponentChildren;
  /** What it will touch, in a sentence with the number. */
  readonly what: ComponentChildren;
  /** Where the form posts to. */
  readonly action?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Whether a reason can be written down. */
  readonly withNote?: boolean;
  /** Something that can be ticked beside it. */
  readonly choice?: { readonly name: string; readonly label: string };
  readonly submit: string;
  /** Where it leads not to do it. */
  readonly back: string;
}

type ConfirmPageProps = AdminPageProps & Question & { readonly action: string };

/** Asks before something that cannot be undone, and says how much it touches. */
export function ConfirmPage(props: ConfirmPageProps) {
  const { t, csrf, what, action, fields = {}, withNote, choice, submit, back } = props;
  return (
    <AdminLayout {...props}>
      <section class="panel">
        <p class="what">{what}</p>
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={fields} />
          {withNote && (
            <Field
              name="note"
              label={t('admin.note')}
              hint={t('admin.note-hint')}
              autocomplete="off"
              longest={LONGEST_NOTE}
            />
          )}
          {choice && <Checkbox {...choice} />}
          <div class="pair">
            <SubmitButton class="danger">{submit}</SubmitButton>
            <a class="way" href={back}>
              {t('admin.cancel')}
            </a>
          </div>
        </Form>
      </section>
    </AdminLayout>
  );
}
