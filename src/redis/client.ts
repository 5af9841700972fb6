import { Cluster, Redis } from 'ioredis';
import { clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import { type RedisAddress, readRedisAddress } from './address.ts';

/** ms between lines on one kind of failure: while a server is away, every command may fail at it anew. */
const PAUSE = 1_000;
/** ms between looks at which server owns what, for changes that no redirection tells of. */
const REFRESH = 2_000;

type Of<Kind extends RedisAddress['kind']> = Extract<RedisAddress, { kind: Kind }>;
type Options = ReturnType<typeof connectionOptions>;

/** The client for one server, a Cluster or a primary under Sentinels. It connects, and heals, by itself. */
export function openRedis(settings: Config['redis'], log: Log): Redis | Cluster {
  const address = readRedisAddress(settings.url);
  const options = connectionOptions(settings.command_timeout * 1000);
  const client =
    address.kind === 'single'
      ? openSingle(address.url, options)
      : address.kind === 'cluster'
        ? openCluster(address, options)
        : openUnderSentinels(address, options);
  const warn = sparing((err) => log.warn({ err }, 'redis connection failed'));
  client.on('error', warn);
  client.on(client instanceof Cluster ? 'node error' : 'sentinelError', warn);
  return client;
}

/** @param patience ms that a command may take */
function connectionOptions(patience: number) {
  return {
    connectTimeout: patience,
    // These three belong together: without the first a dead server hangs a request for a minute, without
    // the others a command of long ago runs when the server is back, or runs twice.
    commandTimeout: patience,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // A server that vanished without closing the connection would hold its connection, and its requests, for a quarter of an hour.
    socketTimeout: 2 * patience,
    keepAlive: 10_000,
  };
}

const retry = (attempt: number) => Math.min(attempt * 50, 500);

/** A primary that became a replica is left, to look for the new one. */
const reconnectOnError = (error: Error) => error.message.startsWith('READONLY');

function openSingle(url: string, common: Options): Redis {
  const options = { ...common, retryStrategy: retry, reconnectOnError };
  return url.startsWith('unix:') ? new Redis(new URL(url).pathname, options) : new Redis(url, options);
}

function openUnderSentinels(address: Of<'sentinel'>, common: Options): Redis {
  const { username, password } = address.sentinelLogin;
  return new Redis({
    ...common,
    ...address.login,
    retryStrategy: retry,
    reconnectOnError,
    sentinels: address.sentinels,
    name: address.primary,
    db: address.database,
    ...(username ? { sentinelUsername: username } : {}),
    ...(password ? { sentinelPassword: password } : {}),
    ...(address.tls ? { tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
    // A Sentinel may hang like any server; without this, asking it would never end.
    sentinelCommandTimeout: common.commandTimeout,
    sentinelRetryStrategy: retry,
    // No failoverDetector: what it hears while the client looks for the primary ends the client for good.
  });
}

function openCluster(address: Of<'cluster'>, common: Options): Cluster {
  const { enableOfflineQueue, ...options } = common;
  const cluster = new Cluster(address.servers, {
    redisOptions: { ...options, ...address.login, ...(address.tls ? { tls: {} } : {}) },
    enableOfflineQueue,
    clusterRetryStrategy: retry,
    // 0, no retry: a command whose reply was lost may have run, and a code consumed twice is a replay.
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    // These were refused unrun. They may be followed, but not beyond the caller's patience.
    maxRedirections: 4,
    retryDelayOnTryAgain: 50,
    slotsRefreshTimeout: common.commandTimeout,
    slotsRefreshInterval: REFRESH,
    // Names stay names, so that certificates can be checked against them.
    dnsLookup: (host, done) => done(null, host),
  });
  // Opened before they are needed: while a connection is being made, commands for its server are refused.
  const open = (node: Redis) => node.status === 'wait' && void node.connect().catch(() => undefined);
  cluster.on('ready', () => cluster.nodes().forEach(open));
  // Later in the turn: the command that led to this server comes first, and is kept until it is connected.
  cluster.on('+node', (node: Redis) => queueMicrotask(() => cluster.status === 'ready' && open(node)));
  return cluster;
}

/** @throws Error unless every server that a sign-in needs answers: in a Cluster, each primary */
export async function ping(client: Redis | Cluster): Promise<void> {
  if (!(client instanceof Cluster)) return void (await client.ping());
  const connected = new Map(
    client.nodes('master').map((node) => [`${node.options.host}:${node.options.port}`, node]),
  );
  const owners = new Set(client.slots.map(([primary]) => primary));
  if (client.status !== 'ready' || owners.size === 0) throw new Error('the Cluster is not reached yet');
  await Promise.all(
    [...owners].map(async (owner) => {
      const node = connected.get(String(owner));
      if (!node) throw new Error(`the Cluster's server ${owner} is away`);
      await node.ping();
    }),
  );
}

/** @throws Error when the URL of one server names a Cluster's or a Sentinel: few commands would find their way */
export async function checkKind(client: Redis | Cluster): Promise<void> {
  if (client instanceof Cluster || client.options.sentinels) return;
  // A server that does not tell us is taken for what the URL says.
  const info = await client.info('server').catch(() => '');
  const mode = /^redis_mode:(\w+)/m.exec(info)?.[1];
  if (mode !== 'cluster' && mode !== 'sentinel') return;
  const what = mode === 'cluster' ? 'one server of a Cluster' : 'a Sentinel';
  throw new Error(`redis.url (REDIS_URL) names ${what}: it must begin with redis+${mode}://`);
}

/** The same function, called at most once a pause. */
function sparing(report: (error: Error) => void): (error: Error) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    const now = clock.monotonic();
    if (now - last < PAUSE) return;
    last = now;
    report(error);
  };
}
