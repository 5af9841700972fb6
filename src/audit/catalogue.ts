import type { EventName } from '../audit-events.ts';
import type { JsonObject } from '../postgres/schema.ts';

/** An event as it is explained to readers of the log. */
export interface Described {
  /** Completes "Written when …". */
  readonly when: string;
  /** What `before` and `after` look like. */
  readonly before?: JsonObject;
  readonly after?: JsonObject;
  /** Fields that are filled where they are known, beside those that always are. */
  readonly also?: readonly ('account' | 'actor' | 'app' | 'session')[];
}

const STREAK = { subject: '9f2a71c04b1e', device: false, failures: 100 };
const LOCK = { subject: '9f2a71c04b1e', device: false, ends_at: '2026-03-03T14:15:00.000Z' };
const RESET = { id: 'Vh2bq0S9mJt4wYk1cX7eZg' };
const ACCOUNT = {
  user_id: 'dr.rivera',
  given_name: 'Ana',
  family_name: 'Rivera',
  email: 'ana@example.org',
  email_verified: true,
  status: 'active',
  password: 'set',
};
const MEMBERSHIP = {
  id: '7b0f1c52-3a44-4f0e-9a6f-1d2c3b4a5e6f',
  practice: 'lakeside',
  role: 'clinician',
  status: 'active',
  valid_from: '2026-03-01T08:00:00.000Z',
  valid_to: null,
  granted_by: 'cli',
};
const APP = {
  clientId: 'claims',
  name: 'Claims',
  demands: { roles: ['clinician'] },
  metadata: { client_secret: 'set' },
};

/** What each event means; docs/audit-events.md is made of it. */
export const CATALOGUE: Readonly<Record<EventName, Described>> = {
  'sign-in.succeeded': {
    when: 'a person completed all steps of a sign-in and a session began, or an open session was re-authenticated',
    also: ['app'],
  },
  'sign-in.failed': {
    when: 'a password was wrong; `account` is empty if no account has the user ID',
    also: ['account', 'app'],
  },
  'sign-in.refused': {
    when: 'attempts were refused without being checked, because of a lock, a missing security check or too many failures in a row: one row a minute for each account and IP address, with their number',
    after: { refused: 12 },
    also: ['account', 'app'],
  },
  'lock.begun': {
    when: 'failures locked a user ID, whether or not an account has it, for unknown devices or for one device; `reason` is the secret that was guessed',
    after: LOCK,
    also: ['account', 'app'],
  },
  'lock.ended': { when: 'a lock expired', before: LOCK, also: ['account'] },
  'lock.lifted': {
    when: 'an operator ended a lock early; `failures`: nothing was locked, and the failures so far were reset',
    before: LOCK,
    also: ['account'],
  },
  'authenticator.shut': {
    when: 'a secret reached the maximum number of failures in a row and is no longer accepted: a password on unknown devices (`device` false) or on one known device, a code everywhere; `reason` is the secret',
    after: STREAK,
    also: ['account', 'app'],
  },
  'authenticator.opened': {
    when: 'such a secret is accepted again: after a recovery, by an operator or the help desk, or without `actor` after a success on another device',
    before: STREAK,
    also: ['account', 'actor', 'app'],
  },
  'factor.enrolled': {
    when: 'an authenticator app was enrolled as a second factor',
    after: { id: RESET.id, kind: 'totp', name: 'Phone' },
  },
  'factor.removed': {
    when: 'a second factor was removed',
    before: { id: RESET.id, kind: 'totp', name: 'Phone' },
    also: ['actor'],
  },
  'factor.failed': {
    when: 'a code was wrong, expired or already used',
    also: ['app'],
  },
  'recovery-codes.made': {
    when: 'recovery codes were created; earlier ones no longer work',
    after: { count: 10 },
  },
  'recovery-code.used': { when: 'a recovery code was used as the second factor', after: { remaining: 9 } },
  'device.remembered': {
    when: 'a device was remembered: for a while it is not asked for a second factor',
    after: { id: RESET.id, name: 'Firefox on Windows', expires_at: '2026-04-02T14:00:00.000Z' },
  },
  'device.forgotten': {
    when: 'a remembered device was removed: it is asked for a second factor again',
    before: { id: RESET.id, name: 'Firefox on Windows' },
  },
  'recovery.requested': {
    when: 'a message for a forgotten password or user ID was sent; `reason` is its channel',
    after: { what: 'password' },
    also: ['app'],
  },
  'recovery.proved': {
    when: 'a person confirmed the address on file',
    also: ['app'],
  },
  'recovery.failed': {
    when: 'nothing was sent for a forgotten password or user ID, or the code was wrong',
    also: ['account', 'app'],
  },
  'helpdesk.verification-started': {
    when: 'the help desk sent a code to a caller',
    after: { ...RESET, channel: 'sms' },
  },
  'helpdesk.verified': { when: 'a caller read the right code to the help desk', after: RESET },
  'helpdesk.verification-failed': {
    when: 'a caller could not be verified',
    after: RESET,
  },
  'helpdesk.refused': {
    when: 'an action of the help desk was refused',
    after: { act: 'reset-approval' },
  },
  'factor-reset.requested': {
    when: 'the help desk requested the removal of a second factor',
    after: { ...RESET, due_at: '2026-03-04T14:00:00.000Z' },
  },
  'factor-reset.approved': { when: 'a second person approved a reset', after: RESET },
  'factor-reset.stopped': {
    when: 'a reset was stopped',
    before: { ...RESET, state: 'held' },
  },
  'factor-reset.done': {
    when: 'the help desk removed a second factor',
    after: { ...RESET, authenticators: 1 },
  },
  'password.changed': {
    when: 'a password was set; sessions that began before it have ended',
  },
  'app.entered': { when: 'an app was opened for the first time in a session' },
  'app.refused': {
    when: 'an app was not opened because the account does not have the required role',
    also: ['session'],
  },
  'app.not-authenticated': {
    when: 'an app authenticated with a wrong secret: one row a minute for each app and IP address, with their number',
    after: { failed: 12 },
    also: ['app'],
  },
  'consent.given': {
    when: 'a person allowed an app to see their data',
    after: { scopes: ['openid', 'email'] },
  },
  'access.withdrawn': {
    when: 'a person removed an app’s access',
    before: { scopes: ['openid', 'email'] },
  },
  'admin.refused': {
    when: 'an action in the console or its API was refused because of missing permission',
    after: { operation: 'endSession' },
  },
  'session.ended': {
    when: 'a session ended; its apps are notified',
    also: ['actor'],
  },
  'sessions.revoked': {
    when: 'all sessions that match a search were ended; each has a session.ended with the same bulk_end',
    after: { address: '203.0.113.0/24', note: 'ticket 4711', sessions: 12, bulk_end: RESET.id },
  },
  'logout-notice.replayed': { when: 'a failed logout notice was sent again' },
  'token.replayed': {
    when: 'a code or refresh token was used a second time; everything that was issued from it was revoked',
    also: ['account', 'session'],
  },
  'account.created': { when: 'an account was created', after: ACCOUNT, also: ['actor'] },
  'account.invited': {
    when: 'an activation link was created',
    after: { expires_at: '2026-03-10T14:00:00.000Z' },
  },
  'account.changed': {
    when: 'an account’s status, contact or profile was changed',
    before: ACCOUNT,
    after: { ...ACCOUNT, status: 'disabled' },
    also: ['actor'],
  },
  'account.compromised': {
    when: 'a person reported unauthorized access ("This wasn’t me"): the password no longer works until it is reset, and all sessions ended',
  },
  'practice.created': {
    when: 'a practice was created',
    after: { id: 'lakeside', name: 'Lakeside Family Medicine', tax_id: '521234567', npis: ['1245319599'] },
    also: ['actor'],
  },
  'practice.changed': {
    when: 'a practice was changed',
    before: { id: 'lakeside', name: 'Lakeside', npis: [] },
    after: { id: 'lakeside', name: 'Lakeside Family Medicine', npis: [] },
    also: ['actor'],
  },
  'membership.granted': { when: 'a person became a member of a practice, or asked to', after: MEMBERSHIP },
  'membership.changed': {
    when: 'a membership was changed or ended',
    before: MEMBERSHIP,
    after: { ...MEMBERSHIP, status: 'ended', valid_to: '2026-03-03T14:00:00.000Z' },
  },
  'role.granted': {
    when: 'a person was given a global role',
    after: { role: 'security-analyst', granted_by: 'cli' },
  },
  'role.revoked': {
    when: 'a global role was removed',
    before: { role: 'security-analyst', granted_by: 'cli' },
  },
  'app.registered': { when: 'an app was registered', after: APP, also: ['actor'] },
  'app.changed': {
    when: 'an app’s registration was changed',
    before: APP,
    after: { ...APP, demands: { roles: ['clinician', 'biller'] } },
    also: ['actor'],
  },
  'app.removed': { when: 'an app was removed', before: APP, also: ['actor'] },
  'notice.withheld': {
    when: 'an email or text message was not sent because a limit was reached: one row for each limit',
    after: { channel: 'sms', to: '+1•••••••01' },
    also: ['account'],
  },
  'notice.replayed': {
    when: 'failed emails or text messages were sent again',
    after: { notices: [RESET.id] },
  },
  'key.created': {
    when: 'a key that signs tokens was created',
    after: { kid: 'k1', alg: 'ES256', active_from: '2026-03-03T14:05:00.000Z' },
    also: ['actor'],
  },
  'key.retired': {
    when: 'a key no longer signs tokens',
    before: { kid: 'k0', retired_at: null },
    after: { kid: 'k0', retired_at: '2026-03-03T14:05:00.000Z' },
    also: ['actor'],
  },
  'seal-key.rotated': {
    when: 'a new key signs the seals of the audit log; the private keys before it were destroyed',
    before: { ids: ['k9Jd3f…'] },
    after: { id: 'Wq71xZ…' },
  },
  'secrets.resealed': {
    when: 'secrets at rest were encrypted again with the first master key: one row for each 200 values of a column',
    after: { table: 'authenticators', column: 'secret', values: 200, key: '2026a' },
  },
  'audit.read': {
    when: 'a person searched or followed the audit log, or created a report from it',
    after: { filter: { event: 'sign-in.*', account: 'qWn0…' }, rows: 50 },
  },
  'audit.exported': {
    when: 'the audit log was exported',
    after: { format: 'jsonl', from: '2026-03-01T00:00:00.000Z', to: null },
  },
  'audit.dropped': {
    when: 'a month of the audit log was deleted by retention; its seals are kept',
    before: { month: '2019-03' },
  },
};
