import { safeHref } from '../../html/href.ts';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface SignedOutPageProps extends PageProps {
  readonly appName?: string;
  /** The app's own registered address; offered, never followed by itself. */
  readonly returnUri?: string;
}

export function SignedOutPage({ appName, returnUri, brand, t, languages, notice }: SignedOutPageProps) {
  const back = safeHref(returnUri);
  return (
    <Layout
      page="signed-out"
      title={t('signed-out.heading')}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      <h1>{t('signed-out.heading')}</h1>
      <p class="lead">
        {appName
          ? t.rich('signed-out.lead-app', { app: appName }, { b: (text) => <b>{text}</b> })
          : t('signed-out.lead')}{' '}
        {t('signed-out.shared')}
      </p>
      <a class="button primary" id="sign-in-again" href="/">
        {t('signed-out.again')}
      </a>
      {back && (
        <a class="button quiet full" id="return" href={back}>
          {appName ? t('signed-out.return', { app: appName }) : t('signed-out.return-unnamed')}
        </a>
      )}
    </Layout>
  );
}
