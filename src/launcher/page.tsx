import { safeWebAddress } from '../html/href.ts';
import { Layout } from '../html/layout.tsx';
import type { PageProps } from '../html/page.ts';
import { SignedInAs } from '../html/signed-in-as.tsx';
import { Support } from '../html/support.tsx';

/** An app as the launcher shows it. */
export interface LauncherApp {
  readonly clientId: string;
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly iconUri?: string | null | undefined;
  readonly startUri: string;
}

interface LauncherPageProps extends PageProps {
  readonly userName: string;
  readonly userId: string;
  readonly apps: readonly LauncherApp[];
  readonly csrf: string;
  readonly signOutAction: string;
  readonly switchUserAction: string;
  /** Whether the security team's console is open to them. */
  readonly console?: boolean;
  /** The response's CSP img-src lets in iconOrigins(apps); without it, initials stand for those icons. */
  readonly externalIcons?: boolean;
}

/** The origins that the page's icons come from, for CSP img-src beside 'self'. */
export function iconOrigins(apps: readonly LauncherApp[]): string[] {
  const icons = apps.map((app) => safeWebAddress(app.iconUri)).filter((uri) => uri?.startsWith('http'));
  return [...new Set(icons.map((uri) => new URL(String(uri)).origin))];
}

/** The home page: the apps that this account may open. An app whose address is no safe link is left out. */
export function LauncherPage(props: LauncherPageProps) {
  const { brand, t, languages, notice } = props;
  const apps = props.apps.filter((app) => safeWebAddress(app.startUri));
  return (
    <Layout
      page="launcher"
      title={t('launcher.heading')}
      wide
      account={<SignedInAs {...props} signOutId="submit" />}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
      ending={props.ending}
    >
      <h1>{t('launcher.heading')}</h1>
      {apps.length > 0 ? (
        <>
          <p class="lead">{t('launcher.lead')}</p>
          <ul class="apps">
            {apps.map((app) => (
              <li key={app.clientId}>
                <AppLink app={app} externalIcons={props.externalIcons ?? false} />
              </li>
            ))}
          </ul>
        </>
      ) : (
        <div class="panel" id="no-apps">
          <h2>{t('launcher.empty')}</h2>
          <p>{t('launcher.empty-body')}</p>
          <p class="contacts">
            <Support brand={brand} t={t} />
          </p>
        </div>
      )}
      <section class="ask">
        <h2>{t('launcher.account')}</h2>
        <a class="way" id="account" href="/account">
          {t('launcher.account-open')}
        </a>
      </section>
      {props.console && (
        <section class="ask">
          <h2>{t('launcher.console')}</h2>
          <a class="way" id="console" href="/admin">
            {t('launcher.console-open')}
          </a>
        </section>
      )}
    </Layout>
  );
}

function AppLink({ app, externalIcons }: { app: LauncherApp; externalIcons: boolean }) {
  const address = safeWebAddress(app.iconUri);
  const icon = externalIcons || address?.startsWith('/') ? address : undefined;
  return (
    <a class="app" data-app={app.clientId} href={safeWebAddress(app.startUri)}>
      {icon ? (
        <img class="icon" src={icon} alt="" width="48" height="48" />
      ) : (
        <span class="icon" aria-hidden="true">
          {initialOf(app.name)}
        </span>
      )}
      <span class="about">
        <b>{app.name}</b>
        {app.description && <span>{app.description}</span>}
      </span>
    </a>
  );
}

function initialOf(name: string): string {
  const [first] = name.trim();
  return (first ?? '').toLocaleUpperCase();
}
