import { Checkbox, ErrorSummary, Field, Form, PasswordField, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { MessageId } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';

interface SignInPageProps extends PageProps {
  /** Empty for the launcher, which is no app. */
  readonly appName: string;
  readonly csrf: string;
  readonly action: string;
  /** As typed before, or the app's login_hint. */
  readonly userId?: string;
  /** One sentence for both fields, so that it never tells which of them was wrong. */
  readonly error?: MessageId;
  /** Whether to offer to remember the user ID, and whether one is remembered. */
  readonly remember?: 'offered' | 'on';
  /** Whether to ask about a shared computer. */
  readonly offerPublic?: boolean;
  readonly forgotPassword: string;
  readonly forgotUserId: string;
  /** So many sessions a person may have: another sign-in has ended the one that this browser had. */
  readonly displacedBy?: number;
}

export function SignInPage(props: SignInPageProps) {
  const { appName, csrf, action, userId, error, t } = props;
  const invalid = error !== undefined;
  return (
    <Layout {...props} page="sign-in" title={t('sign-in.heading')} error={invalid}>
      {error && <ErrorSummary t={t} message={t(error)} field="user_id" />}
      <h1>{t('sign-in.heading')}</h1>
      <p class="lead">
        {appName
          ? t.rich('sign-in.lead', { app: appName }, { b: (text) => <b>{text}</b> })
          : t('sign-in.lead-launcher')}
      </p>
      {props.displacedBy !== undefined && (
        <p class="after" role="status" id="displaced">
          {t('sign-in.displaced', { count: props.displacedBy })}
        </p>
      )}
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
        {props.remember && (
          <Checkbox name="remember_user_id" label={t('sign-in.remember')} checked={props.remember === 'on'} />
        )}
        {props.offerPublic && <Checkbox name="public_computer" label={t('sign-in.public')} />}
        <SubmitButton>{t('sign-in.submit')}</SubmitButton>
      </Form>
      <p class="ways">
        <a id="forgot-password" href={props.forgotPassword}>
          {t('sign-in.forgot-password')}
        </a>
        <a id="forgot-user-id" href={props.forgotUserId}>
          {t('sign-in.forgot-user-id')}
        </a>
      </p>
    </Layout>
  );
}
