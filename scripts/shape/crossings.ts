import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { addReached, askByMail, findTransports, type Reachable } from '../../test/recovery/recovering.ts';
import { type Portal, startPortal, stopProcess } from '../../test/support/portal.ts';
import { stopShared } from '../../test/support/shared.ts';
import { startStoresOfRun } from '../../test/support/stores.ts';
import { flow, pageName, redeem, Visitor } from '../../test/support/visitor.ts';

export interface Crossing {
  readonly deed: string;
  /** Under src/, in which something of the deed ran. */
  readonly crossed: readonly string[];
}

/** Each deed is done so often, and what did not run each time was not of it: the sweeps, a poll. */
const TIMES = 6;
const NEW_PASSWORD = 'seven quiet herons wade';

/** What ran in a process that did nothing but that. Stores and a service are started for it, and ended. */
export async function crossings(root: string): Promise<Crossing[]> {
  const stores = await startStoresOfRun();
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  process.env.TEST_REDIS_URL = stores.redisUrl;
  try {
    const { mail, sms, settings } = await findTransports();
    const portal = await startPortal({ settings });
    const reachable = { portal, mail, sms, stop: () => portal.stop() };
    const watched = await restartWatched(root, portal);
    const found: Crossing[] = [];
    for (const [deed, doIt] of Object.entries(deeds(reachable))) {
      found.push({ deed, crossed: await watched.crossed(doIt) });
    }
    watched.close();
    await portal.stop();
    await stopShared();
    return found;
  } finally {
    await stores.stop();
  }
}

/** Each prepares, and answers the deed itself. */
function deeds(reachable: Reachable): Record<string, () => Promise<() => Promise<void>>> {
  const { portal } = reachable;
  return {
    'a password sign-in, from authorize to tokens,': async () => {
      const { userId } = await addReached(reachable);
      return async () => {
        await redeem(portal, await new Visitor(portal).signIn('claims', { userId }));
      };
    },
    'a silent sign-on': async () => {
      const { userId } = await addReached(reachable);
      const visitor = new Visitor(portal);
      await visitor.signIn('claims', { userId });
      return async () => {
        await redeem(portal, await visitor.signIn('claims', { prompt: 'none' }));
      };
    },
    'a reset by mail, from the request to the new password,': async () => {
      const { userId, email } = await addReached(reachable);
      return async () => {
        const { visitor, page, code } = await askByMail(reachable, { userId, email });
        const next = await visitor.submit(page, { code });
        const done = await visitor.submit(next, { password: NEW_PASSWORD });
        if (pageName(done) !== 'recover-password-done') throw new Error(`reset ended at ${pageName(done)}`);
      };
    },
    'a sign-out': async () => {
      const { userId } = await addReached(reachable);
      const visitor = new Visitor(portal);
      await visitor.signIn('claims', { userId });
      const { id_token: hint } = await redeem(portal, await visitor.signIn('claims', { prompt: 'none' }));
      return async () => {
        await visitor.open(`/oidc/logout?${new URLSearchParams({ id_token_hint: String(hint) })}`);
        const page = await visitor.open(flow('claims').url);
        if (pageName(page) !== 'sign-in') throw new Error('still signed in');
      };
    },
  };
}

interface Watched {
  crossed(deed: () => Promise<() => Promise<void>>): Promise<string[]>;
  close(): void;
}

/** The portal's process once more, with its calls counted. */
async function restartWatched(root: string, portal: Portal): Promise<Watched> {
  await stopProcess(portal.processes[0] as ChildProcess);
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', join(root, 'dist/main.js')], {
    cwd: root,
    env: {
      ...portal.environment,
      PORT: String(portal.ports[0]),
      OPERATIONS_PORT: String(portal.operationsPorts[0]),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  portal.processes[0] = child;
  const inspector = new Promise<string>((resolve) => {
    child.stderr.on('data', (text) => {
      const address = /ws:\S+/.exec(String(text))?.[0];
      if (address) resolve(address);
    });
  });
  const serving = new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
    child.stdout.on('data', (text) => String(text).includes('"serving"') && resolve());
  });
  const calls = await countCalls(await inspector, pathToFileURL(join(root, 'dist/')).href);
  await serving;
  return {
    close: () => calls.close(),
    async crossed(deed) {
      let every: string[] | undefined;
      for (let time = 0; time < TIMES; time += 1) {
        const doIt = await deed();
        await calls.take();
        await doIt();
        const ran = await calls.take();
        every = every?.filter((path) => ran.includes(path)) ?? ran;
      }
      return (every ?? []).sort();
    },
  };
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { count: number }[];
    }[];
  }[];
}

/** What `take` answers: files, of those whose address begins with `ours`, of which a function was called since it was asked last. */
async function countCalls(
  address: string,
  ours: string,
): Promise<{ take(): Promise<string[]>; close(): void }> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  let last = 0;
  const ask = (method: string, params: object = {}) =>
    new Promise<unknown>((resolve) => {
      last += 1;
      const id = last;
      const hear = ({ data }: MessageEvent) => {
        const answer = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (answer.id !== id) return;
        socket.removeEventListener('message', hear);
        resolve(answer.result);
      };
      socket.addEventListener('message', hear);
      socket.send(JSON.stringify({ id, method, params }));
    });
  await ask('Profiler.enable');
  await ask('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  return {
    close: () => socket.close(),
    async take() {
      const { result } = (await ask('Profiler.takePreciseCoverage')) as Coverage;
      const ran = result.filter(
        ({ url, functions }) =>
          url.startsWith(ours) && functions.some(({ ranges }) => ranges.some(({ count }) => count > 0)),
      );
      return ran.map(({ url }) => url.slice(ours.length));
    },
  };
}
