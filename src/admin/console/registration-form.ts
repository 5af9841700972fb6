/** The registration of an app as the console's form has it, and back. */

type Form = Readonly<Record<string, string>>;
type Json = Record<string, unknown>;

const LINES = ['client_name', 'description', 'start_uri', 'initiate_login_uri', 'backchannel_logout_uri'];
const LISTS = ['redirect_uris', 'post_logout_redirect_uris'];

/** @param before what the app has beyond the form's fields, which stays */
export function readRegistration(form: Form, before: Json = {}): Json {
  const program = form.kind === 'program';
  const lists = LISTS.flatMap((name) => {
    const lines = listed(form[name]);
    return lines.length > 0 ? [[name, lines]] : [];
  });
  const lines = LINES.flatMap((name) => (form[name]?.trim() ? [[name, form[name].trim()]] : []));
  const scope = form.scope?.trim();
  const kept = Object.entries(before).filter(([name]) => !OWN.has(name));
  return {
    ...Object.fromEntries([...kept, ...lines, ...lists]),
    ...(form.client_id?.trim() ? { client_id: form.client_id.trim() } : {}),
    ...(scope ? { scope } : {}),
    application_type: form.kind === 'native' ? 'native' : 'web',
    token_endpoint_auth_method: form.token_endpoint_auth_method,
    grant_types: program
      ? ['client_credentials']
      : ['authorization_code', ...(form.refresh === 'yes' ? ['refresh_token'] : [])],
    first_party: form.first_party === 'yes',
    demands: demandsOf(form, before),
  };
}

/** The fields that the form decides. */
const OWN = new Set([...LINES, ...LISTS, 'scope', 'response_types', 'backchannel_logout_session_required']);

function demandsOf(form: Form, before: Json): Json {
  const { roles: _, fresh: __, second_factor: ___, ...kept } = (before.demands ?? {}) as Json;
  const roles = listed(form.roles);
  const fresh = form.fresh?.trim();
  return {
    ...kept,
    ...(roles.length > 0 ? { roles } : {}),
    ...(fresh ? { fresh: /^\d+$/.test(fresh) ? Number(fresh) : fresh } : {}),
    ...(form.second_factor === 'yes' ? { second_factor: true } : {}),
  };
}

/** An app as the form shows it. */
export function writeRegistration(registration: Json): Form {
  const grants = (registration.grant_types ?? []) as string[];
  const demands = (registration.demands ?? {}) as {
    roles?: string[];
    fresh?: number;
    second_factor?: boolean;
  };
  const program = grants.includes('client_credentials');
  const native = registration.application_type === 'native';
  const entries = [
    ...[...LINES, 'scope', 'token_endpoint_auth_method'].map((name) => [name, registration[name]]),
    ...LISTS.map((name) => [name, ((registration[name] ?? []) as string[]).join('\n')]),
    ['kind', program ? 'program' : native ? 'native' : 'web'],
    ['refresh', grants.includes('refresh_token') ? 'yes' : ''],
    ['first_party', registration.first_party ? 'yes' : ''],
    ['roles', demands.roles?.join(' ')],
    ['fresh', demands.fresh],
    ['second_factor', demands.second_factor ? 'yes' : ''],
  ];
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [[name, String(value)]],
    ),
  );
}

function listed(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter(Boolean);
}
