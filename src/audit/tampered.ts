/** What was done to a log, at the first place where it shows. */
export type Tampering = 'altered' | 'removed' | 'inserted' | 'reordered';

/** Where: a row by its position, a seal by its number, or neither (a line of an export, say). */
export interface Place {
  readonly row?: number;
  readonly seal?: number;
}

/** The log is not what was sealed. */
export class Tampered extends Error {
  override readonly name = 'Tampered';
  readonly what: Tampering;
  readonly place: Place;

  /** @param message one clear line for the person who verifies */
  constructor(what: Tampering, place: Place, message: string) {
    super(message);
    this.what = what;
    this.place = place;
  }
}
