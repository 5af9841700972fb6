import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { Interaction } from '../sessions/interaction.ts';
import { AAL1, AAL2 } from './claims.ts';

/**
 * How a second factor is wanted: not at all, by a code or a device that was remembered for one, or by a code
 * in this very session.
 */
export type FactorWanted = Interaction['factor'];

/** What a registered app demands before it is entered, beside roles; times in seconds. */
export interface StepUpClient {
  readonly demands?: {
    readonly fresh?: number;
    readonly second_factor?: boolean;
    readonly remembered_device?: boolean;
  };
  /** Limits of its own, stricter than the session's, for this app alone. */
  readonly session_limits?: { readonly idle?: number; readonly absolute?: number };
}

/** How a session was signed in to; times in epoch seconds. */
export interface SessionFacts {
  readonly accountId?: string;
  /** When the password was last given. */
  readonly loginTs?: number;
  readonly seenAt?: number;
  /** When a second factor was last proved in it. */
  readonly factorAt?: number;
  /** Its device was remembered, and stood for the second factor. */
  readonly remembered?: boolean;
}

/** The request's parameters as they came: the library lays acr_values over the claims that name an acr. */
interface Parameters {
  readonly acr_values?: string | undefined;
  readonly claims?: string | undefined;
  readonly max_age?: number | string | undefined;
}

/**
 * What the request and the app want of a second factor. `acr_values` (RFC 9470 §5) and the acr of the claims
 * parameter (OIDC Core §5.5.1.1) name what would do; each must be met.
 */
export function factorWanted(params: object, client: StepUpClient): FactorWanted {
  const named = acrRequests(params as Parameters);
  if (named.some(({ values }) => values.includes(AAL2) && !values.includes(AAL1))) return 'proved';
  const { second_factor: demanded, remembered_device: device = true } = client.demands ?? {};
  if (!demanded) return 'none';
  return device ? 'remembered' : 'proved';
}

/** Whether the session has what is wanted of a second factor, and lately enough. */
export function hasFactor(session: SessionFacts, wanted: FactorWanted, oldest: number, now: number): boolean {
  if (wanted === 'none') return true;
  if (session.factorAt !== undefined && now - session.factorAt <= oldest) return true;
  return wanted === 'remembered' && session.remembered === true;
}

/** Seconds that a sign-in may be old for this request and app: `max_age`, and the app's own `fresh` and limit. */
export function oldestAllowed(params: object, { demands, session_limits: limits }: StepUpClient): number {
  const { max_age: asked } = params as Parameters;
  const maxAge = asked === undefined ? Number.POSITIVE_INFINITY : Number(asked);
  return Math.min(
    maxAge,
    demands?.fresh ?? Number.POSITIVE_INFINITY,
    limits?.absolute ?? Number.POSITIVE_INFINITY,
  );
}

/**
 * An acr that no sign-in here reaches ends in an error; the library would ask for a sign-in, and again after
 * it, for ever. One that is asked for as voluntary claim is left out instead (OIDC Core §5.5.1).
 */
export function refuseImpossibleAcr({ oidc }: KoaContextWithOIDC): boolean {
  const impossible = acrRequests((oidc.params ?? {}) as Parameters).some(
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
    { values: listed?.split(' ').filter(Boolean) ?? [], voluntary: false },
  ];
  return requests.filter((request) => request.values.length > 0);
}
