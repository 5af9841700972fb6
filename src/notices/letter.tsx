import { safeWebAddress } from '../html/href.ts';
import type { Translator } from '../html/messages.ts';
import type { Letter, Site } from './templates.ts';

// Mail programs drop style sheets, so the styles stand with what they are for.
const BODY = 'margin:0;padding:24px 12px;font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif';
const COLUMN = 'max-width:560px;margin:0 auto';
const HEAD = 'font-size:18px;font-weight:600;margin:0 0 24px';
const CODE = 'font:600 30px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:4px;margin:24px 0';
const BUTTON =
  'display:inline-block;padding:12px 20px;border-radius:6px;background:#0b5d66;color:#ffffff;text-decoration:none;font-weight:600';
const NOT_YOU = 'margin:24px 0;padding:12px 16px;border-left:4px solid #0b5d66';
const SMALL = 'font-size:14px;word-break:break-word';

/** A mail as HTML; it loads nothing from anywhere. */
export function LetterPage({ letter, site, t }: { letter: Letter; site: Site; t: Translator }) {
  const { subject, paragraphs, code, items, link, notYou } = letter;
  const href = safeWebAddress(link?.href);
  return (
    <html lang={t.lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{subject}</title>
      </head>
      <body style={BODY}>
        <div style={COLUMN}>
          <p style={HEAD}>{site.operator}</p>
          {paragraphs.map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
          {code && <p style={CODE}>{code}</p>}
          {items && (
            <ul>
              {items.map((item) => (
                <li key={item}>
                  <strong>{item}</strong>
                </li>
              ))}
            </ul>
          )}
          {link && href && (
            <>
              <p>
                <a href={href} style={BUTTON}>
                  {link.label}
                </a>
              </p>
              <p style={SMALL}>
                {t('mail.link.copy')}
                <br />
                {href}
              </p>
            </>
          )}
          <p style={NOT_YOU}>{notYou}</p>
          <p style={SMALL}>{t('mail.support', { support: site.support })}</p>
          <p style={SMALL}>{t('mail.footer', { operator: site.operator })}</p>
        </div>
      </body>
    </html>
  );
}
