import type { EventName } from '../audit-events.ts';
import type { JsonObject } from '../postgres/schema.ts';

/** An event as it is explained to whoever reads the log. */
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
    when: 'somebody has passed every step of a sign-in and a session begins, or an open one is proved anew',
    also: ['app'],
  },
  'sign-in.failed': {
    when: 'a password was not accepted; `account` is empty where nobody has the user ID',
    also: ['account', 'app'],
  },
  'sign-in.refused': {
    when: 'tries were refused unseen, because of a lock, for want of the security check or after too many failures in a row: one row a minute for each account and address, with how many there were',
    after: { refused: 12 },
    also: ['account', 'app'],
  },
  'lock.begun': {
    when: 'failures have locked a user ID, whether or not anybody has it, for strangers or for one device; `reason` is the secret that was guessed at',
    after: LOCK,
    also: ['account', 'app'],
  },
  'lock.ended': { when: 'a lock has run out', before: LOCK, also: ['account'] },
  'lock.lifted': {
    when: 'an operator has ended a lock early; `failures`: nothing was locked, the failures so far are forgotten',
    before: LOCK,
    also: ['account'],
  },
  'authenticator.shut': {
    when: 'a secret has failed as often in a row as any may: on unknown devices (`device` false) or one known device for a password, everywhere for a code; `reason` is the secret',
    after: STREAK,
    also: ['account', 'app'],
  },
  'authenticator.opened': {
    when: 'such a secret is taken again: after a recovery, by an operator or the help desk, or without `actor` by a success on another device',
    before: STREAK,
    also: ['account', 'actor', 'app'],
  },
  'factor.enrolled': {
    when: 'an authenticator app was enrolled as second factor',
    after: { id: RESET.id, kind: 'totp', name: 'Phone' },
  },
  'factor.removed': {
    when: 'a second factor was removed',
    before: { id: RESET.id, kind: 'totp', name: 'Phone' },
    also: ['actor'],
  },
  'factor.failed': {
    when: 'a code was wrong, too old or used before',
    also: ['app'],
  },
  'recovery-codes.made': { when: 'recovery codes were made; earlier ones are dead', after: { count: 10 } },
  'recovery-code.used': { when: 'a recovery code stood for the second factor', after: { remaining: 9 } },
  'device.remembered': {
    when: 'a device may stand for the second factor for a while',
    after: { id: RESET.id, name: 'Firefox on Windows', expires_at: '2026-04-02T14:00:00.000Z' },
  },
  'device.forgotten': {
    when: 'a remembered device may no longer stand for the second factor',
    before: { id: RESET.id, name: 'Firefox on Windows' },
  },
  'recovery.requested': {
    when: 'a message for a forgotten password or user ID went out; `reason` is its channel',
    after: { what: 'password' },
    also: ['app'],
  },
  'recovery.proved': {
    when: 'somebody proved the address on file',
    also: ['app'],
  },
  'recovery.failed': {
    when: 'nothing was sent for a forgotten password or user ID, or the code was wrong',
    also: ['account', 'app'],
  },
  'helpdesk.verification-started': {
    when: 'the help desk had a code sent to a caller',
    after: { ...RESET, channel: 'sms' },
  },
  'helpdesk.verified': { when: 'a caller read the code out', after: RESET },
  'helpdesk.verification-failed': {
    when: 'a caller could not be verified',
    after: RESET,
  },
  'helpdesk.refused': {
    when: 'somebody of the help desk was refused an act',
    after: { act: 'reset-approval' },
  },
  'factor-reset.requested': {
    when: 'the help desk asked for the removal of a second factor',
    after: { ...RESET, due_at: '2026-03-04T14:00:00.000Z' },
  },
  'factor-reset.approved': { when: 'a second person approved a reset', after: RESET },
  'factor-reset.stopped': {
    when: 'a reset was stopped',
    before: { ...RESET, state: 'held' },
  },
  'factor-reset.done': {
    when: 'a second factor was removed by the help desk',
    after: { ...RESET, authenticators: 1 },
  },
  'password.changed': {
    when: 'a password was set; sessions that began before are dead',
  },
  'app.entered': { when: 'an app was entered for the first time in a session' },
  'app.refused': {
    when: 'an app was not opened because the account lacks the role that it demands',
    also: ['session'],
  },
  'app.not-authenticated': {
    when: 'somebody came with a wrong secret of an app: one row a minute for each app and address, with how many there were',
    after: { failed: 12 },
    also: ['app'],
  },
  'consent.given': {
    when: 'somebody allowed an app to see their data',
    after: { scopes: ['openid', 'email'] },
  },
  'access.withdrawn': {
    when: 'somebody took an app’s access back',
    before: { scopes: ['openid', 'email'] },
  },
  'admin.refused': {
    when: 'somebody asked the console or its API for what they may not do',
    after: { operation: 'endSession' },
  },
  'session.ended': {
    when: 'a session has ended; its apps are told',
    also: ['actor'],
  },
  'sessions.revoked': {
    when: 'all sessions that a search finds are ended at once; each gets a session.ended with its bulk_end',
    after: { address: '203.0.113.0/24', note: 'ticket 4711', sessions: 12, bulk_end: RESET.id },
  },
  'logout-notice.replayed': { when: 'an app that was told in vain of an ended session is told again' },
  'token.replayed': {
    when: 'a code or refresh token came a second time; all that came of it is dead',
    also: ['account', 'session'],
  },
  'account.created': { when: 'an account was made', after: ACCOUNT, also: ['actor'] },
  'account.invited': {
    when: 'an activation link was made',
    after: { expires_at: '2026-03-10T14:00:00.000Z' },
  },
  'account.changed': {
    when: 'an account’s status, contact or profile was changed',
    before: ACCOUNT,
    after: { ...ACCOUNT, status: 'disabled' },
    also: ['actor'],
  },
  'account.compromised': {
    when: 'somebody said "this was not me": no password lets them in until it is reset, sessions are dead',
  },
  'practice.created': {
    when: 'a practice was made',
    after: { id: 'lakeside', name: 'Lakeside Family Medicine', tax_id: '521234567', npis: ['1245319599'] },
    also: ['actor'],
  },
  'practice.changed': {
    when: 'a practice was changed',
    before: { id: 'lakeside', name: 'Lakeside', npis: [] },
    after: { id: 'lakeside', name: 'Lakeside Family Medicine', npis: [] },
    also: ['actor'],
  },
  'membership.granted': { when: 'somebody became a member of a practice, or asked to', after: MEMBERSHIP },
  'membership.changed': {
    when: 'a membership was changed or ended',
    before: MEMBERSHIP,
    after: { ...MEMBERSHIP, status: 'ended', valid_to: '2026-03-03T14:00:00.000Z' },
  },
  'role.granted': {
    when: 'somebody was given a global role',
    after: { role: 'security-analyst', granted_by: 'cli' },
  },
  'role.revoked': {
    when: 'a global role was taken back',
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
    when: 'a mail or SMS was not sent because a budget is spent: one row for each limit that is reached',
    after: { channel: 'sms', to: '+1•••••••01' },
    also: ['account'],
  },
  'notice.replayed': { when: 'mail or SMS that was given up is tried again', after: { notices: [RESET.id] } },
  'key.created': {
    when: 'a key that signs tokens was made',
    after: { kid: 'k1', alg: 'ES256', active_from: '2026-03-03T14:05:00.000Z' },
    also: ['actor'],
  },
  'key.retired': {
    when: 'a key has signed its last token',
    before: { kid: 'k0', retired_at: null },
    after: { kid: 'k0', retired_at: '2026-03-03T14:05:00.000Z' },
    also: ['actor'],
  },
  'seal-key.rotated': {
    when: 'another key signs the seals of the audit log; the private half of those before it is destroyed',
    before: { ids: ['k9Jd3f…'] },
    after: { id: 'Wq71xZ…' },
  },
  'secrets.resealed': {
    when: 'secrets at rest were sealed anew with the first master key: one row for each 200 of a column',
    after: { table: 'authenticators', column: 'secret', values: 200, key: '2026a' },
  },
  'audit.read': {
    when: 'somebody searched or followed the audit log, or had a report made of it',
    after: { filter: { event: 'sign-in.*', account: 'qWn0…' }, rows: 50 },
  },
  'audit.exported': {
    when: 'the audit log was exported',
    after: { format: 'jsonl', from: '2026-03-01T00:00:00.000Z', to: null },
  },
  'audit.dropped': {
    when: 'a month of the audit log was dropped by retention; its seals stay',
    before: { month: '2019-03' },
  },
};
