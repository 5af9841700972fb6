/** What of a client this file reads. */
interface Client {
  readonly applicationType?: string | undefined;
  readonly clientAuthMethod?: string | undefined;
  readonly redirectUris?: readonly string[] | undefined;
}

/**
 * Whether a script of this origin may read answers for this app: the app runs in the browser (it has no secret), and
 * the browser returns to this origin after sign-in. No cookie is ever read by what this opens.
 */
export function isBrowserAppAt(origin: string, client: Client): boolean {
  if (client.clientAuthMethod !== 'none' || client.applicationType !== 'web') return false;
  return client.redirectUris?.some((uri) => new URL(uri).origin === origin) === true;
}
