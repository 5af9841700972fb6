import type { Account } from '../accounts/account.ts';
import type { ReadReset } from './resets.ts';

/** Whose password it is, once that is proved; looked up anew at each step. */
export interface Person extends Pick<Account, 'sub' | 'userId' | 'name'> {
  /** Has a second factor. */
  readonly enrolled: boolean;
}

/** What there is to do next in a reset, with what the step needs. `dead`: what was proved is void by now. */
export type Next =
  | { readonly step: 'request'; readonly read: undefined }
  | { readonly step: 'code' | 'dead'; readonly read: ReadReset }
  | { readonly step: 'second-factor' | 'password'; readonly read: ReadReset; readonly person: Person };

/**
 * The next step; this alone knows the order. A second factor is asked for wherever one is enrolled: a thief who has
 * only the mailbox must not take over an account that has one. [ASVS 6.4.3]
 * @param person undefined when the account may not be reset: not active, or its sessions were revoked since
 */
export function nextStep(read: ReadReset | undefined, person: Person | undefined): Next {
  if (!read) return { step: 'request', read };
  if (!read.reset.proved) return { step: 'code', read };
  if (!person) return { step: 'dead', read };
  return { step: person.enrolled && !read.reset.factor ? 'second-factor' : 'password', read, person };
}
