import { Form, SubmitButton, SwitchUser } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface ContinuePageProps extends PageProps {
  readonly appName: string;
  readonly userName: string;
  readonly csrf: string;
  readonly action: string;
}

/** A native app on an existing session: another app could pose as it, so a person decides (RFC 8252 §8.6). */
export function ContinuePage({
  appName,
  userName,
  csrf,
  action,
  brand,
  t,
  languages,
  notice,
}: ContinuePageProps) {
  const title = t('continue.heading', { app: appName });
  return (
    <Layout page="continue" title={title} brand={brand} t={t} languages={languages} notice={notice}>
      <h1>{title}</h1>
      <p class="lead">
        {t.rich('continue.lead', { app: appName, user: userName }, { b: (text) => <b>{text}</b> })}
      </p>
      <Form action={action} csrf={csrf}>
        <SubmitButton>{t('continue.submit')}</SubmitButton>
      </Form>
      <SwitchUser action={action} csrf={csrf} t={t} />
      <p class="after">{t('continue.warning', { app: appName })}</p>
    </Layout>
  );
}
