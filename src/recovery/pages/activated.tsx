import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

/** It does not sign in by itself: what was just chosen is typed once, and a password manager keeps it. */
export function ActivatedPage({
  signIn,
  brand,
  t,
  languages,
  notice,
}: PageProps & { readonly signIn: string }) {
  return (
    <Layout
      page="activated"
      title={t('activated.heading')}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      <h1>{t('activated.heading')}</h1>
      <p class="lead">{t('activated.lead')}</p>
      <a class="button primary" id="sign-in" href={signIn}>
        {t('activated.sign-in')}
      </a>
    </Layout>
  );
}
