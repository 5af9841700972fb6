import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../src/errors.ts';
import { createLog } from '../src/log.ts';
import { recordingLog } from './http/server.ts';

const names = [
  'password',
  'current_password',
  'client_secret',
  'access_token',
  'refreshToken',
  'Authorization',
  'cookie',
  'Set-Cookie',
  'code',
  'code_verifier',
  'id_token_hint',
  'secrets',
  'master_key',
  'logout_token',
];

test.each(names)('%s is redacted at any depth, in child bindings and in errors too', (name) => {
  const { log, lines } = recordingLog();
  const secret = { [name]: 'hush-hush' };
  log.info(secret, 'top');
  log.info({ request: { headers: secret, list: [{ deep: { deeper: secret } }] } }, 'deep');
  log.child({ bound: secret }).info('bound');
  log.error({
    err: Object.assign(new Error('failed', { cause: Object.assign(new Error('inner'), secret) }), {
      body: secret,
    }),
  });
  log.error(Object.assign(new Error('failed'), { body: secret }));
  expect(lines).toHaveLength(5);
  expect(lines.join('')).not.toContain('hush-hush');
});

test('an error keeps its own code, which names the failure', () => {
  const { log, records } = recordingLog();
  log.error({
    err: new AppError('store-away', { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) }),
  });
  expect(records()[0]).toMatchObject({
    err: { code: 'store-away', stack: expect.stringContaining('connect') },
  });
});

test('a password inside a connection string is cut out', () => {
  const { log, lines } = recordingLog();
  log.warn({ err: new Error('cannot reach postgres://app:hush-hush@db/v') }, 'redis://:hush-hush@r');
  expect(lines.join('')).not.toContain('hush-hush');
});

test('whatever text comes from outside is one record', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const pretty of [false, true]) {
        const lines: string[] = [];
        const log = createLog({ level: 'info', pretty, stream: { write: (line) => void lines.push(line) } });
        log.info({ text: `a\r\n${text}` }, `b\n${text}`);
        expect(lines).toHaveLength(1);
        expect(lines[0]?.match(/[\r\n]/g)).toEqual(['\n']);
      }
    }),
  );
});

test('cyclic and very deep objects end', () => {
  const { log, lines } = recordingLog();
  const cycle: Record<string, unknown> = { password: 'hush-hush' };
  cycle.self = cycle;
  log.info(cycle);
  expect(lines.join('')).not.toContain('hush-hush');
});
