import { ErrorSummary, Field, Form, PasswordField, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

/** What was wrong with what was typed; the id of the sentence that says so. */
export type ActivateError =
  | 'activate.user-id-missing'
  | 'activate.user-id-wrong'
  | 'activate.user-id-taken'
  | 'activate.password-missing'
  | 'activate.password-too-short'
  | 'activate.password-too-long';

interface ActivatePageProps extends PageProps {
  readonly userName: string;
  /** As typed before, or the one that was set aside. */
  readonly userId: string;
  /** Characters of a password at least. */
  readonly minimum: number;
  readonly csrf: string;
  readonly error?: ActivateError;
}

/** Somebody who was invited chooses user ID and password. */
export function ActivatePage({
  userName,
  userId,
  minimum,
  csrf,
  error,
  brand,
  t,
  languages,
  notice,
}: ActivatePageProps) {
  const wrong = error?.startsWith('activate.password') ? 'password' : 'user_id';
  return (
    <Layout
      page="activate"
      title={t('activate.heading')}
      error={error !== undefined}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      {error && <ErrorSummary t={t} message={t(error, { minimum })} field={wrong} />}
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
          invalid={error !== undefined && wrong === 'user_id'}
        />
        <PasswordField
          name="password"
          label={t('sign-in.password')}
          hint={t('activate.password-hint', { minimum })}
          autocomplete="new-password"
          invalid={error !== undefined && wrong === 'password'}
          t={t}
        />
        <SubmitButton>{t('activate.submit')}</SubmitButton>
      </Form>
    </Layout>
  );
}
