import { lookup } from 'node:dns/promises';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Config } from '../config.ts';
import { EgressError } from './egress-error.ts';
import { Reach } from './reach.ts';

/** Most bytes of an answer that are read. */
const mostBytes = 64 * 1024;

export interface EgressRequest {
  headers?: Record<string, string>;
  body?: string;
}

export interface EgressResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Address {
  readonly address: string;
  readonly family: number;
}

/** Finds a host's addresses; node:dns by default. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

type Call = EgressRequest & { method: string; signal: AbortSignal };

/** Answers node's own lookup with the addresses that were checked, so no second DNS answer can slip in. */
function pinned(addresses: readonly Address[]): LookupFunction {
  return (_host, options, callback) => {
    const [first] = addresses;
    if (options.all)
      callback(
        null,
        addresses.map(({ address, family }) => ({ address, family })),
      );
    else callback(null, first?.address ?? '', first?.family);
  };
}

function readAll(response: IncomingMessage, encoding: BufferEncoding): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
      else response.destroy(new EgressError('too-large', 'The answer is larger than 64 KiB'));
    });
    response.once('end', () => resolve(Buffer.concat(chunks).toString(encoding)));
    response.on('error', reject);
    response.once('close', () => reject(new Error('the answer broke off')));
  });
}

function asFault(error: unknown, signal: AbortSignal): EgressError {
  if (error instanceof EgressError) return error;
  if (signal.aborted) return new EgressError('timeout', 'No answer in time', { cause: error });
  return new EgressError('unreachable', 'The address could not be reached', { cause: error });
}

/**
 * Fetches URLs that clients registered (back-channel logout, jwks_uri). It resolves names itself, refuses
 * what is not public unless the operator listed it, connects to the very address it checked, follows no
 * redirect, and reads at most 64 KiB within `timeout` seconds, DNS included. [ASVS 1.3.6]
 */
export class Egress {
  readonly #reach: Reach;
  readonly #timeout: number;
  readonly #resolve: Resolve;

  constructor(config: Config['egress'], resolve: Resolve = (host) => lookup(host, { all: true })) {
    this.#reach = new Reach(config.allow);
    this.#timeout = config.timeout * 1000;
    this.#resolve = resolve;
  }

  /** Posts; a redirect is an answer like any other. Throws EgressError. */
  post(url: string, request: EgressRequest = {}): Promise<EgressResponse> {
    return this.#call(url, { ...request, method: 'POST', signal: this.#deadline() });
  }

  /** Gets; a redirect is an answer like any other. Throws EgressError. */
  get(url: string, request: Omit<EgressRequest, 'body'> = {}): Promise<EgressResponse> {
    return this.#call(url, { ...request, method: 'GET', signal: this.#deadline() });
  }

  /** The same in the shape of fetch, for oidc-provider's `fetch` option; bodies are text. */
  fetchFor(): (url: string | URL, init?: RequestInit) => Promise<Response> {
    return async (url, init = {}) => {
      const signals = [this.#deadline(), ...(init.signal ? [init.signal] : [])];
      // A Request turns every body that fetch takes into bytes, and names its content type.
      const request = new Request(url, {
        method: init.method ?? 'GET',
        headers: init.headers ?? {},
        body: init.body ?? null,
      });
      const { status, headers, body } = await this.#call(request.url, {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        ...(init.body ? { body: await request.text() } : {}),
        signal: AbortSignal.any(signals),
      });
      return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
    };
  }

  #deadline(): AbortSignal {
    return AbortSignal.timeout(this.#timeout);
  }

  async #call(url: string, call: Call): Promise<EgressResponse> {
    try {
      const target = this.#parse(url);
      const addresses = await this.#addresses(target, call.signal);
      return await this.#send(target, addresses, call);
    } catch (error) {
      throw asFault(error, call.signal);
    }
  }

  #parse(url: string): URL {
    const target = URL.canParse(url) ? new URL(url) : undefined;
    if (target?.protocol !== 'https:' && target?.protocol !== 'http:') {
      throw new EgressError('refused', 'Only https URLs are fetched');
    }
    if (target.username || target.password) throw new EgressError('refused', 'The URL holds credentials');
    return target;
  }

  async #addresses(target: URL, signal: AbortSignal): Promise<readonly Address[]> {
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const version = isIP(host);
    const found = version ? [{ address: host, family: version }] : await this.#named(host, signal);
    const secure = target.protocol === 'https:';
    const open = found.filter(({ address }) => this.#reach.mayConnect(host, address, secure));
    if (open.length === 0) throw new EgressError('refused', 'The address is not public and not listed');
    return open;
  }

  /** DNS has no cancel, so the deadline races it. */
  async #named(host: string, signal: AbortSignal): Promise<readonly Address[]> {
    signal.throwIfAborted();
    const late = Promise.withResolvers<never>();
    const stop = (): void => late.reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([this.#resolve(host), late.promise]);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  #send(
    target: URL,
    addresses: readonly Address[],
    { method, headers, body, signal }: Call,
  ): Promise<EgressResponse> {
    const { promise, resolve, reject } = Promise.withResolvers<EgressResponse>();
    const { request } = target.protocol === 'https:' ? https : http;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    // No agent: a pooled socket might lead to an address that this call did not check.
    const outgoing = request(target, {
      method,
      headers: { ...headers, ...length },
      agent: false,
      lookup: pinned(addresses),
      signal,
      maxHeaderSize: 16 * 1024,
    });
    outgoing.on('error', reject);
    outgoing.once('response', (response) => {
      const status = response.statusCode ?? 0;
      const answered = Object.entries(response.headers).map(
        ([name, value]) => [name, [value ?? ''].flat().join(', ')] as const,
      );
      readAll(response, 'utf8').then((text) => {
        resolve({ status, headers: Object.fromEntries(answered), body: text });
      }, reject);
    });
    outgoing.end(body);
    return promise;
  }
}
