import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

/** A link that is unknown, used or too old: one page for all three. */
export function LinkDeadPage({
  signIn,
  brand,
  t,
  languages,
  notice,
}: PageProps & { readonly signIn: string }) {
  const title = t('link-dead.heading');
  return (
    <Layout page="link-dead" title={title} error brand={brand} t={t} languages={languages} notice={notice}>
      <div role="alert">
        <h1>{title}</h1>
        <p class="lead">{t('link-dead.lead')}</p>
      </div>
      <a class="button primary" id="sign-in" href={signIn}>
        {t('activated.sign-in')}
      </a>
      <section class="ask">
        <h2>{t('error.ask')}</h2>
        <p>{t('link-dead.ask')}</p>
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
      </section>
    </Layout>
  );
}
