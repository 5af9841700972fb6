import { safeHref } from '../../html/href.ts';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

/** An app and where it begins, as it is registered. */
export interface OwnApp {
  readonly name: string;
  readonly startUri: string | null;
}

interface DonePageProps extends PageProps {
  readonly signIn: string;
  /** The app that the person came from. */
  readonly app?: OwnApp | undefined;
}

/** It does not sign in by itself: that takes the new password, and a second factor where there is one. */
export function DonePage({ signIn, app, brand, t, languages, notice }: DonePageProps) {
  const start = safeHref(app?.startUri);
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
      <a class="button primary" id="sign-in" href={start ?? signIn}>
        {app && start ? t('recover.done-app', { app: app.name }) : t('recover.done-sign-in')}
      </a>
      <section class="ask">
        <h2>{t('error.ask')}</h2>
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
      </section>
    </Layout>
  );
}
