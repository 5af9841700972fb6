import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Help, Ways } from './ways.tsx';

interface DeadPageProps extends PageProps {
  readonly signIn: string;
  readonly startHref: string;
}

/** A link or reset that is unknown, used or too old: one page for all three. */
export function DeadPage(props: DeadPageProps) {
  const { startHref, brand, t, languages, notice } = props;
  const title = t('recover.dead-heading');
  return (
    <Layout page="link-dead" title={title} error brand={brand} t={t} languages={languages} notice={notice}>
      <div role="alert">
        <h1>{title}</h1>
        <p class="lead">{t('recover.dead-lead')}</p>
      </div>
      <a class="button primary" id="way-on" href={startHref}>
        {t('recover.dead-way-on')}
      </a>
      <Ways {...props} />
      <Help {...props} />
    </Layout>
  );
}
