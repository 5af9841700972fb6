/**
 * Every event of the audit log, in ground, so that each layer writes what the log knows. What an event means is told
 * in audit/catalogue.ts; audit/trail.ts writes the rows.
 */
import type { Origin } from './http/origin.ts';
import type { Transaction } from './postgres/database.ts';
import type { JsonObject, Outcome } from './postgres/schema.ts';

export interface EventDefinition {
  readonly outcome: Outcome;
  /** Fields without which the row would answer nothing. */
  readonly needs: readonly (keyof EventFields)[];
  /** Every word that `reason` can be. */
  readonly reasons?: readonly string[];
}

/** The secrets that can be guessed at. */
export const SECRETS = [
  ...(['password', 'totp', 'recovery-code'] as const),
  ...(['sent-code', 'contact-code', 'support-code'] as const),
] as const;

/** Every event there is. Names are a contract with readers of exports: add, never rename. */
export const EVENTS = {
  'sign-in.succeeded': { outcome: 'success', needs: ['account', 'session'] },
  'sign-in.failed': {
    outcome: 'failure',
    needs: ['reason'],
    reasons: ['wrong-password', 'unknown-user-id', 'account-not-active'],
  },
  'sign-in.refused': {
    outcome: 'failure',
    needs: ['reason', 'after'],
    reasons: ['locked', 'security-check', 'shut'],
  },
  'lock.begun': { outcome: 'failure', needs: ['reason', 'after'], reasons: SECRETS },
  'lock.ended': { outcome: 'success', needs: ['reason', 'before'], reasons: SECRETS },
  'lock.lifted': {
    outcome: 'success',
    needs: ['actor', 'reason', 'before'],
    reasons: [...SECRETS, 'failures'],
  },
  'authenticator.shut': { outcome: 'failure', needs: ['reason', 'after'], reasons: SECRETS },
  'authenticator.opened': { outcome: 'success', needs: ['reason', 'before'], reasons: SECRETS },
  'factor.enrolled': { outcome: 'success', needs: ['account', 'after'] },
  'factor.removed': { outcome: 'success', needs: ['account', 'before'] },
  'factor.failed': {
    outcome: 'failure',
    needs: ['account', 'reason'],
    reasons: ['totp', 'recovery-code', 'wrong-sent-code'],
  },
  'recovery-codes.made': { outcome: 'success', needs: ['account', 'after'] },
  'recovery-code.used': { outcome: 'success', needs: ['account', 'after'] },
  'device.remembered': { outcome: 'success', needs: ['account', 'after'] },
  'device.forgotten': { outcome: 'success', needs: ['account', 'before'] },
  'recovery.requested': {
    outcome: 'success',
    needs: ['account', 'reason', 'after'],
    reasons: ['email', 'sms'],
  },
  'recovery.proved': { outcome: 'success', needs: ['account', 'reason'], reasons: ['code', 'link'] },
  'recovery.failed': {
    outcome: 'failure',
    needs: ['reason'],
    reasons: [
      'unknown-user-id',
      'account-not-active',
      'no-such-channel',
      'unknown-contact',
      'over-budget',
      'contact-unproved',
      'too-many-requests',
      'wrong-code',
    ],
  },
  'helpdesk.verification-started': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'helpdesk.verified': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'helpdesk.verification-failed': {
    outcome: 'failure',
    needs: ['account', 'actor', 'reason', 'after'],
    reasons: ['wrong-code', 'expired', 'unused'],
  },
  'helpdesk.refused': {
    outcome: 'failure',
    needs: ['account', 'actor', 'reason', 'after'],
    reasons: [
      'role-missing',
      'own-account',
      'not-active',
      'no-factor',
      'no-contact',
      'contact-changed',
      'many-messages',
      'running',
      'stopped-lately',
      'no-code',
      'malformed',
      'locked',
      'not-verified',
      'not-theirs',
      'nothing-held',
      'second-person',
    ],
  },
  'factor-reset.requested': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'factor-reset.approved': { outcome: 'success', needs: ['account', 'actor', 'after'] },
  'factor-reset.stopped': {
    outcome: 'success',
    needs: ['account', 'actor', 'reason', 'before'],
    reasons: ['link', 'help-desk', 'account-disabled'],
  },
  'factor-reset.done': {
    outcome: 'success',
    needs: ['account', 'actor', 'reason', 'after'],
    reasons: ['approved', 'hold-over'],
  },
  'password.changed': {
    outcome: 'success',
    needs: ['account', 'reason'],
    reasons: ['changed', 'reset', 'forced-change'],
  },
  'app.entered': { outcome: 'success', needs: ['account', 'app', 'session'] },
  'app.refused': { outcome: 'failure', needs: ['account', 'app', 'reason'], reasons: ['role-missing'] },
  'app.not-authenticated': {
    outcome: 'failure',
    needs: ['app', 'reason', 'after'],
    reasons: ['wrong-secret'],
  },
  'consent.given': { outcome: 'success', needs: ['account', 'app', 'after'] },
  'access.withdrawn': { outcome: 'success', needs: ['account', 'app', 'before'] },
  'session.ended': {
    outcome: 'success',
    needs: ['account', 'session', 'reason'],
    reasons: [
      'signed-out',
      'idle',
      'absolute',
      'switched-user',
      'revoked',
      'password-changed',
      'factor-removed',
      'account-disabled',
      'not-me',
      'too-many',
    ],
  },
  'sessions.revoked': { outcome: 'success', needs: ['actor', 'after'] },
  'logout-notice.replayed': { outcome: 'success', needs: ['actor', 'account', 'app', 'session'] },
  'token.replayed': {
    outcome: 'failure',
    needs: ['app', 'reason'],
    reasons: ['authorization-code', 'refresh-token'],
  },
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
  'notice.withheld': {
    outcome: 'failure',
    needs: ['reason', 'after'],
    reasons: [
      'over-budget-account',
      'over-budget-number',
      'over-budget-address',
      'over-budget-prefix',
      'over-budget-day',
      'over-budget-recipient',
    ],
  },
  'notice.replayed': { outcome: 'success', needs: ['actor', 'after'] },
  'admin.refused': {
    outcome: 'failure',
    needs: ['actor', 'reason', 'after'],
    reasons: ['role-missing', 'scope-missing', 'person-needed'],
  },
  'key.created': { outcome: 'success', needs: ['after'] },
  'key.retired': { outcome: 'success', needs: ['before', 'after'] },
  'seal-key.rotated': { outcome: 'success', needs: ['actor', 'before', 'after'] },
  'secrets.resealed': { outcome: 'success', needs: ['actor', 'after'] },
  'audit.read': { outcome: 'success', needs: ['actor', 'after'] },
  'audit.exported': { outcome: 'success', needs: ['actor', 'after'] },
  'audit.dropped': { outcome: 'success', needs: ['actor', 'before'] },
} as const satisfies Record<string, EventDefinition>;

export type EventName = keyof typeof EVENTS;

// Object.keys gives strings, since an object can have more keys than its type; this one has none.
export const EVENT_NAMES = Object.keys(EVENTS) as EventName[];

/** What a row may say beside its event, its outcome and where it came from. */
interface EventFields<Reason extends string = string> {
  /** Why: a short fixed word such as 'wrong-password', never text that somebody typed. */
  readonly reason?: Reason | undefined;
  /** Whom it happened to: a sub. */
  readonly account?: string | undefined;
  /** Who did it, where that is not the account itself: a sub, or the name of what acted. */
  readonly actor?: string | undefined;
  /** A client_id. */
  readonly app?: string | undefined;
  /** A session's uid. */
  readonly session?: string | undefined;
  readonly before?: JsonObject | undefined;
  readonly after?: JsonObject | undefined;
}

/** Why an event can happen; none for one that always happens for the same reason. */
export type ReasonOf<Name extends EventName> = (typeof EVENTS)[Name] extends {
  readonly reasons: readonly (infer Reason extends string)[];
}
  ? Reason
  : never;

type Event<Name extends EventName> = {
  readonly event: Name;
  readonly outcome: (typeof EVENTS)[Name]['outcome'];
} & EventFields<ReasonOf<Name>> & {
    readonly [Field in (typeof EVENTS)[Name]['needs'][number]]: NonNullable<
      EventFields<ReasonOf<Name>>[Field]
    >;
  };

/** One line of the audit log; `event` says which fields it must have. */
export type AuditEvent<Name extends EventName = EventName> = { [Each in Name]: Event<Each> }[Name];

/** Writes an event down in the transaction of the change that it records. When it throws, nothing is changed. */
export type Append = (tx: Transaction, event: AuditEvent, origin: Origin) => Promise<void>;

/** The same for one request, whose origin it knows. */
export type Recorder = (tx: Transaction, event: AuditEvent) => Promise<void>;

/** The same for what changes nothing, such as a refusal. */
export type Note = (event: AuditEvent, origin: Origin) => Promise<void>;
