export type Mode = 'demo' | 'production';

/** A setting with an environment variable of its own. */
export interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  /** May also be read from the file that NAME_FILE names. */
  readonly secret?: true;
  readonly list?: true;
  readonly mode?: Mode;
}

/** HOST is what some shells call the machine, so the demo listens to DEMO_BIND alone. */
export const variables: readonly Variable[] = [
  { name: 'ISSUER', path: ['issuer'] },
  { name: 'HOST', path: ['host'], mode: 'production' },
  { name: 'DEMO_BIND', path: ['host'], mode: 'demo' },
  { name: 'PORT', path: ['port'] },
  { name: 'OPERATIONS_PORT', path: ['operations', 'port'] },
  { name: 'TRUSTED_PROXIES', path: ['trusted_proxies'] },
  { name: 'DATABASE_URL', path: ['database', 'url'], secret: true },
  { name: 'REDIS_URL', path: ['redis', 'url'], secret: true },
  { name: 'VESTIBULE_MASTER_KEY', path: ['secrets', 'master_key'], secret: true },
  { name: 'COOKIE_KEYS', path: ['secrets', 'cookie_keys'], secret: true, list: true },
  { name: 'SMTP_URL', path: ['notices', 'smtp', 'url'], secret: true },
  { name: 'TWILIO_ACCOUNT_SID', path: ['notices', 'twilio', 'account_sid'] },
  { name: 'TWILIO_AUTH_TOKEN', path: ['notices', 'twilio', 'auth_token'], secret: true },
  { name: 'TWILIO_FROM', path: ['notices', 'twilio', 'from'] },
  { name: 'TWILIO_API_URL', path: ['notices', 'twilio', 'api_url'] },
  { name: 'AUDIT_WEBHOOK_SECRET', path: ['audit', 'delivery', 'webhook', 'secret'], secret: true },
  {
    name: 'AUDIT_WEBHOOK_AUTHORIZATION',
    path: ['audit', 'delivery', 'webhook', 'authorization'],
    secret: true,
  },
  { name: 'DEMO_CLAIMS_PORT', path: ['demo', 'claims_port'], mode: 'demo' },
  { name: 'DEMO_ELIGIBILITY_PORT', path: ['demo', 'eligibility_port'], mode: 'demo' },
];

/** The variable that sets this path in this mode, if it has one. */
export function variableFor(path: readonly PropertyKey[], mode: Mode): Variable | undefined {
  const dotted = path.join('.');
  return variables.find((variable) => variable.path.join('.') === dotted && (variable.mode ?? mode) === mode);
}
