import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Help, Ways } from './ways.tsx';

/** Neither mail nor SMS is configured: says so, and whom to ask. */
export function ClosedPage(props: PageProps & { readonly signIn: string }) {
  const { brand, t, languages, notice } = props;
  return (
    <Layout
      page="recover-closed"
      title={t('recover.closed-heading')}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      <h1>{t('recover.closed-heading')}</h1>
      <p class="lead">{t('recover.closed')}</p>
      <Ways {...props} />
      <Help {...props} />
    </Layout>
  );
}
