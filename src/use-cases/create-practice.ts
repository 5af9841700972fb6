import type { Practices } from '../accounts/practices.ts';
import type { Database } from '../postgres/database.ts';
import type { Actor } from './actor.ts';

/**
 * Makes a practice, unless another has its tax id.
 * @returns its id, or the practice that has the tax id already
 * @throws AppError('store-away')
 */
export async function createPractice(
  { db, practices }: { db: Database; practices: Pick<Practices, 'findByTaxId' | 'create'> },
  practice: { name: string; taxId: string; npis: readonly string[] },
  { record }: Actor,
): Promise<{ id: string; taken?: undefined } | { taken: { id: string; name: string } }> {
  const taken = await practices.findByTaxId(practice.taxId);
  if (taken) return { taken };
  return { id: await db.transaction().execute((tx) => practices.create(tx, practice, record)) };
}
