import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';
import { readRedisAddress } from '../../src/redis/address.ts';
import { cookieKey, masterKeyOf } from '../support/keys.ts';

test('one server is taken as it stands', () => {
  for (const url of [
    'redis://h',
    'rediss://user:p%40ss@h:6380/2',
    'unix:///run/redis.sock',
    'redis://[::1]:6379',
  ]) {
    expect(readRedisAddress(url)).toEqual({ kind: 'single', url });
  }
});

test('a Cluster is a list of servers and one login for all', () => {
  expect(readRedisAddress('redis+cluster://a,b:7000,[fd00::1]:7001')).toEqual({
    kind: 'cluster',
    servers: [
      { host: 'a', port: 6379 },
      { host: 'b', port: 7000 },
      { host: 'fd00::1', port: 7001 },
    ],
    login: {},
    tls: false,
  });
  expect(readRedisAddress('rediss+cluster://us%3Aer:p%40s:s%2Cw@a:1/')).toMatchObject({
    login: { username: 'us:er', password: 'p@s:s,w' },
    tls: true,
  });
});

test('Sentinels name the primary, and may have a login of their own', () => {
  const url = 'rediss+sentinel://:data@a,b:5000/my.master/3?sentinel_username=u&sentinel_password=w%26';
  expect(readRedisAddress(url)).toEqual({
    kind: 'sentinel',
    sentinels: [
      { host: 'a', port: 26_379 },
      { host: 'b', port: 5000 },
    ],
    sentinelLogin: { username: 'u', password: 'w&' },
    primary: 'my.master',
    database: 3,
    login: { password: 'data' },
    tls: true,
  });
});

describe('a mistake is told at once, with the mend and without the password:', () => {
  test.each([
    ['http://:geheim@h', 'not a Redis URL'],
    ['redis+clusters://:geheim@h', 'not a Redis URL'],
    ['redis://:geheim@h1:6379,h2:6379', 'whether they are a Cluster or Sentinels'],
    ['redis+cluster://:geheim@h1:6379,h2:six', 'not host:port'],
    ['redis+cluster://:geheim@h1:6379,h2:70000', 'not host:port'],
    ['redis+cluster://:geheim@h1,,h2', 'not host:port'],
    ['redis+cluster://', 'not host:port'],
    ['redis+cluster://h1,h1:6379', 'names a server twice'],
    ['redis+cluster://geheim@h1', 'user without a password'],
    ['redis+cluster://:geh%eim@h1', 'as %25'],
    ['redis+cluster://:geh@eim@h1', '@ as %40'],
    ['redis+cluster://:geheim@h1/1', 'a Cluster has only one'],
    ['redis+cluster://:geheim@h1?tls=true', 'known here: none'],
    ['redis+sentinel://:geheim@h1,h2', 'the name under which'],
    ['redis+sentinel://:geheim@h1,h2/master/one', 'the name under which'],
    ['redis+sentinel://:geheim@h1/master?password=x', 'known here: sentinel_username, sentinel_password'],
  ])('%s', (url, problem) => {
    const told = mistakeOf(url);
    expect(told).toMatchObject([{ path: 'REDIS_URL', problem: expect.stringContaining(problem) }]);
    expect(told[0]?.mend).toContain('redis+sentinel://:password@a:26379');
    expect(JSON.stringify(told)).not.toContain('geh');
  });
});

function mistakeOf(REDIS_URL: string) {
  const environment = {
    REDIS_URL,
    DATABASE_URL: 'postgres://db/v',
    VESTIBULE_MASTER_KEY: masterKeyOf('k'),
    COOKIE_KEYS: cookieKey('c'),
  };
  try {
    loadConfig({ mode: 'demo', environment });
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
  }
  throw new Error('nothing was told');
}
