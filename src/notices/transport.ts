import type { NoticeChannel } from './kinds.ts';

/** A notice in words, ready to go. */
export interface Message {
  /** The notice's id: the one delivery key of all its tries. */
  readonly id: string;
  readonly channel: NoticeChannel;
  readonly to: string;
  /** Empty for an SMS. */
  readonly subject: string;
  readonly text: string;
  /** For mail only. */
  readonly html: string;
  /** By the store's clock. */
  readonly createdAt: Date;
  /** Whether an earlier try may have gone through without our hearing of it. */
  readonly again: boolean;
}

/** Takes messages of one channel. */
export interface Transport {
  /**
   * Hands a message over.
   * @returns what the transport calls it
   * @throws DeliveryError
   */
  send(message: Message): Promise<string>;
  /** Lets go of its connections; what is under way has ended before. */
  close(): void;
}

/** A message was not accepted, or it is not known whether it was. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** Such as `smtp-550` or `twilio-21211`: safe to keep and to show. */
  readonly reason: string;
  /** Whether another try with the same message is pointless. */
  readonly permanent: boolean;
  /** s after which the transport wants to be asked again. */
  readonly retryAfter: number | undefined;

  constructor(
    reason: string,
    options: { permanent?: boolean; retryAfter?: number | undefined; cause?: unknown } = {},
  ) {
    super(`not delivered: ${reason}`, { cause: options.cause });
    this.reason = reason;
    this.permanent = options.permanent ?? false;
    this.retryAfter = options.retryAfter;
  }
}
