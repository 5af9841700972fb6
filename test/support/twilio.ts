import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';

/** An SMS as the API took it. */
export interface SentSms {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly statusCallback: string;
  readonly at: Date;
}

/** How the API behaves. */
export type Manner =
  | 'accepts'
  /** Answers nothing. */
  | 'hangs'
  /** Takes the message, but its answer is lost. */
  | 'takes, then hangs'
  | { readonly status: number; readonly code?: number; readonly retryAfter?: number };

const ACCOUNT = 'AC00000000000000000000000000000001';
const TOKEN = 'twilio-test-token-0123456789abcdef';

/**
 * Twilio's Messages API as its reference describes it, on this machine: HTTP Basic auth, form fields, errors as
 * JSON, 201 with a SID; and its signed status callbacks.
 */
export class Twilio {
  readonly accountSid = ACCOUNT;
  readonly authToken = TOKEN;
  readonly sent: SentSms[] = [];
  manner: Manner = 'accepts';
  /** Requests for a message that were understood, refused ones included. */
  asked = 0;
  /** What was wrong with requests that no client of ours may send. */
  readonly mistakes: string[] = [];
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<Twilio> {
    const api = new Twilio();
    await api.open();
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The settings that a service needs to use it, as environment variables. */
  environment(from = '+12025550100'): Record<string, string> {
    return {
      TWILIO_ACCOUNT_SID: ACCOUNT,
      TWILIO_AUTH_TOKEN: TOKEN,
      TWILIO_FROM: from,
      TWILIO_API_URL: this.url,
    };
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Takes messages again and remembers none, whatever a test did to it. */
  async renew(): Promise<void> {
    this.sent.length = 0;
    this.mistakes.length = 0;
    this.manner = 'accepts';
    this.asked = 0;
    if (!this.#server) await this.open();
  }

  /** Those that went to a number. */
  to(number: string): SentSms[] {
    return this.sent.filter((sms) => sms.to === number);
  }

  /**
   * Posts a status callback to where the service listens, signed for the address that it gave.
   * @param base where that is on this machine, such as http://127.0.0.1:3000
   */
  async report(
    { sid, to, from, statusCallback }: SentSms,
    base: string,
    status: string,
    { errorCode, token = TOKEN }: { errorCode?: string; token?: string } = {},
  ): Promise<Response> {
    const fields = {
      AccountSid: ACCOUNT,
      ApiVersion: '2010-04-01',
      From: from,
      To: to,
      MessageSid: sid,
      SmsSid: sid,
      MessageStatus: status,
      SmsStatus: status,
      ...(errorCode ? { ErrorCode: errorCode } : {}),
    };
    const { pathname, search } = new URL(statusCallback);
    return fetch(`${base}${pathname}${search}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'X-Twilio-Signature': twilio.getExpectedTwilioSignature(token, statusCallback, fields),
      },
      body: new URLSearchParams(fields).toString(),
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const expected = `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`;
    if (request.headers.authorization !== expected) return refuse(response, 401, 20003);
    if (pathname !== `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`) return refuse(response, 404, 20404);
    if (request.method === 'GET') return this.#list(response, searchParams);
    this.asked += 1;
    const { manner } = this;
    if (manner === 'hangs') return;
    if (typeof manner === 'object') return refuse(response, manner.status, manner.code, manner.retryAfter);
    const wrong = this.#wrong(request, form);
    if (wrong) {
      this.mistakes.push(wrong);
      return refuse(response, 400, 21602);
    }
    const to = form.get('To') ?? '';
    if (!/^\+[1-9]\d{6,14}$/.test(to) || to === '+15005550001') return refuse(response, 400, 21211);
    const sms = this.#take(form, to);
    if (manner === 'accepts') json(response, 201, asJson(sms));
  }

  #wrong({ headers }: IncomingMessage, form: URLSearchParams): string | undefined {
    if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return 'not a form';
    const names = [...form.keys()];
    const sender = names.filter((name) => name === 'From' || name === 'MessagingServiceSid');
    if (sender.length !== 1) return 'neither From nor MessagingServiceSid, or both';
    if (names.filter((name) => name === 'To').length !== 1) return 'not one To';
    const service = form.get('MessagingServiceSid');
    if (service !== null && !service.startsWith('MG')) return 'no messaging service';
    const body = form.get('Body') ?? '';
    if (body.length < 1 || body.length > 1600) return 'a body of another length than 1 to 1600';
    if (!URL.canParse(form.get('StatusCallback') ?? '')) return 'no StatusCallback';
    return undefined;
  }

  #take(form: URLSearchParams, to: string): SentSms {
    const sms = {
      sid: `SM${randomBytes(16).toString('hex')}`,
      to,
      at: new Date(),
      from: form.get('From') ?? form.get('MessagingServiceSid') ?? '',
      body: form.get('Body') ?? '',
      statusCallback: form.get('StatusCallback') ?? '',
    };
    this.sent.push(sms);
    return sms;
  }

  #list(response: ServerResponse, query: URLSearchParams): void {
    const to = query.get('To');
    const messages = this.sent.filter((sms) => to === null || sms.to === to).map(asJson);
    json(response, 200, { messages: messages.reverse(), page: 0, page_size: 50, next_page_uri: null });
  }
}

function asJson({ sid, to, from, body, at }: SentSms): object {
  const date = at.toUTCString();
  return {
    sid,
    to,
    from,
    body,
    status: 'queued',
    account_sid: ACCOUNT,
    api_version: '2010-04-01',
    date_created: date,
    date_updated: date,
    date_sent: null,
    direction: 'outbound-api',
    num_segments: '1',
    num_media: '0',
    error_code: null,
    error_message: null,
    price: null,
    price_unit: 'USD',
    messaging_service_sid: null,
    subresource_uris: {},
    uri: '',
  };
}

function refuse(response: ServerResponse, status: number, code = status, retryAfter?: number): void {
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  json(response, status, { code, message: 'refused by the test', more_info, status });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
