/*
 * html/ owns how pages look and read: the frame of a page, form controls, the catalogue of words, the static
 * files. Pages themselves live with their surface; they take props and give a vnode, and do no I/O.
 */
import type { ComponentChildren } from 'preact';
import type { Translator } from './messages.ts';
import type { PageProps } from './page.ts';
import { SessionEnd } from './session-end.tsx';
import { asset } from './static.ts';
import { Support } from './support.tsx';

interface LayoutProps extends PageProps {
  /** The name in `<body data-page>`, see contract.md. */
  readonly page: string;
  readonly title: string;
  /** An error stands on the page: its title then says so first. */
  readonly error?: boolean;
  /** A page of many parts, without the card. */
  readonly wide?: boolean;
  /** Stands at the end of the header. */
  readonly account?: ComponentChildren;
  readonly script?: 'page.js' | 'form-post.js';
  /** Static files that this page needs beside those of every page. */
  readonly extra?: { readonly styles?: readonly string[]; readonly scripts?: readonly string[] };
  readonly children: ComponentChildren;
}

/** The frame of every page. */
export function Layout(props: LayoutProps) {
  const { brand, t, title, ending } = props;
  const styles = [...(props.extra?.styles ?? []), ...(ending ? ['session-end.css'] : [])];
  const scripts = [...(props.extra?.scripts ?? []), ...(ending ? ['session-end.js'] : [])];
  const titleId = props.error ? 'page.title-of-error' : 'page.title';
  return (
    <html lang={t.lang}>
      <head>
        <meta charset="utf-8" />
        <title>{t(titleId, { title, operator: brand.name })}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" type="image/svg+xml" href={asset('mark.svg')} />
        <link rel="stylesheet" href={asset('site.css')} />
        {brand.styles.map((file) => (
          <link key={file.url} rel="stylesheet" href={file.url} />
        ))}
        {styles.map((name) => (
          <link key={name} rel="stylesheet" href={asset(name)} />
        ))}
        <script type="module" src={asset(props.script ?? 'page.js')} />
        {scripts.map((name) => (
          <script key={name} type="module" src={asset(name)} />
        ))}
      </head>
      <body data-page={props.page} class={props.wide ? 'wide' : undefined}>
        <Header {...props} />
        {props.notice && <ServiceNotice {...props.notice} t={t} />}
        <main>{props.wide ? props.children : <div class="card">{props.children}</div>}</main>
        <Footer brand={brand} t={t} />
        {ending && <SessionEnd ending={ending} t={t} />}
      </body>
    </html>
  );
}

function Header({ brand, t, account, languages = [] }: LayoutProps) {
  return (
    <header class="bar">
      <span class="name">
        {brand.logo ? <img class="mark" src={brand.logo} alt="" height="28" /> : <Mark />}
        {brand.name}
      </span>
      {(brand.helpUrl || account || languages.length > 0) && (
        <div class="end">
          {(brand.helpUrl || languages.length > 0) && (
            <nav aria-label={t('header.label')}>
              {languages.map(({ lang, name, href }) => (
                <a key={lang} href={href} lang={lang} hreflang={lang}>
                  {name}
                </a>
              ))}
              {brand.helpUrl && <a href={brand.helpUrl}>{t('header.help')}</a>}
            </nav>
          )}
          {account}
        </div>
      )}
    </header>
  );
}

function ServiceNotice({ text, dismiss, t }: { text: string; dismiss: string; t: Translator }) {
  return (
    <aside class="notice" aria-label={t('notice.label')}>
      <p id="service-notice">{text}</p>
      <a id="dismiss-notice" href={dismiss}>
        {t('notice.dismiss')}
      </a>
    </aside>
  );
}

function Mark() {
  return (
    <svg class="mark" width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
      <path class="arch" d="M4 26V12a10 10 0 0 1 20 0v14" />
      <path class="door" d="M10 26V13a4 4 0 0 1 8 0v13" />
    </svg>
  );
}

function Footer({ brand, t }: PageProps) {
  return (
    <footer>
      <Support brand={brand} t={t} />
      {brand.privacyUrl && <a href={brand.privacyUrl}>{t('footer.privacy')}</a>}
      {brand.accessibilityUrl && <a href={brand.accessibilityUrl}>{t('footer.accessibility')}</a>}
    </footer>
  );
}
