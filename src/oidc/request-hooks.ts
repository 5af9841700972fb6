import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { RequestHooks } from '../sessions/adapter.ts';
import { noteWrite } from './internals.ts';
import type { Records } from './records.ts';

/** What the storage asks and tells of the request that the library is serving. */
export function requestHooks(records: Records): RequestHooks {
  return {
    wrote: noteWrite,
    async replayed(model, payload) {
      const ctx: KoaContextWithOIDC | undefined = Provider.ctx;
      if (ctx) await records.lost(ctx, model, payload);
    },
  };
}
