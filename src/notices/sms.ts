import twilio from 'twilio';
import type { Message, Transport } from './transport.ts';
import { TwilioRequests } from './twilio-requests.ts';

export interface SmsSettings {
  readonly account_sid: string;
  readonly auth_token: string;
  /** A number in E.164, or the SID of a messaging service. */
  readonly from: string;
  /** Where the API is; Twilio's own place unless given. */
  readonly api_url?: string | undefined;
  /** s */
  readonly timeout: number;
}

/** How many of a number's last messages are looked through for one that may have gone already. */
const LOOK_BACK = 20;
/** ms that the provider's clock may be behind the store's. */
const SKEW = 60_000;

/** SMS by Twilio's Messages API. */
export class Sms implements Transport {
  readonly #client: twilio.Twilio;
  readonly #from: { from: string } | { messagingServiceSid: string };
  readonly #callback: string;

  /** @param issuer where status callbacks are to be sent to */
  constructor(settings: SmsSettings, issuer: string) {
    const { account_sid: accountSid, auth_token: authToken, from } = settings;
    this.#client = twilio(accountSid, authToken, { accountSid, httpClient: new TwilioRequests(settings) });
    this.#from = from.startsWith('MG') ? { messagingServiceSid: from } : { from };
    this.#callback = statusCallback(issuer);
  }

  /** @returns the message's SID @throws DeliveryError */
  async send(message: Message): Promise<string> {
    const { id, to, text, again } = message;
    const before = again ? await this.#sent(message) : undefined;
    if (before) return before;
    const { sid } = await this.#client.messages.create({
      ...{ to, body: text, statusCallback: `${this.#callback}?notice=${id}` },
      ...this.#from,
    });
    return sid;
  }

  close(): void {}

  /**
   * The Messages API knows no key by which it would refuse a message that it has: before another try we look
   * whether an earlier one, whose answer was lost, went through.
   */
  async #sent({ to, text, createdAt }: Message): Promise<string | undefined> {
    const last = await this.#client.messages.list({ to, limit: LOOK_BACK });
    const since = createdAt.getTime() - SKEW;
    const same = last.find(({ body, dateCreated }) => body.endsWith(text) && dateCreated.getTime() >= since);
    return same?.sid;
  }
}

/** The address that status callbacks come to, but for the notice. */
export function statusCallback(issuer: string): string {
  return `${issuer}/notices/sms-status`;
}
