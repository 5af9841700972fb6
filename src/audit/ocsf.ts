import { isIP } from 'node:net';
import type { EventName } from '../audit-events.ts';
import type { AuditRecord } from './record.ts';

/** OCSF: Identity & Access Management (3), Authentication (3002). */
const CATEGORY = 3;
const CLASS = 3002;
const VERSION = '1.1.0';
/** OpenID. */
const PROTOCOL = 4;

const LOGON = { id: 1, name: 'Logon' } as const;
const LOGOFF = { id: 2, name: 'Logoff' } as const;

const INFORMATIONAL = { id: 1, name: 'Informational' } as const;
const LOW = { id: 2, name: 'Low' } as const;
const HIGH = { id: 4, name: 'High' } as const;

/** The events that are authentication; of others OCSF knows other classes. */
const LOGONS: readonly EventName[] = [
  ...(['sign-in.succeeded', 'sign-in.failed', 'sign-in.refused', 'factor.failed'] as const),
  ...(['app.entered', 'app.refused', 'token.replayed'] as const),
];

export const OCSF_EVENTS: readonly EventName[] = [...LOGONS, 'session.ended'];

/**
 * A record as an OCSF Authentication event (class_uid 3002, version 1.1.0); undefined where it is none.
 * @param issuer whose service it is
 */
export function ocsfEvent(record: AuditRecord, issuer: string): object | undefined {
  if (!OCSF_EVENTS.some((name) => name === record.event)) return undefined;
  const activity = record.event === 'session.ended' ? LOGOFF : LOGON;
  const success = record.outcome === 'success';
  const severity = severityOf(record);
  return {
    activity_id: activity.id,
    activity_name: activity.name,
    category_uid: CATEGORY,
    category_name: 'Identity & Access Management',
    class_uid: CLASS,
    class_name: 'Authentication',
    type_uid: CLASS * 100 + activity.id,
    type_name: `Authentication: ${activity.name}`,
    // ms since 1970; metadata.original_time has the microseconds.
    time: Date.parse(record.at),
    severity_id: severity.id,
    severity: severity.name,
    status_id: success ? 1 : 2,
    status: success ? 'Success' : 'Failure',
    ...given('status_detail', record.reason),
    message: record.event,
    metadata: metadataOf(record),
    // OCSF requires a user, even for a user ID that no account has.
    user: record.account ? { uid: record.account, type_id: 1 } : { name: 'unknown', type_id: 0 },
    ...given('actor', record.actor && { user: { uid: record.actor } }),
    service: record.app ? { name: record.app, uid: record.app } : { name: issuer, uid: issuer },
    ...given('session', record.session && { uid: record.session, issuer, is_remote: true }),
    ...given('src_endpoint', record.address && isIP(record.address) && { ip: record.address }),
    ...given('http_request', httpRequestOf(record)),
    auth_protocol_id: PROTOCOL,
    auth_protocol: 'OpenID',
    is_remote: true,
    ...given('unmapped', unmappedOf(record)),
  };
}

function metadataOf({ id, at, event, position }: AuditRecord): object {
  return {
    version: VERSION,
    uid: id,
    product: { name: 'Vestibule', vendor_name: 'Vestibule' },
    log_name: 'audit',
    event_code: event,
    original_time: at,
    ...given('sequence', position),
  };
}

function httpRequestOf({ request, user_agent }: AuditRecord): object | undefined {
  if (request === null && user_agent === null) return undefined;
  return { ...given('uid', request), ...given('user_agent', user_agent) };
}

function unmappedOf({ before, after }: AuditRecord): object | undefined {
  return before === null && after === null ? undefined : { before, after };
}

function severityOf({ event, outcome }: AuditRecord) {
  if (event === 'token.replayed') return HIGH;
  return outcome === 'success' ? INFORMATIONAL : LOW;
}

function given(name: string, value: unknown): object {
  return value === null || value === undefined || value === '' || value === 0 ? {} : { [name]: value };
}
