import { Form, PasswordField, SubmitButton } from '../../html/form.tsx';
import type { MessageId } from '../../html/messages.ts';
import {
  NewPasswordFault,
  NewPasswordFields,
  newPasswordFiles,
} from '../../passwords/pages/new-password.tsx';
import type { Fault, PasswordRules } from '../../passwords/policy.ts';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';

interface AccountPasswordPageProps extends AccountPageProps {
  readonly userId: string;
  readonly rules: PasswordRules;
  /** Sessions that end with the change, this one included. */
  readonly sessions: number;
  /** What was wrong with the current password, or with the new one. */
  readonly error?: 'current-missing' | 'current-wrong' | undefined;
  readonly fault?: Fault | undefined;
}

const ERRORS = {
  'current-missing': 'account-password.current-missing',
  'current-wrong': 'account-password.current-wrong',
} as const satisfies Record<string, MessageId>;

/** The current password, and the one that is to take its place. It posts `current_password` and `password`. */
export function AccountPasswordPage(props: AccountPasswordPageProps) {
  const { t, userId, rules, sessions, error, fault, action, csrf } = props;
  return (
    <AccountLayout
      {...props}
      name="account-password"
      heading={t('account-password.heading')}
      lead={t('account-password.lead', { count: sessions })}
      error={error && { message: t(ERRORS[error]), field: 'current_password' }}
      alert={fault && <NewPasswordFault t={t} fault={fault} rules={rules} />}
      extra={newPasswordFiles}
    >
      <section class="panel">
        <Form action={action} csrf={csrf}>
          <PasswordField
            name="current_password"
            label={t('account-password.current')}
            autocomplete="current-password"
            invalid={error !== undefined}
            t={t}
          />
          <NewPasswordFields
            t={t}
            rules={rules}
            label={t('new-password.label')}
            userId={userId}
            invalid={fault !== undefined}
          />
          <SubmitButton class="primary narrow">{t('account-password.submit')}</SubmitButton>
        </Form>
      </section>
    </AccountLayout>
  );
}
