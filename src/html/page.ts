import type { Brand } from './brand.ts';
import type { Locale, Translator } from './messages.ts';
import type { SessionEnding } from './session-end.tsx';

/** What every page component takes beside its own props. */
export interface PageProps {
  /** What the operator wants everybody to know, unless this person has dismissed it. */
  readonly notice?: { readonly text: string; readonly dismiss: string } | undefined;
  /** The session that the page belongs to: its end is warned of. */
  readonly ending?: SessionEnding | undefined;
  readonly brand: Brand;
  readonly t: Translator;
  /** The same page in the other languages. */
  readonly languages?: readonly { readonly lang: Locale; readonly name: string; readonly href: string }[];
}
