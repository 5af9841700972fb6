import type { Client } from 'oidc-provider';

/** The addresses that an app registered. */
type Addresses = Pick<Client, 'redirectUris' | 'postLogoutRedirectUris' | 'form_action_origins'>;

/**
 * CSP form-action sources for a form whose answer redirects to an app. Chromium holds the whole chain of
 * redirects to the policy of the page that had the form, the app's own next hops included: hence the origins
 * that an app may register beside its redirect URIs.
 */
export function formActionOf(client: Addresses): string[] {
  const uris = [...(client.redirectUris ?? []), ...(client.postLogoutRedirectUris ?? [])];
  return [...new Set([...uris.map(sourceOf), ...(client.form_action_origins ?? [])])];
}

function sourceOf(uri: string): string {
  const { protocol, hostname, origin } = new URL(uri);
  if (protocol !== 'http:' && protocol !== 'https:') return protocol;
  // RFC 8252 §7.3: a native app listens on any free port.
  const loopback = protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return loopback ? `http://${hostname}:*` : origin;
}

/**
 * Whether a script of this origin may read answers for this app: the app runs in the browser (it has no secret), and
 * the browser returns to this origin after sign-in. No cookie is ever read by what this opens.
 */
export function isBrowserAppAt(
  origin: string,
  client: Addresses & Pick<Client, 'applicationType' | 'clientAuthMethod'>,
): boolean {
  if (client.clientAuthMethod !== 'none' || client.applicationType !== 'web') return false;
  return client.redirectUris?.some((uri) => new URL(uri).origin === origin) === true;
}

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
