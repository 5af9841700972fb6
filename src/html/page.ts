import type { Brand } from './brand.ts';
import type { Translator } from './messages.ts';

/** What every page component takes beside its own props. */
export interface PageProps {
  readonly brand: Brand;
  readonly t: Translator;
}
