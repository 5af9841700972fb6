import type { AuditEvent } from '../audit-events.ts';
import type { JsonObject } from '../postgres/schema.ts';
import type { App } from './app.ts';

/**
 * Asked of an app as it was and as it would be, within the change's own transaction: throws where the
 * caller may not change it, and nothing is changed.
 */
export type AppGuard = (app: App) => void;

/** Of commands, and of people at the console. */
export const allow: AppGuard = () => {};

/** What a change did to an app; undefined where it is as before. */
export function describeChange(
  old: App | undefined,
  app: App,
): AuditEvent<'app.registered' | 'app.changed'> | undefined {
  const after = snapshot(app);
  if (!old) return { event: 'app.registered', outcome: 'success', app: app.clientId, after };
  const before = snapshot(old);
  const rotated = old.metadata.client_secret !== app.metadata.client_secret;
  if (!rotated && JSON.stringify(before) === JSON.stringify(after)) return undefined;
  const both = { before, after: rotated ? { ...after, client_secret: 'changed' } : after };
  return { event: 'app.changed', outcome: 'success', app: app.clientId, ...both };
}

/** An app as the audit log keeps it: whether there is a secret, never what it is. */
export function snapshot({ clientId, metadata, previous: _, ...rest }: App): JsonObject {
  const secret = metadata.client_secret === undefined ? {} : { client_secret: 'set' };
  return { ...rest, metadata: { ...metadata, ...secret } };
}
