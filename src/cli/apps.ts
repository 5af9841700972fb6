import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { App } from '../apps/app.ts';
import { RegistrationError } from '../apps/mistakes.ts';
import { registerApp } from '../use-cases/register-app.ts';
import { removeApp } from '../use-cases/remove-app.ts';
import { describe } from './accounts-status.ts';
import { withTools } from './command.ts';
import { Failure, Told } from './failure.ts';
import { clean, writeFacts, writeJson, writeLine, writeTable } from './output.ts';
import { type Common, verb } from './verb.ts';

export function appsCommands(apps: Command): void {
  verb(
    apps,
    'register <file>',
    'register an app, or change the app with its client_id; - reads standard input',
  ).action(register);
  verb(apps, 'list', 'the apps, by name').action(list);
  verb(apps, 'show <client-id>', 'show one app without its secret').action(show);
  verb(apps, 'remove <client-id>', 'remove an app; no one is signed out')
    .option('--dry-run', 'only show what uses it')
    .action(remove);
}

async function register(file: string, { json }: Common): Promise<void> {
  const registration = readRegistration(file);
  await withTools(async (tools) => {
    const { app, done, secret } = await registerApp(tools, registration, tools.actor).catch(
      (error: unknown) => tellMistakes(error, json),
    );
    const shown = secret === undefined ? {} : { client_secret: secret };
    if (json) return writeJson({ client_id: app.clientId, client_name: app.name, done, ...shown });
    writeLine(`${clean(app.name)} is ${done}.`);
    writeFacts({ client_id: app.clientId, ...shown });
    if (secret !== undefined) writeLine('This is a new secret. It is shown only once.');
  });
}

function readRegistration(file: string): unknown {
  const name = file === '-' ? 'Standard input' : file;
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Failure(`${name} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`${name} is not JSON: ${(error as Error).message}`);
  }
}

function tellMistakes(error: unknown, json: true | undefined): never {
  if (!(error instanceof RegistrationError)) throw error;
  const { mistakes } = error;
  if (json) writeJson({ ok: false, mistakes });
  else {
    const count = mistakes.length === 1 ? 'One field is wrong' : `${mistakes.length} fields are wrong`;
    const lines = mistakes.map(({ path, problem, mend }) => clean(`  ${path} ${problem}: ${mend}`));
    process.stderr.write(`${[`${count}:`, ...lines].join('\n')}\n`);
  }
  throw new Told();
}

async function list({ json }: Common): Promise<void> {
  const apps = await withTools((tools) => tools.apps.list());
  if (json) return writeJson({ items: apps.map(asJson), next_cursor: null });
  writeTable(
    apps.map(({ clientId, name, firstParty, metadata, startUri }) => ({
      client_id: clientId,
      name,
      kind: String(metadata.application_type),
      first_party: firstParty,
      start: startUri,
    })),
    'No apps are registered.',
  );
}

async function show(clientId: string, { json }: Common): Promise<void> {
  const app = await withTools((tools) => tools.apps.find(clientId));
  if (!app) throw unknown(clientId);
  const all = asJson(app);
  if (json) return writeJson(all);
  const facts = Object.entries(all).map(([name, value]) => [
    name,
    typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? ''),
  ]);
  writeFacts(Object.fromEntries(facts));
}

async function remove(clientId: string, { dryRun, json }: Common & { dryRun?: true }): Promise<void> {
  await withTools(async (tools) => {
    const touched = await tools.sessionList.openOfApp(clientId);
    const app = dryRun ? await tools.apps.find(clientId) : await removeApp(tools, clientId, tools.actor);
    if (!app) throw unknown(clientId);
    if (json) {
      return writeJson({
        client_id: clientId,
        removed: !dryRun,
        dry_run: dryRun ?? false,
        open_sessions: touched.sessions,
        offline_grants: touched.offline,
      });
    }
    const done = dryRun ? 'would be removed' : 'was removed';
    writeLine(`${clean(app.name)} ${done}. It was used in ${describe(touched)}, which continue without it.`);
  });
}

function unknown(clientId: string): Failure {
  return new Failure(`There is no app ${clientId}`);
}

/** By the names it was registered with; of a secret only that there is one. */
function asJson(app: App): Record<string, unknown> {
  const { client_secret, ...metadata } = app.metadata;
  return {
    ...metadata,
    client_secret: client_secret === undefined ? 'none' : 'set',
    description: app.description,
    icon_uri: app.iconUri,
    start_uri: app.startUri,
    initiate_login_uri: app.initiateLoginUri,
    first_party: app.firstParty,
    pkce: app.pkce,
    demands: app.demands,
    session: app.session,
    form_action_origins: app.formActionOrigins,
  };
}
