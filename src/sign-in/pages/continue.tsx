import { Form, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface ContinuePageProps extends PageProps {
  readonly appName: string;
  readonly userName: string;
  readonly csrf: string;
  readonly action: string;
}

/** A native app on an existing session: another app could pose as it, so a person decides (RFC 8252 §8.6). */
export function ContinuePage({ appName, userName, csrf, action, brand, t }: ContinuePageProps) {
  const title = t('continue.heading', { app: appName });
  return (
    <Layout page="continue" title={title} brand={brand} t={t}>
      <h1>{title}</h1>
      <p class="lead">
        {t.rich('continue.lead', { app: appName, user: userName }, { b: (text) => <b>{text}</b> })}
      </p>
      <Form action={action} csrf={csrf}>
        <SubmitButton>{t('continue.submit')}</SubmitButton>
      </Form>
      <p class="after">{t('continue.warning', { app: appName })}</p>
    </Layout>
  );
}
