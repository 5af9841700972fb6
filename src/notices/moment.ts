import { clock } from '../clock.ts';

/** A moment as a notice says it: ISO 8601, and the reader's time zone where that is known. */
export interface ReadersMoment {
  readonly at: string;
  readonly zone?: string;
}

/** Now, as this person reads it. */
export function momentFor({ zoneinfo }: { readonly zoneinfo: string | null }): ReadersMoment {
  return { at: new Date(clock.now()).toISOString(), ...(zoneinfo ? { zone: zoneinfo } : {}) };
}
