import { Form, HiddenFields, SubmitButton, SwitchUser } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';
import { ROLES, type Role } from '../../roles.ts';

interface ContinuePageProps extends PageProps {
  readonly appName: string;
  readonly userName: string;
  readonly csrf: string;
  readonly action: string;
}

/** A native app on an existing session: another app could pose as it, so a person decides (RFC 8252 §8.6). */
export function ContinuePage(props: ContinuePageProps) {
  const { appName, userName, csrf, action, t } = props;
  const title = t('continue.heading', { app: appName });
  return (
    <Layout {...props} page="continue" title={title}>
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

interface ConsentPageProps extends PageProps {
  readonly appName: string;
  readonly userName: string;
  /** What the app asks to learn. */
  readonly scopes: readonly string[];
  readonly csrf: string;
  readonly action: string;
}

/** A third party's app asks for data: the person decides, once for each kind. */
export function ConsentPage(props: ConsentPageProps) {
  const { appName, userName, scopes, csrf, action, t } = props;
  const title = t('consent.heading', { app: appName });
  const told = SCOPES.filter((scope) => scopes.includes(scope));
  return (
    <Layout {...props} page="consent" title={title}>
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

interface AccessDeniedPageProps extends PageProps {
  readonly appName: string;
  readonly userName: string;
  readonly userId: string;
  /** The roles of which the app demands one. */
  readonly roles: readonly string[];
  readonly csrf: string;
  readonly action: string;
}

/** The app demands a role that the account lacks: says which app, why, whom to ask, and the ways on. */
export function AccessDeniedPage(props: AccessDeniedPageProps) {
  const { appName, userName, userId, roles, csrf, action, brand, t } = props;
  const title = t('access-denied.heading', { app: appName });
  const needed = roles.map((role) => t(roleId(role)));
  return (
    <Layout {...props} page="access-denied" title={title} error>
      <div role="alert">
        <h1>{title}</h1>
        <p class="lead">
          {t.rich(
            'access-denied.why',
            { app: appName, user: userName, id: userId, roles: t.list(needed) },
            { b: (text) => <b>{text}</b> },
          )}
        </p>
      </div>
      <p>{t('access-denied.ask')}</p>
      <p class="contacts">
        <Support brand={brand} t={t} />
      </p>
      <Form action={action} csrf={csrf}>
        <HiddenFields fields={{ choice: 'return' }} />
        <button type="submit" id="submit" class="primary">
          {t('access-denied.return', { app: appName })}
        </button>
      </Form>
      <SwitchUser action={action} csrf={csrf} t={t} />
    </Layout>
  );
}

function roleId(role: string): `role.${Role}` {
  return `role.${ROLES.find((known) => known === role) ?? 'staff'}`;
}
