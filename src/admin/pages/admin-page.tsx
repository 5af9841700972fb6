import type { ComponentChildren } from 'preact';
import { ErrorSummary } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { MessageId, Translator } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import type { GlobalRole } from '../../roles.ts';
import { FINDERS, OPERATORS, READERS } from '../roles.ts';

/** What every page of the console takes. */
export interface AdminPageProps extends PageProps {
  readonly csrf: string;
  /** The reader's time zone (IANA). */
  readonly zone: string | null;
  readonly roles: readonly GlobalRole[];
  /** The end of the header: who is signed in, and the ways to sign out. */
  readonly account?: ComponentChildren;
  /** What was just done. */
  readonly done?: string | undefined;
  readonly error?: { readonly message: string; readonly field: string } | undefined;
}

interface AdminLayoutProps extends AdminPageProps {
  /** `data-page`. */
  readonly name: string;
  /** The address of the menu's entry that this page belongs to. */
  readonly here: string;
  readonly heading: string;
  readonly lead?: ComponentChildren;
  readonly children: ComponentChildren;
}

const PLACES: readonly (readonly [string, MessageId, readonly GlobalRole[]])[] = [
  ['/admin', 'admin.overview', READERS],
  ['/admin/sessions', 'admin.sessions', READERS],
  ['/admin/accounts', 'admin.accounts', FINDERS],
  ['/admin/audit', 'admin.audit', READERS],
  ['/admin/apps', 'admin.apps', READERS],
  ['/admin/practices', 'admin.practices', READERS],
  ['/admin/keys', 'admin.keys', READERS],
];

/** The frame of a page of the console: menu, heading, what was done or went wrong. */
export function AdminLayout(props: AdminLayoutProps) {
  const { brand, t, languages, notice, heading, lead, done, error, here } = props;
  return (
    <Layout
      page={props.name}
      title={heading}
      error={error !== undefined}
      wide
      account={props.account}
      brand={brand}
      t={t}
      languages={languages ?? []}
      notice={notice}
      extra={{
        styles: ['factors.css', 'account.css', 'console.css', 'console-table.css', 'console-overview.css'],
        scripts: ['console.js'],
      }}
    >
      {error && <ErrorSummary t={t} {...error} />}
      <Menu here={here} roles={props.roles} t={t} />
      <h1>{heading}</h1>
      {lead && <p class="lead">{lead}</p>}
      {done && (
        <p class="success" role="status">
          {done}
        </p>
      )}
      {props.children}
    </Layout>
  );
}

function Menu({ here, roles, t }: { here: string; roles: readonly GlobalRole[]; t: Translator }) {
  return (
    <nav class="menu" aria-label={t('admin.menu')}>
      <ul>
        <li>
          <a href="/" id="to-launcher">
            {t('launcher.heading')}
          </a>
        </li>
        {PLACES.filter(([, , who]) => who.some((role) => roles.includes(role))).map(([address, label]) => (
          <li key={address}>
            <a href={address} aria-current={address === here ? 'page' : undefined}>
              {t(label)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** Whether somebody of these roles sees an act that only those may do. */
export function isOperator({ roles }: Pick<AdminPageProps, 'roles'>): boolean {
  return OPERATORS.some((role) => roles.includes(role));
}
