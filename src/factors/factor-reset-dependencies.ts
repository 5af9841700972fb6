import type { Log } from '../log.ts';
import type { Database, Transaction } from '../postgres/database.ts';
import type { NoticeChannel } from '../postgres/schema.ts';
import type { FactorChange, Seals } from './changes.ts';
import type { Person } from './factor-reset-store.ts';
import type { RememberedDevices } from './remembered-devices.ts';

/** Where something came from, for the audit log. */
export interface Origin {
  readonly address?: string;
  readonly userAgent?: string;
  readonly request?: string;
}

/** Leave to check one guess; its outcome is told once. */
export interface Guess {
  settle(outcome: 'right' | 'wrong' | 'unchecked'): Promise<void>;
}

interface Words {
  readonly 'support-code': { readonly code: string; readonly minutes: number };
  readonly 'factor-reset-held': { readonly at: string; readonly zone?: string; readonly link: string };
  readonly 'factor-removed': { readonly at: string; readonly zone?: string };
}

type WordsOf<Kind extends keyof Words> = {
  [Each in Kind]: { readonly kind: Each; readonly values: Words[Each] };
}[Kind];

interface CodeNotice {
  readonly channel: NoticeChannel;
  readonly to: string;
  readonly account: string;
  readonly locale: string | null;
  readonly life: number;
}

/** Mail and SMS to the addresses on file (notices/notices). */
export interface ResetNotices {
  contacts(person: Person): readonly { readonly channel: NoticeChannel; readonly to: string }[];
  mayGo(message: {
    readonly channel: NoticeChannel;
    readonly to: string;
    readonly kind: 'support-code';
    readonly account: string;
  }): Promise<boolean>;
  enqueue(tx: Transaction, notice: CodeNotice & WordsOf<'support-code'>): Promise<unknown>;
  alarm(
    tx: Transaction,
    person: Person,
    words: WordsOf<'factor-reset-held' | 'factor-removed'>,
    how: { readonly everywhere: true },
  ): Promise<void>;
}

export interface FactorResetsDependencies {
  readonly db: Database;
  readonly seals: Seals;
  readonly devices: Pick<RememberedDevices, 'forgetAllWithin'>;
  readonly notices: ResetNotices;
  /** Channels whose address was changed lately, and until when that counts (accounts/contact-changes). */
  readonly changedContacts: (tx: Transaction, account: string) => Promise<ReadonlyMap<NoticeChannel, Date>>;
  /** Counts a guess at a caller's code before it is checked; when the next is taken, if ever, where this is not. */
  readonly guess: (
    whose: { readonly subject: string; readonly account: string },
    origin: Origin,
  ) => Promise<Guess | { readonly until: Date | undefined }>;
  /** Forgets the failures in a row at a factor that is no more (lockout/attempt-limiter). */
  readonly openCodes: (
    tx: Transaction,
    whose: { readonly subject: string; readonly account: string },
    by: { readonly actor: string; readonly origin: Origin },
  ) => Promise<void>;
  /** Makes dead in PostgreSQL what an account has open (accounts/accounts). */
  readonly revokeSessions: (tx: Transaction, account: string) => Promise<unknown>;
  /** Ends the sessions of an account since a factor was removed, and tells their apps (sessions/sessions). */
  readonly endSessions: (account: string, by: string | null, origin: Origin) => Promise<void>;
  readonly append: (tx: Transaction, change: FactorChange, origin: Origin) => Promise<void>;
  readonly issuer: string;
  /** s */
  readonly settings: { readonly code_life: number; readonly hold: number };
  readonly log: Log;
}
