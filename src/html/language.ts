import { type Locale, locales } from './messages.ts';

/** Language tags in order of preference, as a request gives them; each may be absent. */
export interface Preferences {
  /** OIDC Core 3.1.2.1 `ui_locales`: space separated. */
  readonly uiLocales?: string | undefined;
  /** What the person chose on a page before. */
  readonly chosen?: string | undefined;
  /** RFC 9110 §12.5.4. */
  readonly acceptLanguage?: string | undefined;
}

/** The language of a page: the person's own choice, then the app's, then the browser's, then English. */
export function chooseLocale({ uiLocales, chosen, acceptLanguage }: Preferences): Locale {
  const wanted = [chosen ?? '', ...(uiLocales ?? '').split(' '), ...byQuality(acceptLanguage ?? '')];
  for (const tag of wanted) {
    const known = locales.find((locale) => tag.toLowerCase().split('-')[0] === locale);
    if (known) return known;
  }
  return 'en';
}

function byQuality(header: string): string[] {
  return header
    .split(',', 20)
    .map((part) => {
      const [tag = '', quality] = part.trim().split(/;\s*q=/);
      return { tag, quality: quality === undefined ? 1 : Number(quality) || 0 };
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);
}
