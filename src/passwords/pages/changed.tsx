import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface PasswordChangedPageProps extends PageProps {
  /** Where the person signs in with the new one. */
  readonly signIn: string;
}

/** A new password is stored, and everything that was open before is over. */
export function PasswordChangedPage({ signIn, ...site }: PasswordChangedPageProps) {
  const { t } = site;
  return (
    <Layout {...site} page="account-password-changed" title={t('account-password.changed')}>
      <h1>{t('account-password.changed')}</h1>
      <p class="lead">{t('account-password.sign-in-again')}</p>
      <a class="button primary" id="way-on" href={signIn}>
        {t('sign-in.submit')}
      </a>
    </Layout>
  );
}
