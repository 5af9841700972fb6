import { z } from 'zod';
import { type KeyInfo, RotationUnderWay } from '../../keys/signing-keys.ts';
import { type Actor, operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { OPERATORS, READERS } from '../shapes.ts';

export interface KeyOperationsDependencies {
  readonly list: () => Promise<KeyInfo[]>;
  /** @throws RotationUnderWay */
  readonly rotate: (actor: Actor) => Promise<void>;
}

const key = z.object({
  kid: z.string(),
  alg: z.string(),
  state: z.enum(['signing', 'next', 'verifying', 'retired']),
  active_from: z.date(),
  retired_at: z.date().nullable(),
});
const keys = z.object({ items: z.array(key) });

export function keyOperations({ list, rotate }: KeyOperationsDependencies) {
  const all = async () => ({ items: (await list()).map(shown) });
  return {
    list: operation({
      id: 'listKeys',
      method: 'get',
      path: '/keys',
      summary: 'Signing keys, the newest first, without their private deps',
      scope: 'admin:read',
      roles: READERS,
      answer: keys,
      run: all,
    }),
    rotate: operation({
      id: 'rotateKeys',
      method: 'post',
      path: '/keys/rotate',
      summary: 'Publishes new signing keys, which sign once everybody has them; the old ones go on verifying',
      scope: 'admin:apps',
      roles: OPERATORS,
      answer: keys,
      async run(actor) {
        try {
          await rotate(actor);
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
