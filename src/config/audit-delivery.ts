import { z } from 'zod';
import { duration, file, link, text, whole } from './kinds.ts';

/** A key of Standard Webhooks: 24 to 64 bytes. */
const KEY = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;

/** Where the audit log is delivered to while it is written. */
export const auditDelivery = z.strictObject({
  rows: whole(1, 1000),
  // Below the 30 s after which PostgreSQL ends the transaction that waits meanwhile.
  timeout: duration('PT0.1S', 'PT20S'),
  first_delay: duration('PT1S', 'PT1H'),
  longest_delay: duration('PT1S', 'PT1H'),
  webhook: z.strictObject({
    url: link.describe('a URL such as https://siem.example.org/vestibule').optional(),
    secret: z
      .string('is not text')
      .refine(
        (keys) => keys.split(',').every((key) => KEY.test(key.trim())),
        'is no key of Standard Webhooks',
      )
      .describe(
        'whsec_ and 24 to 64 random bytes in base64 (openssl rand -base64 32); a second one, comma separated, signs too',
      )
      .optional(),
    authorization: text(4096, 'what the receiver wants as Authorization header').optional(),
  }),
  syslog: z.strictObject({
    host: text(255, 'the host name or IP address of a syslog receiver').optional(),
    port: whole(1, 65_535).describe('a port from 1 to 65535'),
    protocol: z.enum(['tls', 'tcp', 'udp'], 'is neither tls, tcp nor udp').describe('tls, tcp or udp'),
    facility: whole(0, 23),
    enterprise: whole(1, 4_294_967_295).describe('a private enterprise number of the IANA'),
    ca_file: file('the path of a PEM file of certificates').optional(),
    cert_file: file('the path of a certificate in PEM').optional(),
    key_file: file('the path of a private key in PEM').optional(),
  }),
});
