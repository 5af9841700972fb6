import type { Translator } from '../../html/messages.ts';

/** A device as factors/device-name.ts names it, in the page's language. */
export function deviceWords(name: string, t: Translator): string {
  const [browser, system] = name.split(' on ');
  if (!browser) return t('account-second-factor.device-unknown');
  return system ? t('account-second-factor.device', { browser, system }) : browser;
}
