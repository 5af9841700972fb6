import { randomInt } from 'node:crypto';
import { visible } from './visible.ts';

/** What keeps a typed text from being a code at all. */
export type CodeFault = 'missing' | 'too-short';

/** A new code to be sent: six digits, all equally likely. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, '0');
}

/** The digits of what was typed, with spaces, hyphens, wide digits and invisible characters forgiven. */
export function digitsOf(typed: string): string {
  return visible(typed.slice(0, 64))
    .normalize('NFKC')
    .replace(/[\s\p{Pd}]/gu, '');
}

/** Why a text cannot be a code; undefined when it can, and is worth an attempt. */
export function codeFault(typed: string): CodeFault | undefined {
  const digits = digitsOf(typed);
  if (digits === '') return 'missing';
  return /^\d{6}$/.test(digits) ? undefined : 'too-short';
}
