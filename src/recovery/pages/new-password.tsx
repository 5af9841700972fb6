import { Form, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { NewPasswordFault, NewPasswordFields, newPasswordFiles } from '../../passwords/pages/fields.tsx';
import type { Fault, PasswordRules } from '../../passwords/policy.ts';
import { Ways } from './ways.tsx';

interface ResetPasswordPageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  readonly signIn: string;
  readonly userId: string;
  readonly rules: PasswordRules;
  /** What was wrong with the last one. */
  readonly fault?: Fault | undefined;
}

/** Asks for the new password. */
export function ResetPasswordPage(props: ResetPasswordPageProps) {
  const { action, csrf, userId, rules, fault, brand, t, languages, notice } = props;
  return (
    <Layout
      page="recover-password"
      title={t('recover.new-heading')}
      error={fault !== undefined}
      extra={newPasswordFiles}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      {fault && <NewPasswordFault t={t} fault={fault} rules={rules} />}
      <h1>{t('recover.new-heading')}</h1>
      <p class="lead">{t.rich('recover.new-lead', { user: userId }, { b: (text) => <b>{text}</b> })}</p>
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
      <Ways {...props} />
    </Layout>
  );
}
