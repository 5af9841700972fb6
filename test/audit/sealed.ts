import { Sealing } from '../../src/audit/sealing.ts';
import { SealKeyStore } from '../../src/keys/seal-keys.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import type { Database } from '../../src/postgres/database.ts';
import { until } from '../postgres/until.ts';

const MASTER_KEY = `test:${Buffer.alloc(32, 7).toString('base64url')}`;

/** Seals what may be sealed now. */
export async function sealDue(db: Database): Promise<void> {
  const keys = new SealKeyStore(db, new Sealer(MASTER_KEY));
  await new Sealing(db, () => keys.signer()).run();
}

/** Seals every row; transactions of other tests may hold some of them up for a while. */
export async function sealAll(db: Database): Promise<void> {
  await until(async () => {
    await sealDue(db);
    const left = await db
      .selectFrom('audit_events')
      .select('id')
      .where('position', 'is', null)
      .limit(1)
      .execute();
    return left.length === 0;
  });
}
