/** What of a registered client the browser may be sent on to after a form. */
export interface Destinations {
  readonly redirectUris?: readonly string[];
  readonly postLogoutRedirectUris?: readonly string[];
  readonly form_action_origins?: readonly string[];
}

/**
 * CSP form-action sources for a form whose answer redirects to an app. Chromium holds the whole chain of
 * redirects to the policy of the page that had the form, the app's own next hops included: hence the origins
 * that an app may register beside its redirect URIs.
 */
export function formActionOf(client: Destinations): string[] {
  const uris = [...(client.redirectUris ?? []), ...(client.postLogoutRedirectUris ?? [])];
  return [...new Set([...uris.map(sourceOf), ...(client.form_action_origins ?? [])])];
}

function sourceOf(uri: string): string {
  const { protocol, hostname, origin } = new URL(uri);
  if (protocol !== 'http:' && protocol !== 'https:') return protocol;
  // RFC 8252 §7.3: a native app listens on whatever port it got.
  const loopback = protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
  return loopback ? `http://${hostname}:*` : origin;
}
