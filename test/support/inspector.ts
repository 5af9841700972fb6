import { once } from 'node:events';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId?: string; readonly message?: string };
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** How long it may take until a thread that was asked has answered, ms. */
const PATIENCE = 10_000;

/**
 * What an expression is worth in a process that runs: first in its main thread, then in each of its others.
 * @param address where its inspector listens: `ws://…`
 * @param threads how many others there are
 */
export async function evaluate(address: string, expression: string, threads: number): Promise<unknown[]> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const send = (id: number, method: string, params: object) => JSON.stringify({ id, method, params });
  const question = send(1, 'Runtime.evaluate', { expression, returnByValue: true });
  const answers = new Map<string, unknown>();
  try {
    return await new Promise((resolve, reject) => {
      AbortSignal.timeout(PATIENCE).addEventListener('abort', () =>
        reject(new Error(`${answers.size} of ${threads + 1} threads answered`)),
      );
      const take = (thread: string, { id, result }: Message) => {
        if (id === 1) answers.set(thread, result?.result?.value);
        if (answers.size > threads) resolve([answers.get('main'), ...[...answers.values()].slice(1)]);
      };
      socket.addEventListener('message', ({ data }) => {
        const said = JSON.parse(String(data)) as Message;
        const { sessionId = '', message = '{}' } = said.params ?? {};
        if (said.method === 'NodeWorker.attachedToWorker') {
          socket.send(send(2, 'NodeWorker.sendMessageToWorker', { sessionId, message: question }));
        } else if (said.method === 'NodeWorker.receivedMessageFromWorker') {
          take(sessionId, JSON.parse(message) as Message);
        } else take('main', said);
      });
      socket.send(question);
      socket.send(send(3, 'NodeWorker.enable', { waitForDebuggerOnStart: false }));
    });
  } finally {
    socket.close();
  }
}
