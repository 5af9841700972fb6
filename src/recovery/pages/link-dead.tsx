import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

const WORDS = {
  activation: { lead: 'link-dead.lead', ask: 'link-dead.ask' },
  'stop-reset': { lead: 'stop-reset-dead.lead', ask: 'stop-reset.ask' },
} as const;

interface LinkDeadPageProps extends PageProps {
  readonly signIn: string;
  /** What the link was for. */
  readonly of: keyof typeof WORDS;
}

/** A link that is unknown, used or too old: one page for all three. */
export function LinkDeadPage({ signIn, of, brand, t, languages, notice }: LinkDeadPageProps) {
  const title = t('link-dead.heading');
  return (
    <Layout page="link-dead" title={title} error brand={brand} t={t} languages={languages} notice={notice}>
      <div role="alert">
        <h1>{title}</h1>
        <p class="lead">{t(WORDS[of].lead)}</p>
      </div>
      <a class="button primary" id="sign-in" href={signIn}>
        {t('activated.sign-in')}
      </a>
      <section class="ask">
        <h2>{t('error.ask')}</h2>
        <p>{t(WORDS[of].ask)}</p>
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
      </section>
    </Layout>
  );
}
