import { Form, HiddenFields, SwitchUser } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface ConsentPageProps extends PageProps {
  readonly appName: string;
  readonly userName: string;
  /** What the app asks to learn. */
  readonly scopes: readonly string[];
  readonly csrf: string;
  readonly action: string;
}

/** An app of somebody else's asks for data: the person decides, once for each kind. */
export function ConsentPage(props: ConsentPageProps) {
  const { appName, userName, scopes, csrf, action, brand, t, languages, notice } = props;
  const title = t('consent.heading', { app: appName });
  const told = SCOPES.filter((scope) => scopes.includes(scope));
  return (
    <Layout page="consent" title={title} brand={brand} t={t} languages={languages} notice={notice}>
      <h1>{title}</h1>
      <p class="lead">
        {t.rich('consent.lead', { app: appName, user: userName }, { b: (text) => <b>{text}</b> })}
      </p>
      <ul id="scopes">
        {told.map((scope) => (
          <li key={scope}>{t(`scope.${scope}`)}</li>
        ))}
      </ul>
      <Form action={action} csrf={csrf}>
        <HiddenFields fields={{ choice: 'allow' }} />
        <button type="submit" id="submit" class="primary">
          {t('consent.allow')}
        </button>
      </Form>
      <Form action={action} csrf={csrf} class="after">
        <HiddenFields fields={{ choice: 'refuse' }} />
        <button type="submit" id="refuse" class="quiet full">
          {t('consent.refuse')}
        </button>
      </Form>
      <SwitchUser action={action} csrf={csrf} t={t} />
    </Layout>
  );
}

const SCOPES = ['openid', 'profile', 'email', 'phone', 'practice', 'offline_access'] as const;
