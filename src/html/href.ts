const SCHEMES: ReadonlySet<string> = new Set(['https:', 'http:', 'mailto:', 'tel:']);
// Browsers drop tabs and newlines from URLs and read `\` as `/`, so `/\t/host` would leave the site.
const UNCLEAN = /[\p{Cc}\s\\]/u;

/**
 * A link target that comes from data, or undefined where a link would be unsafe. Allowed: https, http,
 * mailto, tel, and paths on this origin. Not `javascript:`, not `//host`.
 */
export function safeHref(url: string | null | undefined): string | undefined {
  if (!url || UNCLEAN.test(url)) return undefined;
  if (url.startsWith('/')) return url.startsWith('//') ? undefined : url;
  return URL.canParse(url) && SCHEMES.has(new URL(url).protocol) ? url : undefined;
}

/** As safeHref, for an address that a browser fetches or posts to: https, http or a path here. */
export function safeWebAddress(url: string | null | undefined): string | undefined {
  const href = safeHref(url);
  return href && (href.startsWith('/') || /^https?:/i.test(href)) ? href : undefined;
}
