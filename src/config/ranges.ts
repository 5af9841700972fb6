import { BlockList, isIP } from 'node:net';

/** Whether the text is a CIDR network, an IP address or a host name: what an operator may allow by name. */
export function isRange(text: string): boolean {
  if (isIP(text)) return true;
  if (text.includes('/')) return network(text) !== undefined;
  return (
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?)*$/i.test(text) &&
    !/^[\d.]+$/.test(text)
  );
}

/** The base address and prefix length of a CIDR network; undefined when the text is none. */
export function network(text: string): { base: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [base = '', bits = '', ...rest] = text.split('/');
  const version = isIP(base);
  if (version === 0 || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  if (Number(bits) > (version === 4 ? 32 : 128)) return undefined;
  return { base, bits: Number(bits), family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** A list that holds every network and address among the texts; host names are left out. */
export function blockList(texts: readonly string[]): BlockList {
  const list = new BlockList();
  for (const text of texts) {
    const found = network(text);
    if (found) list.addSubnet(found.base, found.bits, found.family);
    else if (isIP(text)) list.addAddress(text, isIP(text) === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}
