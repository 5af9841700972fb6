import { z } from 'zod';
import { country, duration, file, flag, link, text, whole } from './kinds.ts';

/** Only a plain address: what needs quotes could be read as another address by the next mail server. */
const mailbox = z
  .string('is not text')
  .regex(/^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}$/, 'is not a mail address')
  .describe('a mail address such as no-reply@example.org');

/** Mail and SMS. */
export const notices = z.strictObject({
  transport: z.enum(['live', 'outbox'], 'is neither live nor outbox').describe('live or outbox'),
  from: mailbox.optional(),
  smtp: z.strictObject({
    url: z
      .string('is not text')
      .refine((url) => /^smtps?:\/\/./.test(url) && URL.canParse(url), 'is not an SMTP URL')
      .describe('a URL such as smtps://user:password@mail.internal:465 or smtp://mail.internal:587')
      .optional(),
    ca_file: file('the path of a PEM file of certificates').optional(),
    connections: whole(1, 50),
    connect_timeout: duration('PT0.1S', 'PT15S'),
    send_timeout: duration('PT0.1S', 'PT20S'),
  }),
  dkim: z
    .strictObject({
      domain: text(253, 'the domain that signs, such as example.org'),
      selector: text(63, 'the selector under which its key is published'),
      private_key_file: file('the path of a private key in PEM'),
    })
    .optional(),
  twilio: z.strictObject({
    account_sid: z
      .string('is not text')
      .regex(/^AC[0-9A-Za-z]{2,64}$/, 'is not the SID of an account')
      .describe('the SID of your Twilio account, which begins with AC')
      .optional(),
    auth_token: text(256, 'the auth token of your Twilio account').optional(),
    from: z
      .string('is not text')
      .regex(/^(\+[1-9]\d{6,14}|MG[0-9A-Za-z]{2,64})$/, 'is neither a number nor a messaging service')
      .describe('a number such as +12025550143, or the SID of a messaging service, which begins with MG')
      .optional(),
    api_url: link.describe('a URL such as https://api.twilio.com').optional(),
    timeout: duration('PT0.1S', 'PT30S'),
  }),
  mail: z.strictObject({ per_recipient: whole(1, 1_000), refill: duration('PT1S', 'P1D') }),
  sms: z.strictObject({
    countries: z.array(country, 'is not a list').describe('a list of ISO 3166 countries such as US'),
    per_account: whole(0, 1_000_000),
    per_number: whole(0, 1_000_000),
    per_address: whole(0, 1_000_000),
    per_prefix: whole(0, 1_000_000),
    per_day: whole(0, 10_000_000),
  }),
  retries: whole(0, 100),
  first_delay: duration('PT1S', 'PT1H'),
  longest_delay: duration('PT1S', 'P1D'),
  keep: duration('P1D', 'P365D'),
  new_device: flag,
});
