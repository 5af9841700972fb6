/** Why an address is refused, and how to mend it, in plain English. */
export interface Refusal {
  readonly problem: string;
  readonly mend: string;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
/** RFC 8252 §7.1: a private-use scheme is a domain name in reverse, so it has a dot. */
const PRIVATE_USE = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/;
/** RFC 3986's characters; browsers drop or reinterpret others (tab, newline, backslash). */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/;
/** URL takes `;`, `,` and `'` in a host; in our CSP they would begin a directive of the app's own. */
const HOST = /^([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])$/;
const DOT_SEGMENT = /\/(\.|%2e){1,2}(?=[/?]|$)/i;

/** A place that the browser is sent back to with a code or after sign-out. RFC 6749 §3.1.2, 8252, 9700 §2.1. */
export function refuseRedirectUri(text: string): Refusal | undefined {
  const { url, refusal } = parse(text);
  if (!url) return refusal;
  if (PRIVATE_USE.test(url.protocol)) return undefined;
  return refuseWeb(url);
}

/** A page or picture that we send the browser to, or a place that we call: https, or http on loopback. */
export function refuseWebUri(text: string): Refusal | undefined {
  const { url, refusal } = parse(text);
  return url ? refuseWeb(url) : refusal;
}

/** A further place that a form may lead to: an origin, or a private-use scheme. Goes into our CSP. */
export function refuseFormActionOrigin(text: string): Refusal | undefined {
  if (PRIVATE_USE.test(text)) return undefined;
  const { url, refusal } = parse(text);
  if (!url) return refusal;
  const web = refuseWeb(url);
  if (web) return web;
  if (url.origin === text) return undefined;
  return { problem: 'is not an origin', mend: `write ${url.origin}, without path or slash` };
}

function refuseWeb(url: URL): Refusal | undefined {
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  if (web && !HOST.test(url.hostname)) {
    return {
      problem: 'has a character that a host name cannot have',
      mend: 'write the host name as DNS has it',
    };
  }
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') {
    return {
      problem: `has the scheme ${url.protocol}`,
      mend: 'use https, or for a native app a private-use scheme with a dot, such as org.example.app:/callback',
    };
  }
  if (LOOPBACK.includes(url.hostname)) return undefined;
  return {
    problem: 'is http on a host that is not this machine',
    mend: 'use https; http only for 127.0.0.1, [::1] or localhost',
  };
}

function parse(text: string): { url: URL; refusal?: never } | { url?: never; refusal: Refusal } {
  const refuse = (problem: string, mend: string) => ({ refusal: { problem, mend } });
  if (!URI_CHARACTERS.test(text)) {
    return refuse('has a character that a URI cannot have', 'percent-encode it, or remove it');
  }
  if (!URL.canParse(text)) return refuse('is not an absolute URI', 'write it in full, with its scheme');
  const url = new URL(text);
  // Matching is exact, so a wildcard would never match, and elsewhere it might match too much.
  if (text.includes('*')) return refuse('has a wildcard', 'list each address; they are matched exactly');
  if (text.includes('#')) return refuse('has a fragment', 'remove # and what follows it');
  if (url.username || url.password || /^[^/]*\/\/[^/?]*@/.test(text)) {
    return refuse('has a user name or password', 'remove what stands before @');
  }
  if (DOT_SEGMENT.test(text)) return refuse('has . or .. in its path', 'write the path it leads to');
  return { url };
}
