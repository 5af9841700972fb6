import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** IPv4-mapped IPv6 (::ffff:a.b.c.d) as URL writes it: two groups of hex digits. */
const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * One spelling for each address: IPv6 compressed and in lower case without a zone, IPv4-mapped IPv6 as IPv4;
 * undefined when the text is no address. Two spellings of one address would be two counters.
 */
export function normaliseAddress(text: string): string | undefined {
  const bare = text.replace(/%.*$/s, '');
  const version = isIP(bare);
  if (version === 4) return bare;
  if (version === 0) return undefined;
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const groups = mapped
    .exec(canonical)
    ?.slice(1)
    .map((group) => Number.parseInt(group, 16));
  return groups ? groups.flatMap((group) => [group >> 8, group & 255]).join('.') : canonical;
}

/**
 * One spelling for an address or a range in CIDR notation (`10.0.0.0/8`, `2001:db8::/32`); undefined when the
 * text is neither.
 */
export function normaliseRange(text: string): string | undefined {
  const [, part = '', bits] = /^([^/]{1,64})(?:\/(\d{1,3}))?$/.exec(text.trim()) ?? [];
  const address = normaliseAddress(part);
  if (address === undefined || bits === undefined) return address;
  const most = isIP(address) === 4 ? 32 : 128;
  // An IPv4-mapped range counts its bits from the front of the IPv6 address.
  const length = Number(bits) - (most === 32 && part.includes(':') ? 96 : 0);
  return length >= 0 && length <= most ? `${address}/${length}` : undefined;
}

/** An item of X-Forwarded-For without the port that some proxies add. */
function withoutPort(item: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(item)?.[1] ?? /^([\d.]+):\d+$/.exec(item)?.[1] ?? item;
}

/**
 * The client's IP address behind `hops` trusted proxies, each of which appended one address to
 * X-Forwarded-For. What a client wrote itself stands further left and is never looked at; a header too short
 * or garbled gives the socket's address. `0.0.0.0` where there is none (a unix socket). [ASVS 15.3.4]
 */
export function clientAddress(request: Pick<IncomingMessage, 'headers' | 'socket'>, hops: number): string {
  const socket = normaliseAddress(request.socket.remoteAddress ?? '') ?? '0.0.0.0';
  if (hops === 0) return socket;
  const items = [request.headers['x-forwarded-for'] ?? ''].flat().join(',').split(',');
  return normaliseAddress(withoutPort(items.at(-hops)?.trim() ?? '')) ?? socket;
}

/** Characters kept of a place. */
const LONGEST_PLACE = 64;

/**
 * Where a client is, by the word of a proxy that sets `header` (a country, a city); undefined without one. Only
 * behind a proxy of ours: a client that comes directly could write anything. [ASVS 15.3.4]
 */
export function clientPlace(
  request: Pick<IncomingMessage, 'headers'>,
  header: string | undefined,
  hops: number,
): string | undefined {
  if (header === undefined || hops === 0) return undefined;
  const sent = [request.headers[header.toLowerCase()] ?? ''].flat().join(', ');
  // Node reads headers as Latin-1, and cities are called São Paulo. Invisible characters could turn a line around.
  const text = Buffer.from(sent, 'latin1').toString('utf8').replace(/\p{C}/gu, '').trim();
  return [...text].slice(0, LONGEST_PLACE).join('') || undefined;
}
