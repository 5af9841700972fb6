import type { Twilio } from 'twilio';
import type { Message, Transport } from './transport.ts';

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
  readonly #settings: SmsSettings;
  #connected: Promise<Twilio> | undefined;
  readonly #from: { from: string } | { messagingServiceSid: string };
  readonly #callback: string;

  /** @param issuer where status callbacks are to be sent to */
  constructor(settings: SmsSettings, issuer: string) {
    const { from } = settings;
    this.#settings = settings;
    this.#from = from.startsWith('MG') ? { messagingServiceSid: from } : { from };
    this.#callback = statusCallback(issuer);
  }

  /** @returns the message's SID @throws DeliveryError */
  async send(message: Message): Promise<string> {
    const { id, to, text, again } = message;
    const before = again ? await this.#sent(message) : undefined;
    if (before) return before;
    const client = await this.#client();
    const { sid } = await client.messages.create({
      to,
      body: text,
      statusCallback: `${this.#callback}?notice=${id}`,
      ...this.#from,
    });
    return sid;
  }

  close(): void {}

  /** Loaded by the first message: Twilio's client is a quarter of all that a process would load at its start. */
  #client(): Promise<Twilio> {
    this.#connected ??= connect(this.#settings);
    return this.#connected;
  }

  /**
   * The Messages API knows no key by which it would refuse a message that it has: before another try we look
   * whether an earlier one, whose answer was lost, went through.
   */
  async #sent({ to, text, createdAt }: Message): Promise<string | undefined> {
    const client = await this.#client();
    const last = await client.messages.list({ to, limit: LOOK_BACK });
    const since = createdAt.getTime() - SKEW;
    const same = last.find(({ body, dateCreated }) => body.endsWith(text) && dateCreated.getTime() >= since);
    return same?.sid;
  }
}

async function connect(settings: SmsSettings): Promise<Twilio> {
  const { account_sid: accountSid, auth_token } = settings;
  const [{ default: twilio }, { TwilioRequests }] = await Promise.all([
    import('twilio'),
    import('./twilio-requests.ts'),
  ]);
  return twilio(accountSid, auth_token, { accountSid, httpClient: new TwilioRequests(settings) });
}

/** The address that status callbacks come to, but for the notice. */
export function statusCallback(issuer: string): string {
  return `${issuer}/notices/sms-status`;
}
