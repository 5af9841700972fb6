import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { until } from '../postgres/until.ts';
import { CROWD, type Portal, type PortalOptions, startPortal } from '../support/portal.ts';
import { BalancedWalker, isCleanRefusal } from './balanced-walker.ts';
import { CLEAN, terminate } from './processes.ts';
import { Walker } from './walk.ts';

const PEOPLE = 50;

let portal: Portal | undefined;
afterEach(async () => {
  await portal?.stop();
  portal = undefined;
});

async function start(options: PortalOptions): Promise<Portal & { first: ChildProcess }> {
  portal = await startPortal({ ...options, settings: { ...CROWD, ...options.settings } });
  return { ...portal, first: portal.processes[0] as ChildProcess };
}

const rounds = Array.from({ length: process.env.LONG ? 5 : 1 }, (_, round) => round + 1);

test.each(rounds)(
  'a process that ends under 50 sign-ins loses none: each finishes, there or at the other one (%i)',
  async () => {
    const { first, ...all } = await start({ processes: 2 });
    const people = Array.from({ length: PEOPLE }, () => new BalancedWalker(all));
    let finished = 0;
    let ending = false;
    const working = people.map(async (walker) => {
      // The sign-in that is under way at the signal is finished, and one more is made.
      for (let more = 2; more > 0; more -= ending ? 1 : 0) {
        const answer = await walker.signInAnew();
        expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('access_token')]);
        finished += 1;
      }
    });
    const everybody = Promise.all(working);
    await Promise.race([everybody, until(() => finished >= PEOPLE)]);
    const ended = terminate(first);
    ending = true;
    expect(await ended).toEqual(CLEAN);
    await everybody;
    if (process.env.LONG) report(finished, people);
  },
);

test('the last process refuses cleanly what it does not finish', async () => {
  const { first, ...all } = await start({});
  const people = Array.from({ length: PEOPLE }, () => new Walker(all));
  let finished = 0;
  const ends = people.map(async (walker): Promise<unknown> => {
    for (;;) {
      try {
        const { status } = await walker.signInAnew();
        if (status !== 200) return status;
        finished += 1;
      } catch (error) {
        return isCleanRefusal(error) ? 'refused' : error;
      }
    }
  });
  await until(() => finished >= PEOPLE);
  expect(await terminate(first)).toEqual(CLEAN);
  expect(new Set(await Promise.all(ends))).toEqual(new Set(['refused']));
});

test('neither an idle connection nor half a request keeps a process from ending', async () => {
  const { first, ports } = await start({ settings: { 'drain.grace': 'PT1S' } });
  const idle = await talk(ports[0] as number, 'GET /oidc/jwks HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(idle, 'data');
  const half = await talk(
    ports[0] as number,
    'POST /sign-out HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc',
  );
  const closed = Promise.all([once(idle, 'close'), once(half, 'close')]);
  expect(await terminate(first)).toEqual(CLEAN);
  await closed;
});

async function talk(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

function report(finished: number, people: readonly BalancedWalker[]): void {
  const refused = people.reduce((sum, { refusals }) => sum + refusals, 0);
  process.stdout.write(`${finished} sign-ins finished, ${refused} requests went to the other process\n`);
}
