import type { RelyingParty } from '../../src/demo/relying-party.ts';
import { built } from './built.ts';
import { demoApps, freePorts, type Portal } from './portal.ts';
import { type SharedOptions, sharedPortal } from './shared.ts';

type RelyingPartyModule = typeof import('../../src/demo/relying-party.ts');

/** The portal on loopback over http, and two apps that delegate sign-in to it: all of it real. */
export interface Site {
  readonly portal: Portal;
  readonly issuer: string;
  /** The apps' addresses, without a trailing slash. */
  readonly claims: string;
  readonly eligibility: string;
  stop(): Promise<void>;
}

/** Starts a site on free ports, from dist/. */
export async function startSite(options: SharedOptions = {}): Promise<Site> {
  const [claims = 0, eligibility = 0] = await freePorts(2);
  const appPorts = { claims, eligibility };
  const portal = await sharedPortal({ issuer: 'loopback', ...options, appPorts });
  const { issuer } = portal;
  const { createRelyingParty } = await built<RelyingPartyModule>('demo/relying-party.js');
  const apps = Object.entries({ Claims: claims, Eligibility: eligibility }).map(
    ([title, port]): RelyingParty => {
      const name = title.toLowerCase();
      const registration = { issuer, clientId: name, clientSecret: `${name}-demo-secret` };
      return createRelyingParty({ ...registration, name, title, baseUrl: `http://localhost:${port}`, port });
    },
  );
  await Promise.all(apps.map((app) => app.start()));
  return {
    portal,
    issuer,
    claims: `http://localhost:${claims}`,
    eligibility: `http://localhost:${eligibility}`,
    async stop() {
      await Promise.all(apps.map((app) => app.stop()));
      await portal.stop();
    },
  };
}

/** From now on nobody enters Eligibility without a second factor. */
export async function demandSecondFactor({ portal, claims, eligibility }: Site): Promise<void> {
  const ports = { claims: Number(new URL(claims).port), eligibility: Number(new URL(eligibility).port) };
  const app = demoApps(ports).find(({ client_id }) => client_id === 'eligibility');
  await portal.register({ ...app, demands: { second_factor: true } });
}
