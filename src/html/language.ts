import { type Locale, locales } from './messages.ts';

/** Language tags in order of preference, as a request gives them; each may be absent. */
export interface Preferences {
  /** OIDC Core 3.1.2.1 `ui_locales`: space separated. */
  readonly uiLocales?: string | undefined;
  /** What the person chose on a page before. */
  readonly chosen?: string | undefined;
  /** What the browser asks for (RFC 9110 §12.5.4), best first. */
  readonly accepted?: readonly string[];
}

/** The language of a page: the person's own choice, then the app's, then the browser's, then English. */
export function chooseLocale({ uiLocales, chosen, accepted = [] }: Preferences): Locale {
  const wanted = [chosen ?? '', ...(uiLocales ?? '').split(' '), ...accepted];
  for (const tag of wanted) {
    const known = locales.find((locale) => tag.toLowerCase().split('-')[0] === locale);
    if (known) return known;
  }
  return 'en';
}
