import type { Config } from '../config.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import type { Actor } from './actor.ts';

/**
 * Publishes new signing keys, which sign once everybody has them; the old ones go on verifying for as long as what
 * they signed is shown.
 * @throws RotationUnderWay; AppError('store-away')
 */
export async function rotateKeys(
  keys: Pick<SigningKeys, 'rotate'>,
  { keys: { propagation, rsa_bits: rsaBits }, tokens, session, sign_in }: Config,
  { record }: Actor,
): Promise<void> {
  // An ID token is shown as a hint until its session ends, and a sign-in that began with the old key ends with it.
  const keep = Math.max(tokens.id, tokens.access, session.absolute) + sign_in.interaction_life;
  await keys.rotate({ propagation, keep, rsaBits }, record);
}
