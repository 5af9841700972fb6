import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isIP, connect as plainConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { AuditRecord } from '../record.ts';
import { type Sink, SinkError } from './sink.ts';
import { type SyslogNames, syslogMessage } from './syslog-message.ts';

export interface SyslogSettings extends SyslogNames {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'tls' | 'udp';
  /** PEM files: authorities beside the system's, and who we are to the receiver. */
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
  /** s for a batch. */
  readonly timeout: number;
}

/** Bytes that a datagram holds at most, with room for its headers: RFC 5426 §3.2. */
const DATAGRAM = 60_000;

/** Rows as RFC 5424 messages: over TCP or TLS counted in octets (RFC 6587 §3.4.1, RFC 5425), or as datagrams. */
export class SyslogSink implements Sink {
  readonly name = 'syslog';
  readonly #settings: SyslogSettings;
  readonly #tls: { ca?: Buffer; cert?: Buffer; key?: Buffer };

  /** @throws Error when a file of keys or certificates cannot be read */
  constructor(settings: SyslogSettings) {
    this.#settings = settings;
    const { ca_file: ca, cert_file: cert, key_file: key } = settings;
    this.#tls = {
      ...(ca ? { ca: readFileSync(ca) } : {}),
      ...(cert ? { cert: readFileSync(cert) } : {}),
      ...(key ? { key: readFileSync(key) } : {}),
    };
  }

  async send(rows: readonly AuditRecord[]): Promise<void> {
    const messages = rows.map((row) => Buffer.from(syslogMessage(row, this.#settings)));
    if (this.#settings.protocol === 'udp') await this.#throw(messages);
    else await this.#stream(messages);
  }

  /**
   * A connection a batch. Syslog has no acknowledgement, and what was written may lie in the buffers of a receiver
   * that dies; so the batch counts once the receiver has read to the end and closed without an error.
   */
  async #stream(messages: readonly Buffer[]): Promise<void> {
    const signal = AbortSignal.timeout(this.#settings.timeout * 1000);
    const socket = this.#connect();
    try {
      await once(socket, this.#settings.protocol === 'tls' ? 'secureConnect' : 'connect', { signal });
      let early = false;
      socket.once('end', () => {
        early = !socket.writableFinished;
      });
      socket.resume();
      const closed = once(socket, 'close', { signal });
      socket.end(Buffer.concat(messages.flatMap((message) => [Buffer.from(`${message.length} `), message])));
      await closed;
      if (early) throw new SinkError('closed before it had read everything');
    } catch (error) {
      throw signal.aborted ? new SinkError('timeout') : error;
    } finally {
      socket.on('error', () => undefined);
      socket.destroy();
    }
  }

  #connect(): Socket {
    const { host, port, protocol } = this.#settings;
    if (protocol === 'tcp') return plainConnect({ host, port });
    return tlsConnect({ host, port, ...this.#tls, ...(isIP(host) ? {} : { servername: host }) });
  }

  async #throw(messages: readonly Buffer[]): Promise<void> {
    const { host, port } = this.#settings;
    const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
    let refused: Error | undefined;
    // ICMP can report between two datagrams that no one listens; without a listener the error would end the process.
    socket.on('error', (error) => {
      refused = error;
    });
    try {
      socket.connect(port, host);
      await once(socket, 'connect');
      for (const message of messages) {
        await sendDatagram(socket, message.subarray(0, DATAGRAM));
        if (refused) throw refused;
      }
    } finally {
      socket.close();
    }
  }
}

function sendDatagram(socket: ReturnType<typeof createSocket>, message: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(message, (error) => (error ? reject(error) : resolve()));
  });
}
