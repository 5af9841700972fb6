import { sealedSecrets } from '../apps/registry.ts';
import { sealedKey } from '../factors/authenticators.ts';
import { sealedCode } from '../help-desk/caller-verification.ts';
import type { SealedColumn } from '../keys/reseal.ts';
import { sealedSealKey } from '../keys/seal-keys.ts';
import { sealedSigningKey } from '../keys/signing-keys.ts';
import { sealedContent } from '../notices/notice-store.ts';

/** Everything that is sealed in PostgreSQL. */
export const sealedColumns: readonly SealedColumn[] = [
  sealedSigningKey,
  sealedSealKey,
  ...sealedSecrets,
  sealedKey,
  sealedCode,
  sealedContent,
];
