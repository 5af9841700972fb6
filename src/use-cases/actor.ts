import type { Recorder } from '../audit-events.ts';
import type { Origin } from '../http/origin.ts';

/** Who does something to an account, a practice, an app or keys: a person, a program or a command. */
export interface Actor {
  /** What the audit log calls them: a sub, `app:CLIENT_ID`, or `cli`. */
  readonly name: string;
  readonly origin: Origin;
  /** Records a change as theirs, in its own transaction. */
  readonly record: Recorder;
}
