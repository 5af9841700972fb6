import type { ComponentChildren } from 'preact';
import { Form, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import type { Fault, PasswordRules } from '../policy.ts';
import { NewPasswordFault, NewPasswordFields, newPasswordFiles } from './fields.tsx';

export interface NewPasswordPageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  /** Whose password it is, as they type it. */
  readonly userId: string;
  readonly rules: PasswordRules;
  /** What was wrong with the last one. */
  readonly fault?: Fault | undefined;
  /** Why another is asked for: the password that was just given may be guessed, or it was forgotten. */
  readonly why: 'guessable' | 'forgotten';
  /** Stands after the form: the other ways that there are. */
  readonly children?: ComponentChildren;
}

const REASONS = {
  guessable: { page: 'new-password', lead: 'new-password.guessable' },
  forgotten: { page: 'recover-password', lead: 'new-password.forgotten' },
} as const;

/** Somebody who has proved who they are chooses a new password. It posts `password`. */
export function NewPasswordPage(props: NewPasswordPageProps) {
  const { action, csrf, userId, rules, fault, brand, t, languages, notice } = props;
  const { page, lead } = REASONS[props.why];
  return (
    <Layout
      page={page}
      title={t('new-password.heading')}
      error={fault !== undefined}
      extra={newPasswordFiles}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      {fault && <NewPasswordFault t={t} fault={fault} rules={rules} />}
      <h1>{t('new-password.heading')}</h1>
      <p class="lead">{t(lead)}</p>
      <p>{t.rich('new-password.for', { user: userId }, { b: (text) => <b>{text}</b> })}</p>
      <Form action={action} csrf={csrf}>
        <NewPasswordFields
          t={t}
          rules={rules}
          label={t('new-password.label')}
          userId={userId}
          invalid={fault !== undefined}
        />
        <SubmitButton>{t('new-password.submit')}</SubmitButton>
      </Form>
      {props.children}
    </Layout>
  );
}
