import { z } from 'zod';
import { parseDuration } from '../config/durations.ts';
import { isOfObjects } from '../names.ts';
import { ROLES } from '../roles.ts';
import { ADMIN_SCOPES } from './admin-scopes.ts';
import { RegistrationError, toMistakes } from './mistakes.ts';
import { type Refusal, refuseFormActionOrigin, refuseRedirectUri, refuseWebUri } from './uris.ts';

/** Methods in which the app proves itself with its client_secret. */
const SECRET_METHODS = ['client_secret_basic', 'client_secret_post'];
/** Characters a client_secret has at least: those made here have 43. */
const SHORTEST_SECRET = 16;
const SCOPES: readonly string[] = ['openid', 'profile', 'email', 'phone', 'practice', 'offline_access'];
/** What a program may have, and apps that people sign in to never. */
const PROGRAM_SCOPES: readonly string[] = ADMIN_SCOPES;
const ALGORITHM = z.enum(['ES256', 'RS256']);

/** Whether PostgreSQL can keep it. */
const isPlain = (value: string) => !value.includes('\0') && value.isWellFormed();
const sized = (longest: number) => z.string().min(1).max(longest);
const text = (longest: number) =>
  sized(longest).superRefine((value, context) => {
    if (!isPlain(value)) complain(context, [], 'has a character that cannot be kept', 'remove it');
  });
const checked = (refuse: (uri: string) => Refusal | undefined) =>
  sized(2048).superRefine((uri, context) => {
    const refusal = refuse(uri);
    if (refusal) complain(context, [], refusal.problem, refusal.mend);
  });
const redirectUri = checked(refuseRedirectUri);
const webUri = checked(refuseWebUri);
/** A picture: a web address, or a path on this service. */
const pictureUri = checked((uri) => (/^\/(?![/\\])[\w./-]*$/.test(uri) ? undefined : refuseWebUri(uri)));

/** Seconds, given as such or as an ISO 8601 duration. */
const seconds = z.union([z.int().positive(), z.string()]).transform((value, context) => {
  const parsed = typeof value === 'number' ? value : parseDuration(value);
  if (parsed !== undefined && Number.isInteger(parsed) && parsed > 0) return parsed;
  complain(context, [], 'is not a duration', 'write whole seconds, or ISO 8601 such as PT15M');
  return z.NEVER;
});

/** What must hold before the app is entered. */
const demands = z.strictObject({
  /** Any one of these, from an active membership or a global role. */
  roles: z.array(z.enum(ROLES)).min(1).optional(),
  /** s since the person last gave the password, and the second factor where one is demanded, at most. */
  fresh: seconds.optional(),
  /** A second factor; people who have none yet enrol one on the way. */
  second_factor: z.boolean().optional(),
  /** Whether a device that was remembered may stand for the second factor; it may unless this is false. */
  remembered_device: z.boolean().optional(),
});

/** Limits stricter than the service's own, for this app alone; s. */
const session = z.strictObject({ idle: seconds.optional(), absolute: seconds.optional() });

/** The library's own fields, by their names in RFC 7591, OpenID Connect Registration and their sisters. */
const standard = {
  client_id: z
    .string()
    .regex(/^[\w.~-]{1,128}$/, 'has 1 to 128 letters, digits or . _ ~ -')
    .superRefine(refuseReserved)
    .optional(),
  client_secret: z
    .string()
    .regex(/^[\x21-\x7e]{1,512}$/, 'has up to 512 visible ASCII characters')
    .optional(),
  client_name: text(128),
  client_uri: webUri.optional(),
  logo_uri: webUri.optional(),
  policy_uri: webUri.optional(),
  tos_uri: webUri.optional(),
  contacts: z.array(text(256)).optional(),
  application_type: z.enum(['web', 'native']).default('web'),
  redirect_uris: z.array(redirectUri).default([]),
  post_logout_redirect_uris: z.array(redirectUri).default([]),
  response_types: z.array(z.literal('code', 'must be "code": there is no other flow')).optional(),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials']))
    .min(1)
    .default(['authorization_code']),
  scope: z
    .string()
    .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/, 'is words with one space between')
    .optional(),
  token_endpoint_auth_method: z
    .enum(['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'])
    .default('client_secret_basic'),
  token_endpoint_auth_signing_alg: text(16).optional(),
  jwks: z.object({ keys: z.array(z.looseObject({ kty: text(16) }).superRefine(checkKey)).min(1) }).optional(),
  jwks_uri: webUri.optional(),
  id_token_signed_response_alg: ALGORITHM.optional(),
  default_max_age: z.int().nonnegative().optional(),
  default_acr_values: z.array(text(256)).optional(),
  require_auth_time: z.boolean().optional(),
  backchannel_logout_uri: webUri.optional(),
  backchannel_logout_session_required: z.boolean().optional(),
  require_pushed_authorization_requests: z.boolean().optional(),
  software_id: text(128).optional(),
  software_version: text(64).optional(),
};

/** Fields of our own, beside them. */
const own = {
  demands: demands.default({}),
  pkce: z.enum(['required', 'optional']).default('required'),
  first_party: z.boolean().default(false),
  session: session.default({}),
  /** False where the app refreshes its tokens with nobody there: its refreshes keep no session alive. */
  activity: z.boolean().default(true),
  start_uri: webUri.optional(),
  initiate_login_uri: webUri.optional(),
  form_action_origins: z.array(checked(refuseFormActionOrigin)).default([]),
  description: text(512).optional(),
  icon_uri: pictureUri.optional(),
};

const registration = z.strictObject({ ...standard, ...own }).superRefine(checkTogether);

/** A registration as it is kept: defaults filled in, durations in seconds. */
export type Registration = z.output<typeof registration>;
/** A registration as it is written. */
export type RegistrationInput = z.input<typeof registration>;
export type Demands = z.output<typeof demands>;
export type AppSession = z.output<typeof session>;

/**
 * Checks an app's registration (RFC 7591 metadata and our own fields).
 * @throws RegistrationError with every mistake, where it is and how to mend it
 */
export function parseRegistration(input: unknown): Registration {
  const result = registration.safeParse(input);
  if (!result.success) {
    const known = Object.keys({ ...standard, ...own });
    throw new RegistrationError(toMistakes(result.error.issues, input, known));
  }
  return result.data;
}

/** Whether the app proves itself with a client_secret. */
export function usesSecret(app: { readonly token_endpoint_auth_method: string }): boolean {
  return SECRET_METHODS.includes(app.token_endpoint_auth_method);
}

type Context = Pick<z.core.$RefinementCtx, 'addIssue'>;

function complain(context: Context, path: PropertyKey[], problem: string, mend: string): void {
  context.addIssue({ code: 'custom', message: problem, path, params: { mend } });
}

/**
 * What stands for the service itself, would lead a browser out of the console's list of apps, or is a name of
 * JavaScript's own objects, in which libraries look up apps by their client_id. [rule 34]
 */
function refuseReserved(clientId: string, context: Context): void {
  if (isOfObjects(clientId)) complain(context, [], 'is reserved', 'choose a name of your own');
  if (!/^vestibule-|^\.{1,2}$/.test(clientId)) return;
  complain(context, [], 'is reserved', 'choose another, without vestibule- at its beginning');
}

/** A JWK is flat (RFC 7517 §4): a nested value was made to break its readers. */
function checkKey(key: Readonly<Record<string, unknown>>, context: Context): void {
  const isLeaf = (value: unknown) => (typeof value === 'string' ? isPlain(value) : typeof value !== 'object');
  for (const [name, value] of Object.entries(key)) {
    if (isPlain(name) && (Array.isArray(value) ? value.every(isLeaf) : isLeaf(value))) continue;
    complain(context, [], 'has a member that no key has', 'give texts and lists of texts alone');
    return;
  }
}

function checkTogether(app: z.output<z.ZodObject<typeof standard & typeof own>>, context: Context): void {
  if (isProgram(app)) checkProgram(app, context);
  else checkFlow(app, context);
  if (app.jwks && app.jwks_uri) complain(context, ['jwks_uri'], 'stands beside jwks', 'keep one of the two');
  checkProof(app, context);
  if (app.application_type === 'web') checkWebOnly(app, context);
}

/** Whether the app is a program that acts for itself: it uses the API, and nobody signs in to it. */
export function isProgram(app: { readonly grant_types?: readonly string[] | undefined }): boolean {
  return app.grant_types?.includes('client_credentials') === true;
}

/** A program gets a token by its secret alone (RFC 6749 §4.4), so it must have one, and nothing beside it. */
function checkProgram(app: Registration, context: Context): void {
  const place = app.grant_types.indexOf('client_credentials');
  if (app.grant_types.length > 1) {
    const problem = 'stands beside a flow in which people sign in';
    complain(context, ['grant_types', place], problem, 'register the program as an app of its own');
    return;
  }
  if (app.token_endpoint_auth_method === 'none') {
    const mend = 'use client_secret_basic, client_secret_post or private_key_jwt';
    complain(context, ['token_endpoint_auth_method'], 'lets anybody be this program', mend);
  }
  for (const field of ['redirect_uris', 'post_logout_redirect_uris'] as const) {
    if (app[field].length > 0) complain(context, [field], 'is of no use to a program', 'remove it');
  }
  const words = app.scope?.split(' ') ?? [];
  if (words.length === 0) {
    complain(context, ['scope'], 'is missing', `write one or more of ${PROGRAM_SCOPES.join(', ')}`);
  }
  for (const word of words.filter((each) => !PROGRAM_SCOPES.includes(each))) {
    complain(
      context,
      ['scope'],
      `names ${word}, which a program cannot have`,
      `use ${PROGRAM_SCOPES.join(', ')}`,
    );
  }
}

function checkFlow(app: Registration, context: Context): void {
  if (app.redirect_uris.length === 0) {
    complain(context, ['redirect_uris'], 'is missing', 'list where the browser returns after sign-in');
  }
  if (!app.grant_types.includes('authorization_code')) {
    complain(context, ['grant_types'], 'has refresh_token alone', 'add authorization_code, or remove it');
  }
  for (const word of app.scope?.split(' ') ?? []) {
    if (SCOPES.includes(word)) continue;
    complain(context, ['scope'], `names ${word}, which is none`, `use words of ${SCOPES.join(', ')}`);
  }
}

function checkProof(app: Registration, context: Context): void {
  const method = app.token_endpoint_auth_method;
  if (method === 'none' && app.pkce === 'optional') {
    complain(context, ['pkce'], 'is optional for a public app', 'remove it: PKCE is what binds its codes');
  }
  if (!usesSecret(app) && app.client_secret !== undefined) {
    complain(context, ['client_secret'], `is of no use with ${method}`, 'remove it');
  }
  if (app.client_secret !== undefined && app.client_secret.length < SHORTEST_SECRET) {
    complain(
      context,
      ['client_secret'],
      'is too short',
      `give ${SHORTEST_SECRET} characters, or none to have one made`,
    );
  }
  for (const [index, key] of (app.jwks?.keys ?? []).entries()) {
    if (!['d', 'k'].some((part) => part in key)) continue;
    complain(context, ['jwks', 'keys', index], 'is a private key', 'give its public part alone: no d, no k');
  }
  if (app.token_endpoint_auth_signing_alg !== undefined && method !== 'private_key_jwt') {
    const mend = 'remove it, or set token_endpoint_auth_method to private_key_jwt';
    complain(context, ['token_endpoint_auth_signing_alg'], `is of no use with ${method}`, mend);
  }
  if (method === 'private_key_jwt' && !app.jwks && !app.jwks_uri) {
    complain(context, ['jwks'], 'is missing', 'give jwks or jwks_uri for private_key_jwt');
  }
}

function checkWebOnly(app: Registration, context: Context): void {
  for (const field of ['redirect_uris', 'post_logout_redirect_uris'] as const) {
    for (const [index, uri] of app[field].entries()) {
      // What cannot be one at all has been told already.
      if (/^https?:/i.test(uri) || refuseRedirectUri(uri)) continue;
      complain(context, [field, index], 'has a private-use scheme', 'set application_type to "native"');
    }
  }
}
