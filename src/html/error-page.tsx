import type { ErrorCode } from '../errors.ts';
import { safeHref } from './href.ts';
import { Layout } from './layout.tsx';
import type { PageProps } from './page.ts';
import { Support } from './support.tsx';

interface ErrorPageProps extends PageProps {
  readonly code: ErrorCode;
  /** Names the error here and in the log; the only thing that support needs to hear. */
  readonly errorId: string;
  /** The best way on that the route knows; else the same address again, or the launcher. */
  readonly wayOn?: { readonly href: string; readonly label: string };
}

/** Mended by waiting, or by the person in the browser: asking for the same address again is the way on. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'store-away',
  'busy',
  'internal',
  'cookies-needed',
  'too-many-requests',
]);

/** What happened, what to do now, whom to ask; never the cause. */
export function ErrorPage({ code, errorId, wayOn, brand, t, languages, notice }: ErrorPageProps) {
  const title = t(`error.${code}.title`);
  const href = safeHref(wayOn?.href);
  return (
    <Layout
      page={code === 'session-expired' ? 'session-expired' : 'error'}
      title={title}
      error
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      <div role="alert">
        <h1>{title}</h1>
        <p class="lead">{t(`error.${code}.body`)}</p>
      </div>
      {wayOn && href ? (
        <a class="button primary" id="way-on" href={href}>
          {wayOn.label}
        </a>
      ) : (
        <a class="button primary" id="way-on" href={PASSING.has(code) ? '' : '/'}>
          {t(`error.${code}.way-on`)}
        </a>
      )}
      <section class="ask">
        <h2>{t('error.ask')}</h2>
        <p>{t('error.ask-body')}</p>
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
        <dl class="facts">
          <dt>{t('error.id')}</dt>
          <dd id="error-id">{errorId}</dd>
          <dt>{t('error.code')}</dt>
          <dd id="error-code">{code}</dd>
        </dl>
      </section>
    </Layout>
  );
}
