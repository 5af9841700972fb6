import { randomBytes } from 'node:crypto';

export interface NewSecrets {
  readonly master_key: string;
  readonly cookie_keys: string[];
}

/** Random secrets for where nobody sets any. @param id of the master key */
export function newSecrets(id: string): NewSecrets {
  return {
    master_key: `${id}:${randomBytes(32).toString('base64url')}`,
    cookie_keys: [randomBytes(32).toString('hex')],
  };
}
