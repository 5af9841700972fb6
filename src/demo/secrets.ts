import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface DemoSecrets {
  readonly master_key: string;
  readonly cookie_keys: string[];
}

/** Random ones. */
export function newSecrets(): DemoSecrets {
  return {
    master_key: `demo:${randomBytes(32).toString('base64url')}`,
    cookie_keys: [randomBytes(32).toString('hex')],
  };
}

/** The demo's own random secrets, made at its first start and kept beside its data: there is no default one. */
export function demoSecrets(directory: string): DemoSecrets {
  const file = join(directory, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const secrets = newSecrets();
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
