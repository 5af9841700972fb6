/** What a program may do at /admin/api, by its own token (RFC 6749 §4.4); no person's token carries these. */
export const ADMIN_SCOPES = ['admin:read', 'admin:sessions', 'admin:people', 'admin:apps'] as const;

export type AdminScope = (typeof ADMIN_SCOPES)[number];

/** The one scope for all changes, until it was split. */
const FORMER = 'admin:write';
/** Never admin:apps, with which it rewrote other apps' registrations, and its own. [rule 35] */
const BECAME: readonly AdminScope[] = ['admin:sessions', 'admin:people'];

/**
 * The words of a scope, in which what the former `admin:write` became stands in its place. Registrations keep the
 * former word until they are changed, so that a replica of the version before goes on beside this one.
 */
export function currentScopes(scope: string | undefined): string[] {
  const words = scope?.split(' ').filter(Boolean) ?? [];
  return [...new Set(words.flatMap((word) => (word === FORMER ? BECAME : word)))];
}

/** A registration's metadata with its scope as it counts now. */
export function withCurrentScope<T extends { readonly scope?: unknown }>(metadata: T): T {
  const { scope } = metadata;
  return typeof scope === 'string' ? { ...metadata, scope: currentScopes(scope).join(' ') } : metadata;
}

/** Whether a registration gives a program any authority over this service. */
export function holdsAdminScope({ scope }: { readonly scope?: unknown }): boolean {
  return typeof scope === 'string' && scope.split(' ').some((word) => word.startsWith('admin:'));
}
