import type { ErrorCode } from '../errors.ts';
import type { Brand } from './brand.ts';
import { locales, translator } from './messages.ts';
import { Support } from './support.tsx';

interface PlainErrorPageProps {
  readonly code: ErrorCode;
  readonly errorId: string;
  readonly brand: Brand;
}

/**
 * For a request that could not be read: neither its language nor its address is known, so it speaks all languages,
 * and it loads nothing, since the same headers would come with each of its files.
 */
export function PlainErrorPage({ code, errorId, brand }: PlainErrorPageProps) {
  const words = locales.map((locale) => translator(locale));
  const [first] = words;
  return (
    <html lang={first?.lang}>
      <head>
        <meta charset="utf-8" />
        <title>
          {first?.('page.title-of-error', { title: first(`error.${code}.title`), operator: brand.name })}
        </title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
      </head>
      <body data-page="error">
        <main>
          <p>{brand.name}</p>
          {words.map((t) => (
            <section key={t.lang} lang={t.lang}>
              <h1>{t(`error.${code}.title`)}</h1>
              <p role="alert">{t(`error.${code}.body`)}</p>
              <p>{t('error.ask-body')}</p>
            </section>
          ))}
          <p>{first && <Support brand={brand} t={first} />}</p>
          <p>
            <span id="error-id">{errorId}</span> <span id="error-code">{code}</span>
          </p>
        </main>
      </body>
    </html>
  );
}
