import type { App } from './registry.ts';

/**
 * The result of a rotation. `overlaps`: an earlier secret is still good until then and would end at once, which the
 * caller must ask for.
 */
export type Rotation =
  | { readonly state: 'rotated'; readonly app: App; readonly until: Date | null }
  | { readonly state: 'overlaps'; readonly until: Date };

export interface RotationAsked {
  /** s that the secret of now stays good; 0 where it has leaked, which ends all earlier ones. */
  readonly overlap: number;
  /** Until when the earlier secret is good that may end now, as the caller was told. */
  readonly endsPrevious?: Date | undefined;
}
