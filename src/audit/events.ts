import type { JsonObject, Outcome } from '../postgres/schema.ts';

/** What a row of the audit log may say beside its event, its outcome and where it came from. */
export interface EventFields {
  /** Why: a short fixed word such as 'wrong-password', never text that somebody typed. */
  readonly reason?: string;
  /** Whom it happened to: a sub. */
  readonly account?: string;
  /** Who did it, where that is not the account itself: a sub, or the name of what acted. */
  readonly actor?: string;
  /** A client_id. */
  readonly app?: string;
  /** A session's uid. */
  readonly session?: string;
  readonly before?: JsonObject;
  readonly after?: JsonObject;
}

interface Definition {
  readonly outcome: Outcome;
  /** Fields without which the row would answer nothing. */
  readonly needs: readonly (keyof EventFields)[];
}

/** Every event there is. Names are a contract with whoever reads an export: add, never rename. */
export const EVENTS = {
  'sign-in.succeeded': { outcome: 'success', needs: ['account', 'session'] },
  'sign-in.failed': { outcome: 'failure', needs: ['reason'] },
  'sign-in.refused': { outcome: 'failure', needs: ['reason', 'after'] },
  'lock.begun': { outcome: 'failure', needs: ['reason', 'after'] },
  'lock.ended': { outcome: 'success', needs: ['reason', 'before'] },
  'lock.lifted': { outcome: 'success', needs: ['actor', 'reason', 'before'] },
  'authenticator.shut': { outcome: 'failure', needs: ['reason', 'after'] },
  'authenticator.opened': { outcome: 'success', needs: ['reason', 'before'] },
  'factor.enrolled': { outcome: 'success', needs: ['account', 'after'] },
  'factor.removed': { outcome: 'success', needs: ['account', 'before'] },
  'factor.failed': { outcome: 'failure', needs: ['account', 'reason'] },
  'recovery-codes.made': { outcome: 'success', needs: ['account', 'after'] },
  'recovery-code.used': { outcome: 'success', needs: ['account', 'after'] },
  'device.remembered': { outcome: 'success', needs: ['account', 'after'] },
  'device.forgotten': { outcome: 'success', needs: ['account', 'before'] },
  'recovery.requested': { outcome: 'success', needs: ['account', 'reason', 'after'] },
  'recovery.proved': { outcome: 'success', needs: ['account', 'reason'] },
  'recovery.failed': { outcome: 'failure', needs: ['reason'] },
  'helpdesk.verification-started': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'helpdesk.verified': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'helpdesk.verification-failed': { outcome: 'failure', needs: ['account', 'actor', 'reason', 'after'] },
  'helpdesk.refused': { outcome: 'failure', needs: ['account', 'actor', 'reason', 'after'] },
  'factor-reset.requested': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'factor-reset.approved': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'factor-reset.stopped': { outcome: 'success', needs: ['account', 'actor', 'reason', 'before'] },
  'factor-reset.done': { outcome: 'success', needs: ['account', 'actor', 'reason', 'after'] },
  'password.changed': { outcome: 'success', needs: ['account', 'reason'] },
  'app.entered': { outcome: 'success', needs: ['account', 'app', 'session'] },
  'app.refused': { outcome: 'failure', needs: ['account', 'app', 'reason'] },
  'app.not-authenticated': { outcome: 'failure', needs: ['app', 'reason', 'after'] },
  'consent.given': { outcome: 'success', needs: ['account', 'app', 'after'] },
  'access.withdrawn': { outcome: 'success', needs: ['account', 'app', 'before'] },
  'session.ended': { outcome: 'success', needs: ['account', 'session', 'reason'] },
  'sessions.revoked': { outcome: 'success', needs: ['actor', 'after'] },
  'logout-notice.replayed': { outcome: 'success', needs: ['actor', 'account', 'app', 'session'] },
  'token.replayed': { outcome: 'failure', needs: ['app', 'reason'] },
  'account.created': { outcome: 'success', needs: ['account', 'after'] },
  'account.invited': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'account.changed': { outcome: 'success', needs: ['account', 'before', 'after'] },
  'account.compromised': { outcome: 'success', needs: ['account'] },
  'practice.created': { outcome: 'success', needs: ['after'] },
  'practice.changed': { outcome: 'success', needs: ['before', 'after'] },
  'membership.granted': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'membership.changed': { outcome: 'success', needs: ['account', 'actor', 'before', 'after'] },
  'role.granted': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'role.revoked': { outcome: 'success', needs: ['account', 'actor', 'before'] },
  'app.registered': { outcome: 'success', needs: ['app', 'after'] },
  'app.changed': { outcome: 'success', needs: ['app', 'before', 'after'] },
  'app.removed': { outcome: 'success', needs: ['app', 'before'] },
  'notice.withheld': { outcome: 'failure', needs: ['reason', 'after'] },
  'notice.replayed': { outcome: 'success', needs: ['actor', 'after'] },
  'admin.refused': { outcome: 'failure', needs: ['actor', 'reason', 'after'] },
  'key.created': { outcome: 'success', needs: ['after'] },
  'key.retired': { outcome: 'success', needs: ['before', 'after'] },
  'seal-key.rotated': { outcome: 'success', needs: ['actor', 'before', 'after'] },
  'secrets.resealed': { outcome: 'success', needs: ['actor', 'after'] },
  'audit.read': { outcome: 'success', needs: ['actor', 'after'] },
  'audit.exported': { outcome: 'success', needs: ['actor', 'after'] },
  'audit.dropped': { outcome: 'success', needs: ['actor', 'before'] },
} as const satisfies Record<string, Definition>;

export type EventName = keyof typeof EVENTS;

type Event<Name extends EventName> = {
  readonly event: Name;
  readonly outcome: (typeof EVENTS)[Name]['outcome'];
} & EventFields &
  Required<Pick<EventFields, (typeof EVENTS)[Name]['needs'][number]>>;

/** One line of the audit log; `event` says which fields it must have. */
export type AuditEvent = { [Name in EventName]: Event<Name> }[EventName];
