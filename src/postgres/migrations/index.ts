import type { Migration } from 'kysely/migration';
import * as ground from './0001-ground.ts';
import * as activations from './0002-activations.ts';
import * as consents from './0003-consents.ts';
import * as locks from './0004-locks.ts';
import * as factors from './0005-factors.ts';
import * as notices from './0006-notices.ts';
import * as contactChanges from './0007-contact-changes.ts';
import * as factorResets from './0008-factor-resets.ts';
import * as auditPartitions from './0009-audit-partitions.ts';
import * as auditReading from './0010-audit-reading.ts';
import * as ledger from './0011-ledger.ts';
import * as revokedAccounts from './0012-revoked-accounts.ts';
import * as adminConsole from './0013-console.ts';
import * as sealKeys from './0014-seal-keys.ts';
import * as locksOver from './0015-locks-over.ts';

/** In order of name. A migration that has run anywhere is never edited: add the next one. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-ground': ground,
  '0002-activations': activations,
  '0003-consents': consents,
  '0004-locks': locks,
  '0005-factors': factors,
  '0006-notices': notices,
  '0007-contact-changes': contactChanges,
  '0008-factor-resets': factorResets,
  '0009-audit-partitions': auditPartitions,
  '0010-audit-reading': auditReading,
  '0011-ledger': ledger,
  '0012-revoked-accounts': revokedAccounts,
  '0013-console': adminConsole,
  '0014-seal-keys': sealKeys,
  '0015-locks-over': locksOver,
};
