import { ErrorSummary, Field, Form, PasswordField, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { MessageId } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';

interface SignInPageProps extends PageProps {
  readonly appName: string;
  readonly csrf: string;
  readonly action: string;
  /** As typed before, or the app's login_hint. */
  readonly userId?: string;
  /** One sentence for both fields, so that it never tells which of them was wrong. */
  readonly error?: MessageId;
}

export function SignInPage({ appName, csrf, action, userId, error, brand, t }: SignInPageProps) {
  const invalid = error !== undefined;
  return (
    <Layout page="sign-in" title={t('sign-in.heading')} error={invalid} brand={brand} t={t}>
      {error && <ErrorSummary t={t} message={t(error)} field="user_id" />}
      <h1>{t('sign-in.heading')}</h1>
      <p class="lead">{t.rich('sign-in.lead', { app: appName }, { b: (text) => <b>{text}</b> })}</p>
      <Form action={action} csrf={csrf}>
        <Field
          name="user_id"
          label={t('sign-in.user-id')}
          hint={t('sign-in.user-id-hint')}
          value={userId}
          autocomplete="username"
          verbatim
          invalid={invalid}
        />
        <PasswordField
          name="password"
          label={t('sign-in.password')}
          autocomplete="current-password"
          invalid={invalid}
          t={t}
        />
        <SubmitButton>{t('sign-in.submit')}</SubmitButton>
      </Form>
    </Layout>
  );
}
