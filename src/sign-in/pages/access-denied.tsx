import { Form, HiddenFields, SwitchUser } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

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
  const { appName, userName, userId, roles, csrf, action, brand, t, languages, notice } = props;
  const title = t('access-denied.heading', { app: appName });
  const needed = roles.map((role) => t(roleId(role)));
  return (
    <Layout
      page="access-denied"
      title={title}
      error
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
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

const ROLES = [
  'practice-administrator',
  'clinician',
  'biller',
  'staff',
  'operator',
  'security-analyst',
  'support',
] as const;

type Role = (typeof ROLES)[number];

function roleId(role: string): `role.${Role}` {
  return `role.${ROLES.find((known) => known === role) ?? 'staff'}`;
}
