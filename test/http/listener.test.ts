import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { explainer } from '../../src/app/mount.ts';
import { brandOf } from '../../src/html/brand.ts';
import { Listener } from '../../src/http/listener.ts';
import { raw, recordingLog } from './server.ts';

const KB = 1024;
/** ms, after which a drain breaks off what it waits for. */
const GRACE = 30_000;
const brand = brandOf({ name: 'Northwind', support: { text: 'Call us' } });
const running: Listener[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.drain(0);
});

async function listen(handler: RequestListener, settings = {}) {
  const { log, records } = recordingLog();
  const listener = new Listener({
    settings: { keep_alive: 75, header_size: 32 * KB, ...settings },
    explain: explainer(brand, 'https://signin.test'),
    handler,
    log,
  });
  running.push(listener);
  await listener.listen(0, '127.0.0.1');
  return { listener, port: listener.port, records };
}

const fine: RequestListener = (_request, response) => void response.end('fine');

function withCookie(bytes: number): string {
  return `GET / HTTP/1.1\r\nHost: x\r\nCookie: a=${'b'.repeat(bytes)}\r\nConnection: close\r\n\r\n`;
}

describe('an idle connection', () => {
  test.each([75, 3600])('is kept for the %i s that are set', async (seconds) => {
    const { port } = await listen(fine, { keep_alive: seconds });
    const { headers } = await fetch(`http://127.0.0.1:${port}/`);
    expect(headers.get('keep-alive')).toBe(`timeout=${seconds}`);
  });

  test('is closed by us when that time is over', async () => {
    const { port } = await listen(fine, { keep_alive: 1 });
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
  });
});

describe('a request that cannot be read', () => {
  test.each([
    ['its headers are too large', withCookie(33 * KB), 431, 'headers-too-large'],
    ['its address is too long', `GET /${'a'.repeat(33 * KB)} HTTP/1.1\r\n\r\n`, 431, 'headers-too-large'],
    ['a header is none', 'GET / HTTP/1.1\r\nHost: x\r\nsecret text\r\n\r\n', 400, 'bad-request'],
    ['it is no HTTP', 'secret text\r\n\r\n', 400, 'bad-request'],
  ])('gets a page and a line in the log: %s', async (_why, text, status, code) => {
    const { port, records } = await listen(fine);
    const answer = await raw(port, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(`<span id="error-code">${code}</span>`);
    expect(answer).toMatch(/lang="en"[\s\S]*lang="es"/);
    expect(answer).not.toMatch(/\/static\//);
    expect(answer).toContain("Content-Security-Policy: default-src 'none'");
    expect(answer).toContain('Call us');
    const errorId = /id="error-id">([^<]*)/.exec(answer)?.[1];
    expect(records()).toMatchObject([{ errorId, reason: code, address: '127.0.0.1', msg: 'refused' }]);
    expect(JSON.stringify(records())).not.toMatch(/secret|bbbb|aaaa/);
  });

  test('gets its page also when it goes on and on', async () => {
    const { port } = await listen(fine);
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    // Sends all before it reads anything, as a proxy may; a connection reset meanwhile would take the page with it.
    socket.pause();
    await new Promise((resolve) => socket.write(withCookie(900 * KB), resolve));
    expect(await textOf(socket).catch(String)).toMatch(/^HTTP\/1\.1 431 [\s\S]*headers-too-large/);
  });

  test('breaks off an answer that has begun, and adds nothing to it', async () => {
    const { port } = await listen((_request, response) => void response.writeHead(200).write('half'));
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    await once(socket, 'readable');
    socket.write('no length\r\n');
    const text = await textOf(socket);
    expect(text).toMatch(/half/);
    expect(text).not.toMatch(/400|error-code/);
  });

  test.each([
    [8 * KB, 431],
    [32 * KB, 200],
  ])('headers of 20 KB, where %i bytes may be: %i', async (size, status) => {
    const { port } = await listen(fine, { header_size: size });
    expect(await raw(port, withCookie(20 * KB))).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe('draining', () => {
  test.each([
    ['whose answer has not begun', false],
    ['whose answer has begun', true],
  ])('waits for a request %s, and for nothing longer', async (_which, begun) => {
    const held = Promise.withResolvers<ServerResponse>();
    const { listener, port } = await listen((_request, response) => {
      if (begun) response.writeHead(200, { 'Content-Length': 4 }).flushHeaders();
      held.resolve(response);
    });
    const answer = fetch(`http://127.0.0.1:${port}/`);
    const response = await held.promise;
    const drained = listener.drain(GRACE / 1000);
    response.end('done');
    const { headers } = await answer.then(async (got) => ({
      ...got,
      headers: got.headers,
      text: await got.text(),
    }));
    // What has not been said yet says it: the proxy sends nothing more on this connection.
    expect(headers.get('connection')).toBe(begun ? 'keep-alive' : 'close');
    const late = pause(GRACE / 2, 'still waiting', { ref: false });
    expect(await Promise.race([drained.then(() => 'drained'), late])).toBe('drained');
  });

  test('closes idle connections, and is done at once', async () => {
    const { listener, port } = await listen(fine);
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    await listener.drain(3600);
  });
});

async function textOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('end', () => socket.end());
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}
