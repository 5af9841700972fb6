/** What a code means to the outside: HTTP status, one public sentence, seconds to wait where waiting helps. */
interface Meaning {
  readonly status: number;
  readonly message: string;
  readonly retryAfter?: number;
}

const meanings = {
  'bad-request': { status: 400, message: 'The request could not be understood.' },
  'session-expired': { status: 400, message: 'This page is out of date. Please start again.' },
  'cookies-needed': {
    status: 400,
    message: 'This site needs cookies, and this browser does not accept them.',
  },
  'already-finished': { status: 400, message: 'This sign-in was already completed.' },
  'not-permitted': { status: 403, message: 'You do not have permission to open this.' },
  forgery: { status: 403, message: 'The form did not come from this site or has expired. Please try again.' },
  'not-found': { status: 404, message: 'There is nothing at this address.' },
  'method-not-allowed': { status: 405, message: 'This address cannot be used that way.' },
  'payload-too-large': { status: 413, message: 'The form is too long.' },
  'too-many-requests': {
    status: 429,
    message: 'There were too many requests from this network. Please try again later.',
    retryAfter: 60,
  },
  'request-timeout': { status: 408, message: 'The request took too long to arrive. Please try again.' },
  'headers-too-large': {
    status: 431,
    message: 'The browser sent too many cookies or an address that is too long.',
  },
  internal: { status: 500, message: 'Something went wrong on our side.' },
  'store-away': {
    status: 503,
    message: 'Sign-in is not available at the moment. Please try again shortly.',
    retryAfter: 5,
  },
  busy: {
    status: 503,
    message: 'Many people are signing in right now. Please try again shortly.',
    retryAfter: 2,
  },
} as const satisfies Record<string, Meaning>;

export type ErrorCode = keyof typeof meanings;

/** Every code there is, for catalogues and tests. */
export const errorCodes = Object.keys(meanings) as readonly ErrorCode[];

/** Why a store does not do its work, in a word for operators; the log has the details. */
export type StoreFault = 'refused' | 'read-only' | 'full' | 'timeout' | 'failed';

/** A failure with a public face. `message` is an English sentence that is safe to show; the cause is not. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** HTTP status, 400 to 599. */
  readonly status: number;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined;
  /** What koa and oidc-provider read to decide whether the message may be shown. */
  readonly expose = true;
  /** What its line in the log says beside the code: never a secret, a code or a token. */
  readonly facts: Readonly<Record<string, string | undefined>>;

  /** @param options.retryAfter seconds, where more is known than the code says */
  constructor(
    code: ErrorCode,
    options: { cause?: unknown; retryAfter?: number; facts?: AppError['facts'] } = {},
  ) {
    const meaning: Meaning = meanings[code];
    super(meaning.message, options);
    this.code = code;
    this.facts = options.facts ?? {};
    this.status = meaning.status;
    this.retryAfter = options.retryAfter ?? meaning.retryAfter;
  }

  /** The same as `status`, by the name that koa and oidc-provider read. */
  get statusCode(): number {
    return this.status;
  }
}

/** One wrong setting: where it is (path or variable), what is wrong, and how to mend it. */
export interface Mistake {
  readonly path: string;
  readonly problem: string;
  readonly mend: string;
}

/** Thrown by loadConfig with every mistake found, not just the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ path, problem }) => `${path} ${problem}`).join('; '));
    this.mistakes = mistakes;
  }
}

const codesByStatus: Readonly<Record<number, ErrorCode>> = {
  403: 'not-permitted',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'payload-too-large',
  431: 'headers-too-large',
  503: 'busy',
};

/** What a peer that goes away in mid-request leaves behind; there is no one left to answer, so it is no 500. */
const abandoned = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** The code of an error of Node's, such as ENOENT; undefined where it has none. */
export function errorCode(error: unknown): unknown {
  return property(error, 'code');
}

/** What an error says; anything may be thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
}

/**
 * Anything thrown as an AppError. Errors of koa, http-errors and oidc-provider keep their meaning through
 * their status (an unlisted 4xx becomes `bad-request`); an AppError wrapped as a cause is found; the rest is
 * `internal`. The original is kept as `cause`, for the log alone.
 */
export function classify(error: unknown): AppError {
  for (let inner = error, depth = 0; inner !== undefined && depth < 5; depth += 1) {
    if (inner instanceof AppError) return inner;
    inner = property(inner, 'cause');
  }
  const status = property(error, 'status') ?? property(error, 'statusCode');
  const code = typeof status === 'number' ? codesByStatus[status] : undefined;
  if (code) return new AppError(code, { cause: error });
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new AppError('bad-request', { cause: error });
  }
  if (abandoned.has(String(property(error, 'code'))) && property(error, 'syscall') === undefined) {
    return new AppError('bad-request', { cause: error });
  }
  return new AppError('internal', { cause: error });
}
