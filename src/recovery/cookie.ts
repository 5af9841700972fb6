import { LinkCookie } from '../http/link-cookie.ts';
import { isToken } from '../passwords/reset-links.ts';

/** As long as a reset can take at most, ms. */
const LIFE = 24 * 3600 * 1000;

/** Which reset a browser has under way: a secret that proves things. */
export function resetCookie(secure: boolean): LinkCookie {
  return new LinkCookie({ name: 'recovery', path: '/recover', life: LIFE, secure, isToken });
}
