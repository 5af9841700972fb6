import { AppError, type StoreFault } from '../errors.ts';

/** SQLSTATE classes in which the server, not the statement, is at fault. */
const AWAY_CLASSES = ['08' /* connection */, '53' /* out of resources */, '58' /* system error */];
const AWAY_STATES = [
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '57014', // query_canceled: statement_timeout
  '25006', // read_only_sql_transaction: after a failover we still hold the old primary
  '25P03', // idle_in_transaction_session_timeout
];
// Each has a digit, which tells them from EPIPE, a dead socket's.
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;

/** The error as AppError('store-away'), itself if it is one already. */
export function storeAway(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError('store-away', { cause: error });
}

/**
 * Whether a failed query means that the server is away or this connection unusable. An error without an
 * SQLSTATE did not come from the server: a socket's error, a timeout, "Connection terminated". A mistake of
 * ours, such as a value pg cannot send, is a TypeError or RangeError and is no outage.
 */
export function isAway(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof TypeError || error instanceof RangeError) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!SQLSTATE.test(code)) return true;
  return AWAY_STATES.includes(code) || AWAY_CLASSES.includes(code.slice(0, 2));
}

const FAULTS: ReadonlyMap<string, StoreFault> = new Map([
  ['25006', 'read-only'],
  ['53100', 'full'],
  ['57014', 'timeout'],
]);

/** What is wrong, from what a query threw. */
export function postgresFault(error: unknown): StoreFault {
  const cause = error instanceof AppError ? error.cause : error;
  if (!isAway(cause)) return 'failed';
  const known = 'code' in cause ? FAULTS.get(String(cause.code)) : undefined;
  return known ?? (/time[ -]?out|ETIMEDOUT/i.test(cause.message) ? 'timeout' : 'refused');
}
