/**
 * Second factors: authenticator apps (TOTP), recovery codes, remembered devices, with the pages of their
 * steps. This folder owns the tables authenticators, recovery_codes and remembered_devices.
 */
import { createRequire } from 'node:module';
import { codeFault, digitsOf } from '../http/six-digits.ts';
import { later } from '../later.ts';

const otplib = later(() => createRequire(import.meta.url)('otplib') as typeof import('otplib'));

/** s; SHA-1 and six digits beside it are what every authenticator app understands. */
const PERIOD = 30;
/** Bytes: 160 bits, as RFC 4226 §4 recommends. */
const SECRET = 20;

/** A new key, in base32. */
export function newSecret(): string {
  return otplib().generateSecret({ length: SECRET });
}

/** The key as a person types it: groups of four. */
export function inGroups(text: string): string {
  return text.replace(/.{4}(?=.)/g, '$& ');
}

/** What an authenticator app reads from the picture. */
export function keyUri(key: { secret: string; issuer: string; label: string }): string {
  // Apps take the text before the first colon for the issuer.
  return otplib().generateURI({ ...key, issuer: key.issuer.replaceAll(':', ' ') });
}

/**
 * The time step whose code this is, among the step of `now` (epoch s) and one to either side, after
 * `lastStep`; undefined when it is none of them. [RFC 6238 §5.2, ASVS 6.5.1]
 */
export function acceptedStep(
  typed: string,
  { secret, now, lastStep }: { secret: string; now: number; lastStep: number },
): number | undefined {
  const furthest = Math.floor(now / PERIOD) + 1;
  // Also where the store's clock was set back: the library throws for a step that is still to come.
  if (codeFault(typed) || lastStep >= furthest) return undefined;
  const result = otplib().verifySync({
    secret,
    token: digitsOf(typed),
    epoch: now,
    period: PERIOD,
    digits: 6,
    algorithm: 'sha1',
    epochTolerance: PERIOD,
    afterTimeStep: Math.max(0, lastStep),
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}
