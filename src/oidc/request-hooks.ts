import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import type { RequestHooks } from '../sessions/adapter.ts';
import { isVisible } from './activity.ts';
import { noteWrite } from './internals.ts';
import type { Records } from './records.ts';

/** What the storage asks and tells of the request that the library is serving. */
export function requestHooks(records: Records, counted: readonly string[]): RequestHooks {
  return {
    active: () => isVisible(Provider.ctx, counted),
    wrote: noteWrite,
    async replayed(model, payload) {
      const ctx: KoaContextWithOIDC | undefined = Provider.ctx;
      if (ctx) await records.lost(ctx, model, payload);
    },
  };
}
