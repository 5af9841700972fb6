/**
 * A registered address with our parameters behind it. What the app registered stays byte for byte, its own query above
 * all: parsed and written anew, `%20` becomes `+` and `~` becomes `%7E`, which not every app reads alike. (RFC 6749
 * §3.1.2)
 */
export function withParameters(
  registered: string,
  mark: '?' | '#',
  parameters: Readonly<Record<string, unknown>>,
): string {
  const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  // A registered address has no fragment of its own.
  if (mark === '#') return `${registered}#${query}`;
  const begun = registered.indexOf('?');
  const open = begun === registered.length - 1 || registered.endsWith('&');
  const joint = begun < 0 ? '?' : open ? '' : '&';
  return `${registered}${joint}${query}`;
}
