import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Egress, type Resolve } from '../../src/http/egress.ts';
import { isPublic } from '../../src/http/reach.ts';

let server: Server;
let port: number;
let asked: { method: string | undefined; url: string | undefined; host: string | undefined; body: string }[] =
  [];

const answers: Record<string, RequestListener> = {
  '/ok': (_request, response) => response.writeHead(200, { 'x-kind': 'plain' }).end('fine'),
  '/redirect': (_request, response) => response.writeHead(302, { location: '/ok' }).end(),
  '/nothing': (_request, response) => response.writeHead(204).end(),
  '/huge': (_request, response) => response.end('x'.repeat(64 * 1024 + 1)),
  '/most': (_request, response) => response.end('x'.repeat(64 * 1024)),
  '/never': () => undefined,
  '/drip': (_request, response) => {
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  },
  '/broken': (_request, response) => {
    response.writeHead(200, { 'content-length': '10' }).write('x', () => response.destroy());
  },
};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push({ method: request.method, url: request.url, host: request.headers.host, body });
    answers[request.url ?? '']?.(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const toUs: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];

function egress(allow: string[], timeout = 2, resolve: Resolve = toUs): Egress {
  return new Egress({ allow, timeout }, resolve);
}

function url(path: string, host = 'apps.internal'): string {
  return `http://${host}:${port}${path}`;
}

describe('a listed place', () => {
  test.each([[['apps.internal']], [['APPS.internal']], [['127.0.0.0/8']], [['127.0.0.1']]])(
    '%j is reached',
    async (allow) => {
      asked = [];
      const answer = await egress(allow).post(url('/ok'), {
        body: 'logout_token=é',
        headers: { 'content-type': 'text/plain' },
      });
      expect(answer).toMatchObject({ status: 200, body: 'fine', headers: { 'x-kind': 'plain' } });
      expect(asked).toEqual([
        { method: 'POST', url: '/ok', host: `apps.internal:${port}`, body: 'logout_token=é' },
      ]);
    },
  );

  test('a redirect is an answer and is not followed', async () => {
    asked = [];
    expect((await egress(['apps.internal']).get(url('/redirect'))).status).toBe(302);
    expect(asked).toHaveLength(1);
  });

  test('64 KiB are read, more is refused', async () => {
    expect((await egress(['apps.internal']).get(url('/most'))).body).toHaveLength(64 * 1024);
    await expect(egress(['apps.internal']).get(url('/huge'))).rejects.toMatchObject({ fault: 'too-large' });
  });

  test.each(['/never', '/drip'])('%s is given up in time', async (path) => {
    await expect(egress(['apps.internal'], 0.1).get(url(path))).rejects.toMatchObject({ fault: 'timeout' });
  });

  test('a DNS server that never answers is given up in time', async () => {
    const silent: Resolve = () => new Promise(() => undefined);
    await expect(egress(['apps.internal'], 0.1, silent).get(url('/ok'))).rejects.toMatchObject({
      fault: 'timeout',
    });
  });

  test('a broken answer, an unknown name and a closed port are unreachable', async () => {
    await expect(egress(['apps.internal']).get(url('/broken'))).rejects.toMatchObject({
      fault: 'unreachable',
    });
    const unknown: Resolve = async () => Promise.reject(new Error('ENOTFOUND'));
    await expect(egress([], 1, unknown).get('https://a.test/')).rejects.toMatchObject({
      fault: 'unreachable',
    });
    await expect(egress(['127.0.0.1']).get('http://127.0.0.1:1/')).rejects.toMatchObject({
      fault: 'unreachable',
    });
  });
});

describe('is refused, and nobody is asked', () => {
  test.each([
    'http://127.0.0.1:PORT/ok',
    'https://127.0.0.1:PORT/ok',
    'https://localhost:PORT/ok',
    'https://2130706433:PORT/ok',
    'https://0x7f.1:PORT/ok',
    'https://[::1]:PORT/ok',
    'https://[::ffff:127.0.0.1]:PORT/ok',
    'https://[64:ff9b::7f00:1]:PORT/ok',
    'https://other.internal:PORT/ok',
    'http://user:pw@apps.internal:PORT/ok',
    'file:///etc/passwd',
    'gopher://apps.internal/',
    'nonsense',
  ])('%s', async (address) => {
    asked = [];
    const call = egress(['apps.internal']).get(address.replace('PORT', String(port)));
    await expect(call).rejects.toMatchObject({ name: 'EgressError', fault: 'refused' });
    expect(asked).toEqual([]);
  });

  test('plain http to a public address', async () => {
    const open: Resolve = async () => [{ address: '8.8.8.8', family: 4 }];
    await expect(egress([], 1, open).get('http://a.test/')).rejects.toMatchObject({ fault: 'refused' });
  });
});

test('of several addresses only the open ones are connected to, and DNS is asked once', async () => {
  let times = 0;
  const rebinding: Resolve = async () => {
    times += 1;
    return times === 1
      ? [
          { address: '10.0.0.1', family: 4 },
          { address: '127.0.0.1', family: 4 },
        ]
      : [{ address: '169.254.169.254', family: 4 }];
  };
  expect((await egress(['127.0.0.1'], 1, rebinding).get(url('/ok'))).status).toBe(200);
  expect(times).toBe(1);
});

describe('as fetch', () => {
  test('it answers with a Response', async () => {
    asked = [];
    const fetchIt = egress(['apps.internal']).fetchFor();
    const body = new URLSearchParams({ logout_token: 'x' });
    const response = await fetchIt(new URL(url('/ok')), {
      method: 'POST',
      body,
      headers: { 'user-agent': '' },
    });
    expect([response.status, await response.text()]).toEqual([200, 'fine']);
    expect(asked[0]).toMatchObject({ method: 'POST', body: 'logout_token=x' });
    expect((await fetchIt(url('/nothing'))).status).toBe(204);
    expect((await fetchIt(url('/redirect'))).status).toBe(302);
  });

  test("the caller's own signal counts too", async () => {
    const signal = AbortSignal.timeout(50);
    await expect(egress(['apps.internal'], 30).fetchFor()(url('/never'), { signal })).rejects.toMatchObject({
      fault: 'timeout',
    });
  });
});

describe('what is public', () => {
  test.each([
    '8.8.8.8',
    '1.1.1.1',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is', (address) => expect(isPublic(address)).toBe(true));

  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:10.0.0.1',
    '::8.8.8.8',
    '64:ff9b::808:808',
    '64:ff9b:1::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12::1',
    'ff02::1',
    '2002:7f00:1::',
    '2001::1',
    '2001:db8::1',
    'fec0::1',
    'x',
    '',
  ])('%s is not', (address) => expect(isPublic(address)).toBe(false));

  test('no IPv4 address inside another form is', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) =>
        expect(['::ffff:', '::', '64:ff9b::'].some((form) => isPublic(form + address))).toBe(false),
      ),
    );
  });
});
