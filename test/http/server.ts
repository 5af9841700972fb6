import { type AddressInfo, connect } from 'node:net';
import Koa from 'koa';
import type { DestinationStream } from 'pino';
import type { Middleware, State } from '../../src/http/context.ts';
import { handleErrors } from '../../src/http/errors.ts';
import { securityHeaders } from '../../src/http/headers.ts';
import { underIssuer } from '../../src/http/issuer.ts';
import { requestLog } from '../../src/http/request-log.ts';
import { createLog, type Log } from '../../src/log.ts';

/** A log whose records can be read back. */
export function recordingLog(level = 'debug'): {
  log: Log;
  lines: string[];
  records: () => Record<string, unknown>[];
} {
  const lines: string[] = [];
  const stream: DestinationStream = { write: (line) => void lines.push(line) };
  const records = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log: createLog({ level, stream }), lines, records };
}

export interface TestServer {
  url: string;
  port: number;
  records: () => Record<string, unknown>[];
  close(): Promise<void>;
}

/** The real order of middlewares around one handler, on a port of its own. */
export async function serve(
  handler: Middleware,
  options: { issuer?: string; hops?: number } = {},
): Promise<TestServer> {
  const issuer = options.issuer ?? 'http://signin.test';
  const { log, records } = recordingLog();
  const app = new Koa<State>({ proxy: true });
  app.use(underIssuer(issuer));
  app.use(requestLog({ log, trustedProxies: options.hops ?? 0 }));
  app.use(securityHeaders({ secure: issuer.startsWith('https:') }));
  app.use(
    handleErrors({
      renderErrorPage: (_ctx, { code, errorId }) =>
        `<p id="error-code">${code}</p><p id="error-id">${errorId}</p>`,
    }),
  );
  app.use(handler);
  app.on('error', (err: Error) => log.error({ err }, 'stream'));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, port, records, close };
}

/** Sends bytes as they are and returns all that comes back until the server closes. */
export function raw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()));
    socket.on('error', (error) =>
      chunks.length > 0 ? resolve(Buffer.concat(chunks).toString()) : reject(error),
    );
  });
}
