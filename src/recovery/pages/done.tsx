import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface DonePageProps extends PageProps {
  readonly signIn: string;
  /** The app that the person came from, where `signIn` leads there. */
  readonly appName?: string | undefined;
}

/** It does not sign in by itself: that takes the new password, and a second factor where there is one. */
export function DonePage({ signIn, appName, brand, t, languages, notice }: DonePageProps) {
  return (
    <Layout
      page="recover-password-done"
      title={t('recover.done-heading')}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      <h1>{t('recover.done-heading')}</h1>
      <p class="lead">{t('recover.done-lead')}</p>
      <p>{t('recover.done-notice')}</p>
      <a class="button primary" id="sign-in" href={signIn}>
        {appName === undefined ? t('recover.done-sign-in') : t('recover.done-app', { app: appName })}
      </a>
    </Layout>
  );
}
