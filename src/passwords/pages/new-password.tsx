import { Form, SubmitButton, SwitchUser } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import type { Fault, PasswordRules } from '../policy.ts';
import { NewPasswordFault, NewPasswordFields, newPasswordFiles } from './fields.tsx';

interface NewPasswordPageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  /** Whose password it is, as they type it. */
  readonly userId: string;
  readonly rules: PasswordRules;
  /** What was wrong with the last one. */
  readonly fault?: Fault | undefined;
  /** The password that was just given may be guessed: says why another is asked for. */
  readonly forced?: boolean;
  /** Where somebody else can sign in instead; left out where nobody is signing in. */
  readonly switchUserAction?: string;
}

/** Somebody who has proved who they are chooses a new password. It posts `password`. */
export function NewPasswordPage(props: NewPasswordPageProps) {
  const { action, csrf, userId, rules, fault, forced, switchUserAction, brand, t, languages, notice } = props;
  return (
    <Layout
      page="new-password"
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
      {forced && <p class="lead">{t('new-password.reason')}</p>}
      <p class={forced ? undefined : 'lead'}>
        {t.rich('new-password.for', { user: userId }, { b: (text) => <b>{text}</b> })}
      </p>
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
      {switchUserAction && <SwitchUser action={switchUserAction} csrf={csrf} t={t} />}
    </Layout>
  );
}
