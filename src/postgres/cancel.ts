import { connect } from 'node:net';
import type pg from 'pg';
import { clock } from '../clock.ts';

/** The code that stands where a protocol version would (PostgreSQL, Frontend/Backend Protocol, CancelRequest). */
const CANCEL = 80_877_102;
/** ms that the request to cancel may take: its caller has already waited for the whole query timeout. */
const PATIENCE = 250;

/** What a connected client knows of its server, beyond its types. */
interface Connected {
  readonly host: string;
  readonly port: number;
  readonly processID: number;
  readonly secretKey: number;
}

/**
 * Asks the server to give up what a connection is running: left alone it would go on, and hold its locks, though
 * nobody waits for it. A request of its own, not a setting of the session, so that a pooler passes it on; it finds
 * the statement only while the connection is open. Resolves when the server has taken it, or has not in time.
 */
export function cancelRunning(client: pg.PoolClient): Promise<void> {
  if (!isConnected(client)) return Promise.resolve();
  const { host, port, processID, secretKey } = client;
  return new Promise((resolve) => {
    const path = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
    // In the clear, as libpq does it: the key is of use once, for this.
    const socket = connect(path, () => socket.end(requestOf(processID, secretKey)));
    const timer = clock.after(PATIENCE, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      timer.cancel();
      resolve();
    });
    socket.resume();
  });
}

function requestOf(processID: number, secretKey: number): Buffer {
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(CANCEL, 4);
  request.writeInt32BE(processID, 8);
  request.writeInt32BE(secretKey, 12);
  return request;
}

function isConnected(client: object): client is Connected {
  const known: Partial<Connected> = client;
  return (
    typeof known.host === 'string' && Number.isInteger(known.processID) && Number.isInteger(known.secretKey)
  );
}
