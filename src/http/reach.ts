import { type BlockList, isIP } from 'node:net';
import { blockList, network } from '../config/ranges.ts';
import { normaliseAddress } from './address.ts';

/** IANA's special-purpose IPv4 blocks, multicast and reserved space included. */
const closed4 = blockList([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/** Only global unicast is open, which leaves out loopback, ULA, link-local, multicast, mapped and NAT64. */
const open6 = blockList(['2000::/3']);
/** Protocol assignments with Teredo, documentation, 6to4, AS112: they tunnel, or lead nowhere. */
const closed6 = blockList(['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20']);

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/** Whether the address lies in the public internet. False for anything that is no address. */
export function isPublic(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !closed4.check(address, 'ipv4');
  if (version === 0 || address.includes('%') || normaliseAddress(address)?.includes('.')) return false;
  return open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6');
}

/** What the operator lets fetches reach beside the public internet: networks, addresses, host names. */
export class Reach {
  readonly #networks: BlockList;
  readonly #hosts: ReadonlySet<string>;

  constructor(allow: readonly string[]) {
    this.#networks = blockList(allow);
    const names = allow.filter((entry) => !isIP(entry) && !network(entry));
    this.#hosts = new Set(names.map((name) => name.toLowerCase()));
  }

  /** Whether the operator named this host, or a network with this address. */
  isListed(host: string, address: string): boolean {
    return this.#hosts.has(host.toLowerCase()) || this.#networks.check(address, familyOf(address));
  }

  /** Whether a fetch for this host may connect to this address; plain http only to what is listed. */
  mayConnect(host: string, address: string, secure: boolean): boolean {
    return this.isListed(host, address) || (secure && isPublic(address));
  }
}
