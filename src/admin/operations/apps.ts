import { z } from 'zod';
import { holdsAdminScope } from '../../apps/admin-scopes.ts';
import type { App } from '../../apps/app.ts';
import type { AppGuard } from '../../apps/changes.ts';
import { usesSecret } from '../../apps/metadata.ts';
import { RegistrationError } from '../../apps/mistakes.ts';
import type { AppRegistry } from '../../apps/registry.ts';
import type { Database } from '../../postgres/database.ts';
import type { SessionList } from '../../sessions/session-list.ts';
import { registerApp } from '../../use-cases/register-app.ts';
import { removeApp } from '../../use-cases/remove-app.ts';
import { rotateSecret } from '../../use-cases/rotate-secret.ts';
import { type Actor, operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { OPERATORS, READERS } from '../roles.ts';
import { id } from '../schemas.ts';

export interface AppOperationsDependencies {
  readonly db: Database;
  readonly apps: Pick<AppRegistry, 'find' | 'list' | 'register' | 'rotateSecret' | 'remove'>;
  readonly list: Pick<SessionList, 'openOfApp'>;
}

/** s; a week is enough for any change-over. */
const LONGEST_OVERLAP = 7 * 24 * 3600;

const registration = z
  .record(z.string(), z.unknown())
  .describe('The names of RFC 7591 and Vestibule’s own: see docs/apps.md');
const app = z.object({
  client_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  first_party: z.boolean(),
  start_uri: z.string().nullable(),
  registration,
  client_secret: z.enum(['set', 'none']),
  previous_secret_until: z
    .date()
    .nullable()
    .describe('Until when the previous secret works; null if it no longer does'),
});
const secret = z.string().nullable().describe('Shown this once');

export function appOperations(deps: AppOperationsDependencies) {
  const params = z.strictObject({ client_id: id });
  const known = async (clientId: string): Promise<App> => {
    const found = await deps.apps.find(clientId);
    if (!found) throw new Problem('not-found', 'There is no such app.');
    return found;
  };
  return {
    list: operation({
      id: 'listApps',
      method: 'get',
      path: '/apps',
      summary: 'Lists apps by name',
      scope: 'admin:read',
      roles: READERS,
      answer: z.object({ items: z.array(app) }),
      async run() {
        return { items: (await deps.apps.list()).map(shown) };
      },
    }),
    show: operation({
      id: 'showApp',
      method: 'get',
      path: '/apps/{client_id}',
      summary: 'Shows an app’s registration, never its secret',
      scope: 'admin:read',
      roles: READERS,
      params,
      answer: app.extend({ open_sessions: z.number(), offline_grants: z.number() }),
      async run(_actor, { params: { client_id: clientId } }) {
        const found = await known(clientId);
        const open = await deps.list.openOfApp(clientId);
        return { ...shown(found), open_sessions: open.sessions, offline_grants: open.offline };
      },
    }),
    register: operation({
      id: 'registerApp',
      method: 'post',
      path: '/apps',
      summary: 'Registers an app, or changes the one with its client_id',
      scope: 'admin:apps',
      roles: OPERATORS,
      body: registration,
      answer: app.extend({ secret }),
      async run(actor, { body }) {
        const { app: made, secret: isNew } = await registerApp(deps, body, actor, guardOf(actor)).catch(
          explain,
        );
        return { ...shown(made), secret: isNew ?? null };
      },
    }),
    rotateSecret: operation({
      id: 'rotateAppSecret',
      method: 'post',
      path: '/apps/{client_id}/rotate-secret',
      summary:
        'Rotates the client secret; the old one still works for overlap seconds. While an earlier one still works, 409',
      scope: 'admin:apps',
      roles: OPERATORS,
      params,
      body: z.strictObject({
        overlap: z
          .int()
          .min(0)
          .max(LONGEST_OVERLAP)
          .default(24 * 3600),
        ends_previous: z.iso
          .datetime()
          .optional()
          .describe('The previous_secret_until of an earlier secret, which ends now'),
      }),
      answer: z.object({ client_id: z.string(), secret, old_until: z.date().nullable() }),
      async run(actor, { params: { client_id: clientId }, body: { overlap, ends_previous: ends } }) {
        const found = await known(clientId);
        if (!usesSecret(found.metadata as { token_endpoint_auth_method: string })) {
          throw new Problem('conflict', 'The app has no secret.');
        }
        const endsPrevious = ends === undefined ? undefined : new Date(ends);
        const asked = { overlap, endsPrevious };
        const rotated = await rotateSecret(deps, clientId, asked, actor, guardOf(actor));
        if (!rotated) throw new Problem('conflict', 'The app has no secret.');
        if (rotated.state === 'overlaps') throw new Problem('conflict', overlapping(rotated.until));
        const made = String(rotated.app.metadata.client_secret);
        return { client_id: clientId, secret: made, old_until: rotated.until };
      },
    }),
    remove: operation({
      id: 'removeApp',
      method: 'post',
      path: '/apps/{client_id}/remove',
      summary: 'Removes an app within a second; with dry_run, only counts what uses it',
      scope: 'admin:apps',
      roles: OPERATORS,
      params,
      body: z.strictObject({ dry_run: z.boolean().default(false) }),
      answer: z.object({ client_id: z.string(), sessions: z.number(), offline: z.number() }),
      async run(actor, { params: { client_id: clientId }, body }) {
        const guard = guardOf(actor);
        guard(await known(clientId));
        const open = await deps.list.openOfApp(clientId);
        if (!body.dry_run && !(await removeApp(deps, clientId, actor, guard))) throw new Problem('not-found');
        return { client_id: clientId, ...open };
      },
    }),
  };
}

export type AppOperations = ReturnType<typeof appOperations>;
export type AppItem = z.output<typeof app>;

function shown(found: App) {
  const { client_secret: held, ...metadata } = found.metadata;
  const { clientId, description, startUri, firstParty, name } = found;
  return {
    client_id: clientId,
    name,
    description,
    first_party: firstParty,
    start_uri: startUri,
    client_secret: held === undefined ? ('none' as const) : ('set' as const),
    previous_secret_until: found.previous?.until ?? null,
    registration: {
      ...metadata,
      description: description ?? undefined,
      icon_uri: found.iconUri ?? undefined,
      start_uri: startUri ?? undefined,
      initiate_login_uri: found.initiateLoginUri ?? undefined,
      first_party: firstParty,
      pkce: found.pkce,
      demands: found.demands,
      session: found.session,
      form_action_origins: found.formActionOrigins,
      activity: found.activity,
    },
  };
}

/**
 * A program cannot give authority over this service to any app, itself included, nor take over an app that has it by
 * a new secret or key: only people register, change and remove apps with an admin scope. [rule 35]
 */
function guardOf({ kind }: Actor): AppGuard {
  return ({ metadata }) => {
    if (kind === 'program' && holdsAdminScope(metadata)) throw new Problem('person-needed', KEPT_BACK);
  };
}

const KEPT_BACK =
  'A program that holds an admin scope is registered, changed and removed at the console, or by a command.';

function overlapping(until: Date): string {
  const at = until.toISOString();
  return `An earlier secret is good until ${at} and would end at once; with "ends_previous": "${at}" it does.`;
}

function explain(error: unknown): never {
  if (!(error instanceof RegistrationError)) throw error;
  const faults = error.mistakes.map(({ path, problem, mend }) => ({
    at: `body.${path}`,
    detail: `${problem}: ${mend}`,
  }));
  throw new Problem('invalid-request', undefined, faults);
}
