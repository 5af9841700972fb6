import type { Context } from './context.ts';

type Options = NonNullable<Parameters<Context['cookies']['set']>[2]>;

/**
 * The name with the prefix that browsers enforce over https: `__Host-` for the whole site, which no subdomain can
 * plant; `__Secure-` for a cookie with a path of its own. (RFC 6265bis §4.1.3) [ASVS 3.3.1]
 */
export function cookieName(name: string, secure: boolean, path = '/'): string {
  const prefix = path === '/' ? '__Host-' : '__Secure-';
  return `${secure ? prefix : ''}vestibule_${name}`;
}

/**
 * The options of every cookie: no script reads it, no other site's form sends it, and without https on it does not
 * travel in the clear. Unsigned and until the browser ends unless `own` says otherwise. [ASVS 3.3.2, 3.3.4]
 * @param secure whether the issuer is https
 */
export function cookieOptions(secure: boolean, own: Options = {}): Options {
  return { httpOnly: true, sameSite: 'lax', signed: false, overwrite: true, path: '/', secure, ...own };
}
