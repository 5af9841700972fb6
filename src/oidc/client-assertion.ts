import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { clock } from '../clock.ts';
import { decodeJwt } from './jwt.ts';

/** s that an assertion may be good for: a stolen one is worth no more. */
const LONGEST_LIFE = 300;
/** s by which an app's clock may be ahead or behind. */
export const CLOCK_SKEW = 20;

/**
 * Refuses an assertion (private_key_jwt, RFC 7523 §3) that is not for us alone: of one with a second audience, that one
 * could make itself out as the app here.
 * @throws InvalidClientAuth
 */
export function refuseOtherAudiences(assertion: unknown, ours: readonly string[]): void {
  const aud = typeof assertion === 'string' ? decodeJwt(assertion)?.aud : undefined;
  // What has none or is no JWT the library refuses in its own words.
  if (aud === undefined) return;
  const [only, ...others] = Array.isArray(aud) ? aud : [aud];
  if (others.length === 0 && ours.includes(only)) return;
  throw new errors.InvalidClientAuth(`aud must be exactly one: ${ours.join(' or ')}`);
}

/**
 * Refuses an assertion, its signature verified, that would be good for too long.
 * @throws InvalidClientAuth
 */
export function refuseLongLife({ exp, iat }: { readonly exp?: unknown; readonly iat?: unknown }): void {
  const now = Math.floor(clock.now() / 1000);
  const until = Number(exp);
  if (until > now + LONGEST_LIFE + CLOCK_SKEW) {
    throw new errors.InvalidClientAuth(`exp must be within ${LONGEST_LIFE} seconds`);
  }
  if (iat === undefined) return;
  if (Number(iat) > now + CLOCK_SKEW) throw new errors.InvalidClientAuth('iat must not lie in the future');
  if (until - Number(iat) > LONGEST_LIFE) {
    throw new errors.InvalidClientAuth(`exp must be within ${LONGEST_LIFE} seconds of iat`);
  }
}

/**
 * Which check of its assertion an app failed: its developer, and nobody else, can mend it. Nothing for apps with a
 * secret, whose guessers would learn from it.
 */
export function failedCheck({ oidc }: KoaContextWithOIDC, error: Error): string | undefined {
  if (!(error instanceof errors.InvalidClientAuth) || oidc.client?.clientAuthMethod !== 'private_key_jwt')
    return;
  return error.error_detail;
}
