import { createHash } from 'node:crypto';
import type { Secret } from '../postgres/schema.ts';

export type { Secret };

/** What is guessed at. Each has counters and locks of its own. */
export const SECRETS: readonly Secret[] = [
  ...(['password', 'totp', 'recovery-code'] as const),
  ...(['sent-code', 'contact-code', 'support-code'] as const),
];

/** Secrets that anybody can try. Others are asked for behind one of these. */
export const AT_THE_FRONT: ReadonlySet<Secret> = new Set(['password', 'sent-code']);

/** Whose secret it is, and who tries. */
export interface Guess {
  readonly secret: Secret;
  /** The folded user ID, whether or not anybody has it. */
  readonly subject: string;
  /** The client's address, in its one spelling. IPv6 is counted by /64. */
  readonly address: string;
  /** A known device of this subject (`DeviceCookie.knows`): it has counters of its own. */
  readonly device?: string | undefined;
  /** Whether a security check was just solved for this very attempt. */
  readonly checked?: boolean | undefined;
}

export interface Attempt extends Guess {
  /** Tells one password tried on many accounts; kept as an HMAC alone. */
  readonly password?: string | undefined;
  /** The sub, where the account is known; for the records alone. */
  readonly account?: string | undefined;
  readonly app?: string | undefined;
}

/** `config.lockout`: durations in seconds. */
export interface LockoutSettings {
  readonly failures: number;
  readonly window: number;
  readonly lock: number;
  readonly repeat_lock: number;
  readonly repeat_within: number;
  readonly security_check_after: number;
  readonly security_check_work: number;
  readonly address_failures: number;
  readonly device_failures: number;
  readonly sprayed_accounts: number;
  readonly failures_in_a_row: number;
}

/** One counter of a subject, as the stores name it. */
export interface Slot {
  /** The subject, hashed: people type passwords where the user ID belongs. */
  readonly subject: string;
  readonly secret: Secret;
  readonly device: string | null;
}

export function slotOf({ subject, secret, device }: Pick<Guess, 'subject' | 'secret' | 'device'>): Slot {
  return { subject: hashSubject(subject), secret, device: device ?? null };
}

/** 43 characters. Without a key: a rotated one would forget locks and counters in the midst of an attack. */
export function hashSubject(subject: string): string {
  return createHash('sha256').update(`vestibule subject\0${subject}`).digest('base64url');
}

/**
 * What one household or office has: an IPv4 address, or the /64 of an IPv6 one, within which a single machine
 * can take any address (RFC 8981). @param address in its one spelling (`normaliseAddress`)
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
