import type { Migration } from 'kysely/migration';

/**
 * In order of name; loaded when one is to run, not by every start. A migration that has run anywhere is never
 * edited: add the next one.
 */
export const migrations: Readonly<Record<string, () => Promise<Migration>>> = {
  '0001-ground': () => import('./0001-ground.ts'),
  '0002-activations': () => import('./0002-activations.ts'),
  '0003-consents': () => import('./0003-consents.ts'),
  '0004-locks': () => import('./0004-locks.ts'),
  '0005-factors': () => import('./0005-factors.ts'),
  '0006-notices': () => import('./0006-notices.ts'),
  '0007-contact-changes': () => import('./0007-contact-changes.ts'),
  '0008-factor-resets': () => import('./0008-factor-resets.ts'),
  '0009-audit-partitions': () => import('./0009-audit-partitions.ts'),
  '0010-audit-reading': () => import('./0010-audit-reading.ts'),
  '0011-ledger': () => import('./0011-ledger.ts'),
  '0012-revoked-accounts': () => import('./0012-revoked-accounts.ts'),
  '0013-console': () => import('./0013-console.ts'),
  '0014-seal-keys': () => import('./0014-seal-keys.ts'),
  '0015-locks-over': () => import('./0015-locks-over.ts'),
  '0016-activity': () => import('./0016-activity.ts'),
  '0017-failure-streaks': () => import('./0017-failure-streaks.ts'),
  '0018-health': () => import('./0018-health.ts'),
  '0019-account-ends': () => import('./0019-account-ends.ts'),
  '0020-proved-contacts': () => import('./0020-proved-contacts.ts'),
};
