import { createSocket, Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SyslogSink } from '../../src/audit/delivery/syslog.ts';
import { syslogMessage } from '../../src/audit/delivery/syslog-message.ts';
import type { AuditRecord } from '../../src/audit/record.ts';
import { until } from '../postgres/until.ts';
import { type Certificate, selfSigned } from '../support/mail-server.ts';
import { SyslogReceiver } from './receivers.ts';

const NAMES = { facility: 13, hostname: 'signin.example.test', enterprise: 32473 };
const SETTINGS = { ...NAMES, host: '127.0.0.1', timeout: 5 } as const;

let folder: string;
let certificate: Certificate;
let caFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vestibule-syslog-'));
  certificate = selfSigned();
  caFile = join(folder, 'ca.pem');
  writeFileSync(caFile, certificate.cert);
});
afterAll(() => rmSync(folder, { recursive: true }));

function row(fields: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: '0198c0de-0000-4000-8000-000000000001',
    position: 7,
    at: '2026-03-03T14:00:00.123456Z',
    event: 'sign-in.failed',
    outcome: 'failure',
    reason: 'wrong-password',
    account: null,
    actor: null,
    app: null,
    session: null,
    address: '192.0.2.7',
    user_agent: null,
    request: 'r1',
    before: null,
    after: null,
    ...fields,
  };
}
const rows = (count: number) =>
  [...Array(count).keys()].map((n) => row({ position: n + 1, request: `r${n}` }));

test('a message has priority, time, host, event, the fields and the row as JSON', () => {
  const message = syslogMessage(row(), NAMES);
  const [head, json] = [
    message.slice(0, message.indexOf('] ') + 1),
    message.slice(message.indexOf('] ') + 2),
  ];
  expect(head).toBe(
    '<108>1 2026-03-03T14:00:00.123456Z signin.example.test vestibule - sign-in.failed ' +
      '[event@32473 id="0198c0de-0000-4000-8000-000000000001" position="7" outcome="failure" ' +
      'reason="wrong-password" address="192.0.2.7" request="r1"]',
  );
  expect(JSON.parse(json)).toMatchObject({ event: 'sign-in.failed', position: 7, account: null });
  expect(syslogMessage(row({ outcome: 'success' }), NAMES)).toMatch(/^<110>/);
});

/** Reads a message as a receiver does (RFC 5424 §6). */
function read(message: string): { parameters: Record<string, string>; text: string } {
  const head = /^<\d+>1 \S+ \S+ \S+ \S+ \S+ \[event@32473/.exec(message)?.[0] ?? '';
  let rest = message.slice(head.length);
  const parameters: Record<string, string> = {};
  for (;;) {
    const found = /^ ([!-~]+?)="((?:[^"\\\]]|\\["\\\]])*)"/s.exec(rest);
    if (!found) break;
    parameters[found[1] ?? ''] = (found[2] ?? '').replace(/\\(["\\\]])/g, '$1');
    rest = rest.slice(found[0].length);
  }
  if (!rest.startsWith('] ')) throw new Error(`the structured data does not end: ${rest.slice(0, 40)}`);
  return { parameters, text: rest.slice(2) };
}

test('whatever a field holds, it is one line, one element, one value', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      'a\nb',
      '"] [fake@1 x="1',
      '\\"',
      '\u2028',
      '\u202e',
      '\r\n<13>1 - - - - - - forged',
      '\\',
      '\u0085',
    ),
  );
  fc.assert(
    fc.property(hostile, hostile, (user_agent, reason) => {
      const message = syslogMessage(row({ user_agent, reason, after: { note: user_agent } }), NAMES);
      expect(message).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}]/u);
      const { parameters, text } = read(message);
      expect(Object.keys(parameters).sort()).toEqual(
        ['address', 'id', 'outcome', 'position', 'reason', 'request', 'user_agent'].sort(),
      );
      const plain = /[\p{C}\p{Zl}\p{Zp}]/u.test(user_agent);
      if (!plain) expect(parameters.user_agent).toBe(user_agent);
      expect(JSON.parse(text)).toMatchObject({ user_agent, reason, after: { note: user_agent } });
    }),
    { numRuns: 500 },
  );
});

test('over TCP each message is counted in octets, in order', async () => {
  const receiver = new SyslogReceiver();
  const port = await receiver.open();
  const sink = new SyslogSink({ ...SETTINGS, port, protocol: 'tcp' });
  await sink.send([row({ user_agent: 'Zürich 日本' }), ...rows(300)]);
  expect(receiver.messages).toHaveLength(301);
  expect(receiver.messages[0]).toContain('user_agent="Zürich 日本"');
  expect(receiver.messages.slice(1).map((message) => read(message).parameters.request)).toEqual(
    rows(300).map(({ request }) => request),
  );
  await receiver.close();
});

test('a receiver that dies half-way has not taken the rows', async () => {
  const receiver = new SyslogReceiver();
  const port = await receiver.open();
  const sink = new SyslogSink({ ...SETTINGS, port, protocol: 'tcp' });
  receiver.dies = true;
  await expect(sink.send(rows(50))).rejects.toThrow();
  receiver.dies = false;
  await sink.send(rows(50));
  expect(receiver.messages).toHaveLength(50);
  await receiver.close();
  await expect(sink.send(rows(1))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('TLS is spoken with a receiver whose certificate is known, and with no other', async () => {
  const receiver = new SyslogReceiver(certificate);
  const port = await receiver.open();
  const trusting = new SyslogSink({ ...SETTINGS, host: 'localhost', port, protocol: 'tls', ca_file: caFile });
  await trusting.send(rows(3));
  expect(receiver.messages).toHaveLength(3);
  const wary = new SyslogSink({ ...SETTINGS, host: 'localhost', port, protocol: 'tls' });
  await expect(wary.send(rows(3))).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  expect(receiver.messages).toHaveLength(3);
  await receiver.close();
});

test('over UDP each message is a datagram', async () => {
  const socket = createSocket('udp4');
  const heard: string[] = [];
  socket.on('message', (message) => heard.push(message.toString()));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  await new SyslogSink({ ...SETTINGS, port: socket.address().port, protocol: 'udp' }).send(rows(5));
  await until(() => heard.length === 5);
  expect(heard.map((message) => read(message).parameters.request)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
  socket.close();
});

test('a receiver over UDP that has gone is a failure like any other, however late the network says so', async () => {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  const { prototype } = Socket;
  const { send } = prototype;
  type Send = (message: Buffer, done: (error: Error | null) => void) => void;
  // A network that is slower than this machine’s own.
  const slowly: Send = function (this: Socket, message, done) {
    Reflect.apply(send, this, [message, (error: Error | null) => setTimeout(done, 20, error)]);
  };
  prototype.send = slowly as typeof send;
  try {
    const sink = new SyslogSink({ ...SETTINGS, port, protocol: 'udp' });
    await expect(sink.send(rows(1))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  } finally {
    prototype.send = send;
  }
});

test('a receiver that says nothing is given up in time', async () => {
  const { createServer } = await import('node:net');
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.resume();
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const sink = new SyslogSink({ ...SETTINGS, port, protocol: 'tcp', timeout: 0.3 });
  await expect(sink.send(rows(1))).rejects.toThrow('timeout');
  server.close();
});
