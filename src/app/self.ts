import { request } from 'node:http';
import type { Config } from '../config.ts';

/** ms */
const PATIENCE = 5000;
const EVERYWHERE: ReadonlyMap<string, string> = new Map([
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
]);

/** Posts a form to an endpoint of this very process, past whatever stands in front of it. */
export function postToSelf(
  { host, port, issuer }: Pick<Config, 'host' | 'port' | 'issuer'>,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const body = new URLSearchParams(fields).toString();
  const headers = { host: new URL(issuer).host, 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: EVERYWHERE.get(host) ?? host,
        port,
        path,
        method: 'POST',
        headers,
        agent: false,
        timeout: PATIENCE,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve(JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>);
          } catch (error) {
            reject(error);
          }
        });
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
