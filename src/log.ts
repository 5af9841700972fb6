import {
  type Bindings,
  type ChildLoggerOptions,
  type DestinationStream,
  type Logger,
  pino,
  stdSerializers,
} from 'pino';

export type Log = Logger;

/** Names whose values never reach a log, in any object; compared without case, `-` and `_`. */
const secretNames = new Set(
  [
    'password',
    'current_password',
    'new_password',
    'password_hash',
    'passphrase',
    'secret',
    'secrets',
    'client_secret',
    'master_key',
    'cookie_keys',
    'private_key',
    'token',
    'access_token',
    'refresh_token',
    'id_token',
    'logout_token',
    'id_token_hint',
    'csrf',
    'csrf_token',
    'authorization',
    'proxy-authorization',
    'cookie',
    'cookies',
    'set-cookie',
    'code',
    'code_verifier',
    'client_assertion',
    'assertion',
    'dpop',
    'otp',
    'totp_key',
    // What a failed Redis or SQL command was called with: ids of sessions and codes among them.
    'args',
    'parameters',
  ].map(plain),
);

const redacted = '[redacted]';
const deepest = 8;

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** An error's own code (ECONNREFUSED, 23505, store-away) is kept: it names the failure, not a grant. */
function scrubError(error: Error, depth: number): unknown {
  const clean = scrub(stdSerializers.err(error), depth) as Record<string, unknown>;
  const code: unknown = Reflect.get(error, 'code');
  return code === undefined ? clean : { ...clean, code };
}

function scrub(value: unknown, depth: number): unknown {
  if (value instanceof Error) return scrubError(value, depth);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date || value instanceof URL) return value;
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (depth >= deepest) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => scrub(item, depth + 1));
  const clean: Record<string, unknown> = {};
  for (const name in value) {
    const inner: unknown = Reflect.get(value, name);
    clean[name] = secretNames.has(plain(name)) && inner !== undefined ? redacted : scrub(inner, depth + 1);
  }
  return clean;
}

function scrubRecord(record: Record<string, unknown>): Record<string, unknown> {
  return scrub(record, 0) as Record<string, unknown>;
}

/** Passwords inside connection strings, which drivers like to quote in their messages. */
const userInfo = /(:\/\/[^\s/:@"\\]*):[^\s/@"]+@/g;

const quiet = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err']);

/** One readable line a record; JSON.stringify keeps foreign newlines from starting a line of their own. */
function prettyLine(line: string): string {
  const record: Record<string, unknown> = JSON.parse(line);
  const rest = Object.entries(record)
    .filter(([name]) => !quiet.has(name))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .join('');
  const text = JSON.stringify(record.msg ?? '').slice(1, -1);
  const error = record.err ? ` ${JSON.stringify(record.err)}` : '';
  return `${String(record.time).slice(11, 19)} ${record.level} ${text}${rest}${error}\n`;
}

export interface LogOptions {
  /** One of pino's levels: trace, debug, info, warn, error, fatal, silent. */
  level: string;
  /** Lines for a person at a terminal instead of JSON. */
  pretty?: boolean;
  /** Where the lines go; standard output by default. */
  stream?: DestinationStream;
}

/**
 * The log: one JSON line a record, on standard output. Values under secret names are replaced at any depth
 * down to eight, in errors and child bindings too. [ASVS 16.2.5, 16.4.1]
 */
export function createLog({ level, pretty = false, stream = process.stdout }: LogOptions): Log {
  const destination: DestinationStream = pretty
    ? { write: (line) => stream.write(prettyLine(line)) }
    : stream;
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // scrub has serialized errors already; pino's own serializer would take the result for another error.
      serializers: { err: (error: unknown) => error },
      formatters: { level: (label) => ({ level: label }), log: scrubRecord },
      hooks: { streamWrite: (line) => line.replace(userInfo, '$1:[redacted]@') },
    },
    destination,
  );
  // pino formats no bindings of a child; children inherit this from their parent.
  const { child } = log;
  Object.defineProperty(log, 'child', {
    value(this: Log, bindings: Bindings, options?: ChildLoggerOptions): Log {
      return Reflect.apply(child, this, [scrubRecord(bindings), options]);
    },
  });
  return log;
}
