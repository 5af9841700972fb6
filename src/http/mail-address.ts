import { domainToASCII, domainToUnicode } from 'node:url';

/** RFC 5322 dot-atom, in ASCII: no quotes, comments, display name or second address. */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;
const ASCII = /^[\x20-\x7e]+$/;
const LATIN = /\p{Script=Latin}/u;
/** Scripts with letters that look like Latin ones; no registry mixes them in one label. */
const LOOKS_LATIN = /\p{Script=Cyrillic}|\p{Script=Greek}|\p{Script=Armenian}|\p{Script=Cherokee}/u;

/** ASCII letters in lower case and nothing else changed: any other difference makes another address. */
export function foldAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/**
 * The one address that a text names, as mail can be sent there: a local part in ASCII, whose case is kept, and the
 * domain in ASCII too (RFC 5891: `info@Bücher.example` is `info@xn--bcher-kva.example`). Undefined for all else:
 * look-alikes (dotless i, full-width letters) are refused, not folded, since a mail server may fold them to
 * somebody else's address. 254 characters at most (RFC 5321 §4.5.3.1.3).
 */
export function readMailAddress(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(0, at));
  const domain = asciiDomain(text.slice(at + 1));
  if (domain === undefined || local.length > 64 || !LOCAL_PART.test(local)) return undefined;
  const address = `${local}@${domain}`;
  return domain.length <= 190 && address.length <= 254 ? address : undefined;
}

/**
 * All spellings under which an address may be on file, ASCII letters folded: as it is sent to, and with the
 * domain as people write it, which earlier versions kept as it was typed.
 * @param address from `readMailAddress`
 */
export function spellingsOf(address: string): string[] {
  const [local = '', domain = ''] = foldAscii(address).split('@');
  return [...new Set([`${local}@${domain}`, `${local}@${domainToUnicode(domain)}`])];
}

/** An address on file with its domain in ASCII; the same text where that changes nothing, or cannot be. */
export function withAsciiDomain(address: string): string {
  return ASCII.test(address) ? address : (readMailAddress(address) ?? address);
}

/** A host name of two labels or more, in ASCII and lower case. */
function asciiDomain(text: string): string | undefined {
  const domain = ASCII.test(text) ? foldAscii(text) : converted(text);
  const labels = domain?.split('.') ?? [];
  const isName = labels.length > 1 && labels.every((label) => LABEL.test(label) && isSpelledOnce(label));
  return isName && !/^\d+$/.test(String(labels.at(-1))) ? domain : undefined;
}

/** The name in ASCII, if every program reads it as that one. */
function converted(text: string): string | undefined {
  if (text.split('.').some((label) => LATIN.test(label) && LOOKS_LATIN.test(label))) return undefined;
  if ([...text].some((letter) => letter > '\x7e' && isAsciiTo(letter))) return undefined;
  const domain = domainToASCII(text);
  return domainToUnicode(domain) === text.normalize('NFC').toLowerCase() ? domain : undefined;
}

/** Whether some program takes a letter for an ASCII one: full-width, dotless i, ß (`ss` to IDNA 2003). */
function isAsciiTo(letter: string): boolean {
  return ASCII.test(letter.normalize('NFKC')) || ASCII.test(letter.toUpperCase());
}

/** Punycode has to decode to a name, and that to the same punycode: else it would have a second spelling. */
function isSpelledOnce(label: string): boolean {
  if (!label.startsWith('xn--')) return true;
  const name = domainToUnicode(label);
  return name !== label && domainToASCII(name) === label;
}
