export type EgressFault = 'refused' | 'timeout' | 'too-large' | 'unreachable';

/** Why a fetch for a client came to nothing; the message names no address, the cause may. */
export class EgressError extends Error {
  override readonly name = 'EgressError';
  /** `refused` will not get better by trying again. */
  readonly fault: EgressFault;

  constructor(fault: EgressFault, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.fault = fault;
  }
}
