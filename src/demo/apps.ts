import type { Application } from '../app.ts';

export interface DemoPorts {
  readonly claims: number;
  readonly eligibility: number;
}

/** The demo's registrations, as `apps register` takes them. */
export function demoApps(ports: DemoPorts) {
  return [
    webApp('claims', 'Claims', 'Send claims and track payments', ports.claims),
    {
      ...webApp('eligibility', 'Eligibility', 'Check a patient’s coverage', ports.eligibility),
      demands: { roles: ['clinician', 'staff', 'practice-administrator'] },
    },
    {
      client_id: 'mobile',
      client_name: 'Provider phone app',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://127.0.0.1/callback', 'org.vestibule.demo:/callback'],
      first_party: true,
    },
  ];
}

function webApp(clientId: string, name: string, description: string, port: number) {
  const origin = `http://localhost:${port}`;
  return {
    client_id: clientId,
    client_secret: `${clientId}-demo-secret`,
    client_name: name,
    description,
    redirect_uris: [`${origin}/callback`],
    post_logout_redirect_uris: [`${origin}/signed-out`],
    backchannel_logout_uri: `${origin}/backchannel-logout`,
    backchannel_logout_session_required: true,
    grant_types: ['authorization_code', 'refresh_token'],
    start_uri: `${origin}/login`,
    initiate_login_uri: `${origin}/login`,
    first_party: true,
  };
}

/** Registers the demo's apps, or brings them up to date with the ports in use. */
export async function seedApps(
  { db, apps, trail }: Pick<Application, 'db' | 'apps' | 'trail'>,
  ports: DemoPorts,
): Promise<void> {
  for (const app of demoApps(ports)) {
    await db
      .transaction()
      .execute((tx) => apps.register(tx, app, (tx, change) => trail.append(tx, change, {})));
  }
}
