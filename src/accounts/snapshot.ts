import type { Selectable } from 'kysely';
import type { AccountsTable, JsonObject } from '../postgres/schema.ts';

/** An account as the audit log keeps it: whether there is a password, never its hash. */
export function snapshot(row: Selectable<AccountsTable>): JsonObject {
  const { sub, user_id_folded, password_hash, created_at, updated_at, ...rest } = row;
  return { ...rest, password: password_hash === null ? 'none' : 'set' };
}
