import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { demoApps } from '../../src/demo/apps.ts';
import type { Portal } from '../support/portal.ts';
import { LogoutEndpoint } from './logout-endpoint.ts';

/** Apps that are told of ended sessions; half of them can be made deaf. */
export interface Audience {
  /** client_ids; the last one takes no notices. */
  readonly apps: readonly string[];
  listens(app: string): boolean;
  /** Half of the apps are not there, hang, or answer 500. */
  turnAway(): void;
  /** They are there again. */
  welcome(): void;
  /** What was accepted: `client_id sid` of each token, in no order. Throws for one that no app may accept. */
  heard(issuer: string, jwks: string): Promise<string[]>;
  close(): Promise<void>;
}

const DEAF = ['is-dead', 'hangs', 'fails'] as const;
const SILENT = 'takes-none';

export async function openAudience(portal: Portal): Promise<Audience> {
  const endpoints = new Map<string, LogoutEndpoint>();
  const model = demoApps({ claims: 3101, eligibility: 3102 }).find(({ client_id }) => client_id === 'claims');
  for (const name of [...DEAF, 'hears-one', 'hears-two', 'hears-three']) {
    const endpoint = new LogoutEndpoint();
    await endpoint.open();
    endpoints.set(name, endpoint);
    await portal.register({ ...model, client_id: name, demands: {}, backchannel_logout_uri: endpoint.url });
  }
  const { backchannel_logout_uri: _, ...without } = { backchannel_logout_uri: undefined, ...model };
  await portal.register({ ...without, client_id: SILENT, demands: {} });
  const of = (name: string) => endpoints.get(name) as LogoutEndpoint;
  return {
    apps: [...endpoints.keys(), SILENT],
    listens: (app) => endpoints.has(app),
    turnAway() {
      void of('is-dead').close();
      of('hangs').manner = 'hangs';
      of('fails').manner = 'fails';
    },
    welcome() {
      void of('is-dead').open();
      of('hangs').manner = 'accepts';
      of('fails').manner = 'accepts';
    },
    async heard(issuer, jwks) {
      const keys = createLocalJWKSet(JSON.parse(jwks));
      const heard: string[] = [];
      for (const [app, { accepted }] of endpoints) {
        for (const token of accepted) {
          // As it came: by now its two minutes may be over. The wrong app would find another audience in it.
          const currentDate = new Date(Number(decodeJwt(token).iat) * 1000);
          const expected = { issuer, audience: app, typ: 'logout+jwt', currentDate };
          heard.push(`${app} ${String((await jwtVerify(token, keys, expected)).payload.sid)}`);
        }
      }
      return heard;
    },
    async close() {
      await Promise.all([...endpoints.values()].map((endpoint) => endpoint.close()));
    },
  };
}
