/** Where an app's sign-in begins, as it is registered. */
export interface WayIn {
  readonly startUri: string | null;
  readonly initiateLoginUri: string | null;
}

/**
 * Where a browser that has nothing of a sign-in begins one to this app; undefined for an app that names no such
 * address. `initiate_login_uri` is told who asks (OIDC Core §4, `iss`), its own query stays as it was registered.
 */
export function wayIn({ startUri, initiateLoginUri }: WayIn, issuer: string): string | undefined {
  if (!initiateLoginUri) return startUri ?? undefined;
  if (new URL(initiateLoginUri).searchParams.has('iss')) return initiateLoginUri;
  const [address = '', ...fragment] = initiateLoginUri.split('#');
  const asked = `${address}${address.includes('?') ? '&' : '?'}iss=${encodeURIComponent(issuer)}`;
  return [asked, ...fragment].join('#');
}
