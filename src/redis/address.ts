/** A server as a URL names it. */
export interface Server {
  readonly host: string;
  readonly port: number;
}

interface Login {
  readonly username?: string;
  readonly password?: string;
}

/** Where Redis is. `primary` is the name under which the Sentinels watch it. */
export type RedisAddress =
  | { readonly kind: 'single'; readonly url: string }
  | { readonly kind: 'cluster'; readonly servers: Server[]; readonly login: Login; readonly tls: boolean }
  | {
      readonly kind: 'sentinel';
      readonly sentinels: Server[];
      readonly sentinelLogin: Login;
      readonly primary: string;
      readonly database: number;
      readonly login: Login;
      readonly tls: boolean;
    };

const SINGLE = /^(rediss?:\/\/.|unix:\/\/\/.)/;
const SEVERAL = /^redis(?<tls>s?)\+(?<kind>cluster|sentinel):\/\/(?<rest>.*)$/;
const PARTS = /^(?:(?<login>[^/?#@]*)@)?(?<servers>[^/?#@]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/;
const SERVER = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d{1,5}))?$/i;
const PRIMARY = /^(?<name>[\w.-]+)(?:\/(?<database>\d{1,4}))?$/;

/**
 * Reads `redis://…`, `rediss://…`, `unix:///…` (one server), `redis+cluster://user:password@host:port,host:port`
 * or `redis+sentinel://user:password@host:port,host:port/name/database`; `rediss+…` is TLS to every server.
 * @throws Error whose message says what is wrong with the URL, without quoting it: it holds a password
 */
export function readRedisAddress(url: string): RedisAddress {
  const several = SEVERAL.exec(url)?.groups;
  if (!several) return single(url);
  const { rest = '' } = several;
  const parts = PARTS.exec(rest)?.groups;
  if (!parts)
    throw new Error('is not a Redis URL (in a password write @ as %40, / as %2F, ? as %3F, # as %23)');
  const tls = several.tls === 's';
  const login = readLogin(parts.login);
  const query = new URLSearchParams(parts.query);
  if (several.kind === 'cluster') {
    if (parts.path) throw new Error('names a database, and a Cluster has only one');
    refuseParameters(query, []);
    return { kind: 'cluster', servers: readServers(parts.servers, 6379), login, tls };
  }
  refuseParameters(query, ['sentinel_username', 'sentinel_password']);
  const sentinels = readServers(parts.servers, 26_379);
  const { name: primary, database = 0 } = PRIMARY.exec(parts.path ?? '')?.groups ?? {};
  if (!primary) throw new Error('does not end in the name under which the Sentinels watch the primary');
  return {
    kind: 'sentinel',
    sentinels,
    sentinelLogin: loginOf(query.get('sentinel_username'), query.get('sentinel_password')),
    primary,
    database: Number(database),
    login,
    tls,
  };
}

function single(url: string): RedisAddress {
  if (!SINGLE.test(url)) throw new Error('is not a Redis URL');
  const authority = /^rediss?:\/\/([^/?#]*)/.exec(url)?.[1] ?? '';
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    throw new Error('names several servers without saying whether they are a Cluster or Sentinels');
  }
  return { kind: 'single', url };
}

function readServers(text: string | undefined, port: number): Server[] {
  const servers = (text ?? '').split(',').map((item) => {
    const server = SERVER.exec(item)?.groups;
    const here = { host: server?.v6 ?? server?.name ?? '', port: Number(server?.port ?? port) };
    if (!server || here.port < 1 || here.port > 65_535)
      throw new Error('names a server that is not host:port');
    return here;
  });
  if (new Set(servers.map(({ host, port }) => `${host} ${port}`)).size < servers.length) {
    throw new Error('names a server twice');
  }
  return servers;
}

function readLogin(text: string | undefined): Login {
  if (!text) return {};
  const colon = text.indexOf(':');
  if (colon < 0) throw new Error('has a user without a password (a password alone is :password@)');
  try {
    return loginOf(decodeURIComponent(text.slice(0, colon)), decodeURIComponent(text.slice(colon + 1)));
  } catch {
    throw new Error('has a % in its user or password that stands for nothing (write it as %25)');
  }
}

function loginOf(username: string | null, password: string | null): Login {
  return { ...(username ? { username } : {}), ...(password ? { password } : {}) };
}

function refuseParameters(query: URLSearchParams, known: readonly string[]): void {
  if ([...query.keys()].every((name) => known.includes(name))) return;
  throw new Error(`has a parameter after the ? (known here: ${known.join(', ') || 'none'})`);
}
