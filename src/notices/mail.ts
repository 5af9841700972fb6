import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Transporter } from 'nodemailer';
import type { SMTPPoolSentMessageInfo } from 'nodemailer/lib/smtp-pool';
import { withAsciiDomain } from '../http/mail-address.ts';
import { later } from '../later.ts';
import { DeliveryError, type Message, type Transport } from './transport.ts';

export interface MailSettings {
  readonly from: { readonly name: string; readonly address: string };
  readonly smtp: {
    readonly url: string;
    readonly ca_file?: string | undefined;
    readonly connections: number;
    /** s */
    readonly connect_timeout: number;
    /** s without a word from the server. */
    readonly send_timeout: number;
  };
  readonly dkim?:
    | { readonly domain: string; readonly selector: string; readonly private_key_file: string }
    | undefined;
}

/**
 * An address that every mail server reads alike: a dot-atom and a host name, in ASCII (RFC 5321 §4.1.2 without
 * quoted strings, literals and SMTPUTF8). Quoted parts, comments, lists and look-alike letters are where two
 * programs read two different recipients.
 */
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Whether a text can be one recipient of mail, and no other. */
export function isMailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  return text.length <= 254 && at <= 64 && ADDRESS.test(text);
}

/** Mail by SMTP, over a pool of connections. */
export class Mail implements Transport {
  readonly #transporter: () => Transporter<SMTPPoolSentMessageInfo>;
  readonly #from: MailSettings['from'];

  /** @throws Error when a file of keys or certificates cannot be read */
  constructor({ from, smtp, dkim }: MailSettings) {
    this.#from = from;
    const options = {
      ...server(smtp),
      pool: true,
      maxConnections: smtp.connections,
      // Jobs try again, with the outcome noted; a message that the pool sent again by itself would not be.
      maxRequeues: 0,
      connectionTimeout: smtp.connect_timeout * 1000,
      greetingTimeout: smtp.connect_timeout * 1000,
      socketTimeout: smtp.send_timeout * 1000,
      dnsTimeout: smtp.connect_timeout * 1000,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(dkim && {
        dkim: {
          domainName: dkim.domain,
          keySelector: dkim.selector,
          privateKey: readFileSync(dkim.private_key_file, 'utf8'),
        },
      }),
    } as const;
    this.#transporter = later(() => {
      const nodemailer = createRequire(import.meta.url)('nodemailer') as typeof import('nodemailer');
      return nodemailer.createTransport(options);
    });
  }

  /** @throws DeliveryError, permanent when the server refused this very message (RFC 5321 §4.2.1: 5yz) */
  async send({ id, to, subject, text, html }: Message): Promise<string> {
    // What earlier versions took as it was typed: `info@bücher.example` is a domain that mail can be sent to.
    const recipient = withAsciiDomain(to);
    if (!isMailAddress(recipient)) throw new DeliveryError('address-unsafe', { permanent: true });
    const { address } = this.#from;
    // The same for every try, so that a server or a mailbox that has it already can tell.
    const messageId = `<${id}@${address.slice(address.lastIndexOf('@') + 1)}>`;
    try {
      await this.#transporter().sendMail({
        from: this.#from,
        to: { name: '', address: recipient },
        // Said apart, so that nothing is parsed out of a header.
        envelope: { from: address, to: [recipient] },
        messageId,
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      });
    } catch (error) {
      throw asDeliveryError(error);
    }
    return messageId;
  }

  close(): void {
    this.#transporter().close();
  }
}

/** Where and how to connect. TLS is not optional, unless the address says so or the server is this machine. */
function server({ url, ca_file }: MailSettings['smtp']) {
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const secure = protocol === 'smtps:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const here = ['localhost', '127.0.0.1', '::1'].includes(host);
  const optional = here || searchParams.get('starttls') === 'optional';
  const auth = username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    host,
    secure,
    port: port ? Number(port) : secure ? 465 : 587,
    ...(auth ? { auth } : {}),
    // Otherwise an attacker on the network could strip STARTTLS from the server's answer and read every code.
    requireTLS: !optional && !secure,
    opportunisticTLS: optional,
    tls: ca_file ? { ca: readFileSync(ca_file) } : { rejectUnauthorized: !here },
  };
}

/** What a refusal of this message looks like; a failed login or a TLS error is the operator's to mend. */
const REFUSALS: ReadonlySet<unknown> = new Set(['EENVELOPE', 'EMESSAGE']);

function asDeliveryError(error: unknown): DeliveryError {
  const { code, responseCode } = Object(error) as { code?: unknown; responseCode?: unknown };
  if (typeof responseCode === 'number') {
    const permanent = responseCode >= 500 && REFUSALS.has(code);
    return new DeliveryError(`smtp-${responseCode}`, { permanent, cause: error });
  }
  const known = typeof code === 'string' && /^[A-Z0-9_]{2,40}$/.test(code);
  return new DeliveryError(`smtp-${known ? code.toLowerCase() : 'failed'}`, { cause: error });
}
