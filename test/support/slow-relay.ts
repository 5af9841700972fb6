import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Stands before a server on a port of 127.0.0.1, and passes on what it answers, so much later. */
export class SlowRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** ms by which each answer is late. */
  delay = 0;

  private constructor(port: number) {
    this.#server = createServer((incoming) => {
      const outgoing = connect(port, '127.0.0.1');
      incoming.pipe(outgoing);
      // One after the other, whatever the delay becomes meanwhile.
      let before = Promise.resolve();
      outgoing.on('data', (chunk) => {
        const due = this.delay > 0 ? pause(this.delay) : undefined;
        before = before.then(() => due).then(() => void (incoming.writable && incoming.write(chunk)));
      });
      for (const [one, other] of [
        [incoming, outgoing],
        [outgoing, incoming],
      ] as const) {
        this.#sockets.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => {
          this.#sockets.delete(one);
          other.destroy();
        });
      }
    });
  }

  static async before(port: number): Promise<SlowRelay> {
    const relay = new SlowRelay(port);
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
