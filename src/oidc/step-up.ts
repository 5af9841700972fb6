import { type Client, errors, type KoaContextWithOIDC, type Session } from 'oidc-provider';
import type { FactorWanted } from '../sessions/interaction.ts';

/** Single-factor sign-in (NIST SP 800-63B AAL1). */
export const AAL1 = 'http://idmanagement.gov/ns/assurance/aal/1';
/** With a second factor (NIST SP 800-63B AAL2). */
export const AAL2 = 'http://idmanagement.gov/ns/assurance/aal/2';

/** What a registered app demands before it is entered; times in seconds. */
export interface AppDemands {
  /** Of these roles one. */
  readonly roles?: readonly string[];
  readonly fresh?: number;
  readonly second_factor?: boolean;
  readonly remembered_device?: boolean;
}

/** An app's own limits, stricter than the session's, for this app alone; seconds. */
export interface SessionLimits {
  readonly idle?: number;
  readonly absolute?: number;
}

/** What decides of an app's registration. */
export type DemandingClient = Pick<Client, 'demands' | 'session_limits'>;

/** What a session has of a second factor. */
export type FactorFacts = Pick<Session, 'factorAt' | 'remembered'>;

/** The request's parameters as they came: the library lays acr_values over the claims that name an acr. */
type Parameters = Readonly<Record<string, unknown>>;

/**
 * What the request and the app want of a second factor. `acr_values` (RFC 9470 §5) and the acr of the claims
 * parameter (OIDC Core §5.5.1.1) name what would do; each must be met.
 */
export function factorWanted(params: Parameters, client: DemandingClient): FactorWanted {
  const named = acrRequests(params);
  if (named.some(({ values }) => values.includes(AAL2) && !values.includes(AAL1))) return 'proved';
  const { second_factor: demanded, remembered_device: device = true } = client.demands ?? {};
  if (!demanded) return 'none';
  return device ? 'remembered' : 'proved';
}

/** Whether the session has what is wanted of a second factor, and lately enough. */
export function hasFactor(session: FactorFacts, wanted: FactorWanted, oldest: number, now: number): boolean {
  if (wanted === 'none') return true;
  if (session.factorAt !== undefined && now - session.factorAt <= oldest) return true;
  return wanted === 'remembered' && session.remembered === true;
}

/** Seconds that a sign-in may be old for this request and app: `max_age`, and the app's own `fresh` and limit. */
export function oldestAllowed(
  params: Parameters,
  { demands, session_limits: limits }: DemandingClient,
): number {
  const { max_age: asked } = params;
  const maxAge = asked === undefined ? Number.POSITIVE_INFINITY : Number(asked);
  return Math.min(
    maxAge,
    demands?.fresh ?? Number.POSITIVE_INFINITY,
    limits?.absolute ?? Number.POSITIVE_INFINITY,
  );
}

/**
 * An acr that no sign-in here reaches ends in an error; the library would ask for a sign-in again and
 * again. One that is asked for as voluntary claim is left out instead (OIDC Core §5.5.1).
 */
export function refuseImpossibleAcr({ oidc }: KoaContextWithOIDC): boolean {
  const impossible = acrRequests(oidc.params ?? {}).some(
    ({ values, voluntary }) => !voluntary && !values.some((value) => value === AAL1 || value === AAL2),
  );
  if (!impossible) return false;
  throw new errors.UnmetAuthenticationRequirements('the requested acr cannot be had here');
}

interface AcrRequest {
  readonly values: readonly unknown[];
  readonly voluntary: boolean;
}

/** Each place of the request that names acr values, with those it names; places that name none are left out. */
function acrRequests({ acr_values: listed, claims }: Parameters): AcrRequest[] {
  const parsed = typeof claims === 'string' ? JSON.parse(claims) : {};
  const acr = parsed?.id_token?.acr ?? {};
  const values: unknown[] = Array.isArray(acr.values) ? acr.values : acr.value ? [acr.value] : [];
  const requests = [
    { values, voluntary: acr.essential !== true },
    { values: typeof listed === 'string' ? listed.split(' ').filter(Boolean) : [], voluntary: false },
  ];
  return requests.filter((request) => request.values.length > 0);
}
