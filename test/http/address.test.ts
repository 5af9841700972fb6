import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clientAddress, clientPlace, normaliseAddress, normaliseRange } from '../../src/http/address.ts';

function address(remoteAddress: string | undefined, forwarded: string | undefined, hops: number): string {
  const request = { headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } };
  return clientAddress(request as unknown as IncomingMessage, hops);
}

test('with no trusted hop the header is never read', () => {
  fc.assert(fc.property(fc.string(), (header) => expect(address('192.0.2.9', header, 0)).toBe('192.0.2.9')));
});

test('the hop counted from the end is believed, whatever the client wrote before it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.ipV4(), fc.string())), fc.ipV4(), fc.ipV4(), (forged, client, proxy) => {
      const header = [...forged, client].join(', ');
      expect(address('10.0.0.1', header, 1)).toBe(client);
      expect(address('10.0.0.1', `${header},${proxy}`, 2)).toBe(client);
    }),
  );
});

test('garbage at the trusted place, or too few places, gives the socket', () => {
  for (const header of [
    undefined,
    '',
    ' ',
    'unknown',
    '1.2.3',
    '1.2.3.4.5',
    '999.1.1.1',
    '1.2.3.4, ',
    '<script>',
    '1.2.3.4\0',
  ])
    expect(address('::ffff:10.0.0.1', header, 1)).toBe('10.0.0.1');
  expect(address('10.0.0.1', '1.2.3.4', 2)).toBe('10.0.0.1');
});

test('the answer is always an address', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 0, max: 16 }), (header, hops) => {
      expect(normaliseAddress(address('10.0.0.1', header, hops))).toBeDefined();
    }),
  );
});

test('one address has one spelling', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const normal = normaliseAddress(text);
      expect(normaliseAddress(text.toUpperCase())).toBe(normal);
      expect(normaliseAddress(normal ?? '')).toBe(normal);
    }),
  );
  for (const text of ['::ffff:127.0.0.1', '::FFFF:7f00:1', '0:0:0:0:0:ffff:7f00:0001', '127.0.0.1']) {
    expect(normaliseAddress(text)).toBe('127.0.0.1');
  }
  expect(normaliseAddress('fe80::1%eth0')).toBe('fe80::1');
});

test('ports that some proxies add are left off', () => {
  expect(address('10.0.0.1', '203.0.113.7:4711', 1)).toBe('203.0.113.7');
  expect(address('10.0.0.1', '[2001:DB8::1]:4711', 1)).toBe('2001:db8::1');
});

test('a unix socket has no address', () => {
  expect(address(undefined, undefined, 0)).toBe('0.0.0.0');
});

test('a range has one spelling, and what is none is undefined', () => {
  const ranges = {
    '203.0.113.7': '203.0.113.7',
    ' 203.0.113.0/24 ': '203.0.113.0/24',
    '2001:DB8:0::/32': '2001:db8::/32',
    '::ffff:10.0.0.0/104': '10.0.0.0/8',
  };
  for (const [text, range] of Object.entries(ranges)) expect(normaliseRange(text)).toBe(range);
  for (const text of [
    '',
    '/8',
    '10/8',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    '::ffff:1.2.3.4/8',
  ]) {
    expect(normaliseRange(text)).toBeUndefined();
  }
  fc.assert(fc.property(fc.string(), (text) => void normaliseRange(text)));
});

const place = (sent: string | undefined, hops: number, header: string | undefined = 'CF-IPCountry') =>
  clientPlace({ headers: sent === undefined ? {} : { 'cf-ipcountry': sent } }, header, hops);

test('a place is believed from a proxy of ours alone', () => {
  expect(place('BR', 1)).toBe('BR');
  expect(place('BR', 0)).toBeUndefined();
  expect(clientPlace({ headers: { 'cf-ipcountry': 'BR' } }, undefined, 1)).toBeUndefined();
  expect(place(undefined, 1)).toBeUndefined();
});

test('a place is text of bounded length that turns no line around', () => {
  expect(place(Buffer.from('São Paulo').toString('latin1'), 1)).toBe('São Paulo');
  const hostile = Buffer.from('Ber\u202Elin\u0000\u009b').toString('latin1');
  expect(place(hostile, 1)).toBe('Berlin');
  expect(place('x'.repeat(9000), 1)).toHaveLength(64);
  expect(place('\u202E', 1)?.includes('\u202E') ?? false).toBe(false);
});
