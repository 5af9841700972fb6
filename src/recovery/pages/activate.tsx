import { ErrorSummary, Field, Form, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import {
  NewPasswordFault,
  NewPasswordFields,
  newPasswordFiles,
} from '../../passwords/pages/new-password.tsx';
import type { Fault, PasswordRules } from '../../passwords/policy.ts';

/** What was wrong with the user ID; the id of the sentence that says so. */
export type UserIdFault =
  | 'activate.user-id-missing'
  | 'activate.user-id-wrong'
  | 'activate.user-id-reserved'
  | 'activate.user-id-taken';

/** What was wrong with what was typed. */
export interface ActivateFaults {
  readonly userIdFault?: UserIdFault;
  readonly passwordFault?: Fault;
}

interface ActivatePageProps extends PageProps, ActivateFaults {
  readonly userName: string;
  /** As typed before, or the one that was set aside. */
  readonly userId: string;
  readonly rules: PasswordRules;
  readonly csrf: string;
}

/** Somebody who was invited chooses user ID and password. */
export function ActivatePage(props: ActivatePageProps) {
  const { userName, userId, rules, csrf, userIdFault, passwordFault, t } = props;
  return (
    <Layout
      {...props}
      page="activate"
      title={t('activate.heading')}
      error={userIdFault !== undefined || passwordFault !== undefined}
      extra={newPasswordFiles}
    >
      {userIdFault && <ErrorSummary t={t} message={t(userIdFault)} field="user_id" />}
      {passwordFault && <NewPasswordFault t={t} fault={passwordFault} rules={rules} />}
      <h1>{t('activate.heading')}</h1>
      <p class="lead">{t.rich('activate.lead', { user: userName }, { b: (text) => <b>{text}</b> })}</p>
      <Form action="/activate" csrf={csrf}>
        <Field
          name="user_id"
          label={t('sign-in.user-id')}
          hint={t('activate.user-id-hint')}
          value={userId}
          autocomplete="username"
          verbatim
          invalid={userIdFault !== undefined}
        />
        <NewPasswordFields
          t={t}
          rules={rules}
          label={t('sign-in.password')}
          invalid={passwordFault !== undefined}
        />
        <SubmitButton>{t('activate.submit')}</SubmitButton>
      </Form>
    </Layout>
  );
}
