import type { VNode } from 'preact';
import { Form, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';
import { momentText } from '../../html/time.tsx';

interface StopResetPageProps extends PageProps {
  readonly dueAt: Date;
  /** The person's time zone. */
  readonly zone: string | null;
  readonly csrf: string;
}

/** A reset of the second factor waits: its owner can stop it, by a button, since links are opened by scanners too. */
export function StopResetPage({ dueAt, zone, csrf, ...site }: StopResetPageProps) {
  const { t } = site;
  const when = (text: unknown) => <time dateTime={dueAt.toISOString()}>{String(text)}</time>;
  return (
    <Layout page="stop-reset" title={t('stop-reset.heading')} {...site}>
      <h1>{t('stop-reset.heading')}</h1>
      <p class="lead">{t.rich('stop-reset.lead', { at: momentText(dueAt, zone, t) }, { when })}</p>
      <p>{t('stop-reset.what')}</p>
      <Form action="/recover/stop" csrf={csrf}>
        <SubmitButton>{t('stop-reset.submit')}</SubmitButton>
      </Form>
      <p>{t('stop-reset.wanted')}</p>
    </Layout>
  );
}

type OverPageProps = PageProps & { readonly signIn: string };

/** It was stopped, just now or before. */
export function StopResetDonePage({ signIn, ...site }: OverPageProps) {
  const { t } = site;
  return (
    <Layout page="stop-reset-done" title={t('stop-reset-done.heading')} {...site}>
      <div role="status">
        <h1>{t('stop-reset-done.heading')}</h1>
        <p class="lead">{t('stop-reset-done.lead')}</p>
      </div>
      <WaysOn signIn={signIn} site={site} />
    </Layout>
  );
}

/** Too late: it has happened. */
export function StopResetLatePage({ signIn, ...site }: OverPageProps) {
  const { t } = site;
  return (
    <Layout page="stop-reset-late" title={t('stop-reset-late.heading')} error {...site}>
      <div role="alert">
        <h1>{t('stop-reset-late.heading')}</h1>
        <p class="lead">{t('stop-reset-late.lead')}</p>
        <p>{t('stop-reset-late.now')}</p>
      </div>
      <WaysOn signIn={signIn} site={site} />
    </Layout>
  );
}

function WaysOn({ signIn, site: { t, brand } }: { signIn: string; site: PageProps }): VNode {
  return (
    <>
      <a class="button primary" id="sign-in" href={signIn}>
        {t('activated.sign-in')}
      </a>
      <section class="ask">
        <h2>{t('error.ask')}</h2>
        <p>{t('stop-reset.ask')}</p>
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
      </section>
    </>
  );
}
