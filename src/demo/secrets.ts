import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSecrets } from '../config/secrets.ts';

/** The demo's own random secrets, made at its first start and kept beside its data: there is no default one. */
export function demoSecrets(directory: string): ReturnType<typeof newSecrets> {
  const file = join(directory, 'secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  const secrets = newSecrets('demo');
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
