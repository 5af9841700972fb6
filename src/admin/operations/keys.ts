import { z } from 'zod';
import type { Config } from '../../config.ts';
import { type KeyInfo, RotationUnderWay, type SigningKeys } from '../../keys/signing-keys.ts';
import { rotateKeys } from '../../use-cases/rotate-keys.ts';
import { operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { OPERATORS, READERS } from '../roles.ts';

export interface KeyOperationsDependencies {
  readonly keys: Pick<SigningKeys, 'list' | 'rotate'>;
  readonly config: Config;
}

const key = z.object({
  kid: z.string(),
  alg: z.string(),
  state: z.enum(['signing', 'next', 'verifying', 'retired']),
  active_from: z.date(),
  retired_at: z.date().nullable(),
});
const answer = z.object({ items: z.array(key) });

export function keyOperations({ keys, config }: KeyOperationsDependencies) {
  const all = async () => ({ items: (await keys.list()).map(shown) });
  return {
    list: operation({
      id: 'listKeys',
      method: 'get',
      path: '/keys',
      summary: 'Signing keys, the newest first, without their private parts',
      scope: 'admin:read',
      roles: READERS,
      answer,
      run: all,
    }),
    rotate: operation({
      id: 'rotateKeys',
      method: 'post',
      path: '/keys/rotate',
      summary:
        'Publishes new signing keys, which sign once every app had time to fetch them; the old ones still verify',
      scope: 'admin:apps',
      roles: OPERATORS,
      answer,
      async run(actor) {
        try {
          await rotateKeys(keys, config, actor);
        } catch (error) {
          if (!(error instanceof RotationUnderWay)) throw error;
          throw new Problem('conflict', 'New keys are published already and wait for their turn.');
        }
        return all();
      },
    }),
  };
}

export type KeyOperations = ReturnType<typeof keyOperations>;
export type KeyItem = z.output<typeof key>;

function shown({ kid, alg, state, activeFrom, retiredAt }: KeyInfo) {
  return { kid, alg, state, active_from: activeFrom, retired_at: retiredAt };
}
