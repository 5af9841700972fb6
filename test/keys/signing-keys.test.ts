import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, createLocalJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import { sql } from 'kysely';
import { pino } from 'pino';
import { clock } from '../../src/clock.ts';
import { KeyWatch } from '../../src/keys/key-watch.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { SigningKeys } from '../../src/keys/signing-keys.ts';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { until } from '../postgres/until.ts';
import { createTestDatabase } from '../support/database.ts';

const masterKey = `test:${randomBytes(32).toString('base64url')}`;
const sealer = new Sealer(masterKey);
let store: Awaited<ReturnType<typeof createTestDatabase>>;
let database: Database;
let keys: SigningKeys;

beforeAll(async () => {
  store = await createTestDatabase();
  database = open();
  keys = new SigningKeys(database, sealer);
});
beforeEach(() => database.deleteFrom('signing_keys').execute());
afterAll(async () => {
  await database?.destroy();
  await store?.drop();
});

function open(): Database {
  const settings = { url: store.url, pool_size: 4, connect_timeout: 5, query_timeout: 5 };
  return openDatabase(settings, pino({ level: 'silent' }));
}

async function waiting(): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from pg_locks where not granted
    and pid in (select pid from pg_stat_activity where datname = current_database())`.execute(database);
  return Number(rows[0]!.count);
}

const hour = 3_600_000;
const kids = async () => (await keys.jwks()).keys.map(({ kid }) => kid);

test('the first start makes one ES256 and one RS256 key, later starts none', async () => {
  await keys.ensure(2048);
  const first = await keys.jwks();
  expect(first.keys.map(({ alg, kty, use }) => [alg, kty, use])).toEqual([
    ['ES256', 'EC', 'sig'],
    ['RS256', 'RSA', 'sig'],
  ]);
  expect(Buffer.from(first.keys[1]!.n!, 'base64url')).toHaveLength(256);
  await keys.ensure(2048);
  expect(await keys.jwks()).toEqual(first);
});

test('eight replicas that start at once make one set', async () => {
  const replicas = Array.from({ length: 8 }, open);
  try {
    // Inserts are held up until all eight have come as far as they can.
    const made = await database.transaction().execute(async (tx) => {
      await sql`lock table signing_keys in exclusive mode`.execute(tx);
      const all = replicas.map((replica) => new SigningKeys(replica, sealer).ensure(2048));
      while ((await waiting()) < replicas.length);
      return { all };
    });
    await Promise.all(made.all);
  } finally {
    await Promise.all(replicas.map((replica) => replica.destroy()));
  }
  expect((await keys.jwks()).keys.map(({ alg }) => alg)).toEqual(['ES256', 'RS256']);
});

test('what the private keys sign, the stored public keys verify; the key id is the thumbprint', async () => {
  await keys.ensure(2048);
  const rows = await database.selectFrom('signing_keys').selectAll().execute();
  const published = createLocalJWKSet({ keys: rows.map((row) => row.public_jwk as unknown as JWK) });
  for (const jwk of (await keys.jwks()).keys) {
    const header = { alg: jwk.alg, kid: jwk.kid };
    const token = await new SignJWT({}).setProtectedHeader(header).sign(await importJWK(jwk));
    expect((await jwtVerify(token, published)).protectedHeader).toEqual(header);
    expect(await calculateJwkThumbprint(jwk)).toBe(jwk.kid);
  }
});

test('the private part is stored sealed, the public part holds nothing private', async () => {
  await keys.ensure(2048);
  const { keys: opened } = await keys.jwks();
  for (const row of await database.selectFrom('signing_keys').selectAll().execute()) {
    const secret = opened.find(({ kid }) => kid === row.kid)!.d!;
    expect(row.private_jwk.includes(secret)).toBe(false);
    expect(JSON.stringify(row.public_jwk)).not.toContain(secret);
    for (const part of ['d', 'p', 'q', 'dp', 'dq', 'qi']) expect(row.public_jwk).not.toHaveProperty(part);
  }
});

test('a private key moved to another row does not open', async () => {
  await keys.ensure(2048);
  const [one, other] = (await keys.jwks()).keys;
  await database
    .updateTable('signing_keys')
    .set((eb) => ({
      private_jwk: eb.selectFrom('signing_keys').select('private_jwk').where('kid', '=', other!.kid),
    }))
    .where('kid', '=', one!.kid)
    .execute();
  await expect(keys.jwks()).rejects.toThrow(/another row/);
});

test('another master key does not open the keys, and makes none beside them', async () => {
  await keys.ensure(2048);
  const stranger = new SigningKeys(database, new Sealer(`other:${randomBytes(32).toString('base64url')}`));
  await stranger.ensure(2048);
  await expect(stranger.jwks()).rejects.toThrow('key "test"');
  expect(await kids()).toHaveLength(2);
});

test('the newest active key signs; one not active yet, and one on its way out, follow', async () => {
  await keys.ensure(2048);
  const [first, rsa] = await kids();
  const change = (kid: string, set: { active_from?: Date; retired_at?: Date }) =>
    database.updateTable('signing_keys').set(set).where('kid', '=', kid).execute();
  await change(first!, { active_from: new Date(Date.now() + hour) });
  await keys.ensure(2048); // the only ES256 key is not active yet, so one that is gets made
  const second = (await kids())[0];
  expect(await kids()).toEqual([second, first, rsa]);

  await change(first!, { active_from: new Date() });
  await change(second!, {
    active_from: new Date(Date.now() - hour),
    retired_at: new Date(Date.now() + hour),
  });
  expect(await kids()).toEqual([first, second, rsa]);

  await change(second!, { retired_at: new Date(Date.now() - 1000) });
  expect(await kids()).toEqual([first, rsa]);
});

test('a new key waits its time, the old one signs until then and is kept for as long as was asked', async () => {
  await keys.ensure(2048);
  const before = await kids();
  const changes: string[] = [];
  const record = async (_tx: unknown, { event }: { event: string }) => void changes.push(event);
  await keys.rotate({ propagation: 3600, keep: 7200, rsaBits: 2048 }, record);
  expect(changes.sort()).toEqual(['key.created', 'key.created', 'key.retired', 'key.retired']);
  const [ec, nextEc, rsa, nextRsa] = await kids();
  expect([ec, rsa]).toEqual(before);
  const list = await keys.list();
  const stateOf = (kid: string | undefined) => list.find((key) => key.kid === kid)?.state;
  expect([ec, nextEc, rsa, nextRsa].map(stateOf)).toEqual(['signing', 'next', 'signing', 'next']);
  const old = list.find(({ kid }) => kid === ec);
  const young = list.find(({ kid }) => kid === nextEc);
  expect(old!.retiredAt!.getTime() - young!.activeFrom.getTime()).toBeGreaterThanOrEqual(7200_000 - 1000);
  await expect(keys.rotate({ propagation: 1, keep: 1, rsaBits: 2048 }, record)).rejects.toThrow('waits');
});

test('an RSA key has the size that is asked for, and a rotation puts another size in its place', async () => {
  await keys.ensure(3072);
  const sizes = async () =>
    (await keys.jwks()).keys
      .filter(({ kty }) => kty === 'RSA')
      .map(({ n }) => Buffer.from(String(n), 'base64url').length * 8);
  expect(await sizes()).toEqual([3072]);
  await keys.rotate({ propagation: 3600, keep: 3600, rsaBits: 4096 }, async () => {});
  expect(await sizes()).toEqual([3072, 4096]);
});

test('a replica that starts while a new key waits makes none of its own, which nobody would know', async () => {
  await keys.ensure(2048);
  await keys.rotate({ propagation: 3600, keep: 3600, rsaBits: 2048 }, async () => {});
  const published = await kids();
  await keys.ensure(2048);
  expect(await kids()).toEqual(published);
});

test('a watcher takes over what has changed, once, and says nothing while nothing has', async () => {
  await keys.ensure(2048);
  const taken: string[][] = [];
  const watch = new KeyWatch(
    keys,
    (jwks) => taken.push(jwks.keys.map(({ kid }) => kid)),
    pino({ level: 'silent' }),
  );
  await watch.load();
  watch.start();
  const looksUntil = (takeovers: number) =>
    until(() => {
      clock.advance(1000);
      return taken.length >= takeovers;
    });
  try {
    await keys.rotate({ propagation: 3600, keep: 3600, rsaBits: 2048 }, async () => {});
    await looksUntil(2);
    // As if the hour had passed.
    await sql`update signing_keys set active_from = clock_timestamp() where retired_at is null`.execute(
      database,
    );
    await looksUntil(3);
  } finally {
    await watch.stop();
  }
  expect(taken.map((list) => list.length)).toEqual([2, 4, 4]);
  expect(taken[1]?.[0]).toBe(taken[0]?.[0]);
  expect(taken[2]?.[0]).toBe(taken[1]?.[1]);
});
