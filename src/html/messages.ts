import { IntlMessageFormat } from 'intl-messageformat';
import type { ComponentChildren, VNode } from 'preact';
import { en } from './messages/en.ts';
import { es } from './messages/es.ts';

/** A language is one file in `messages/` and one line here; the type demands every id. */
const catalogues = { en, es } as const satisfies Record<string, Record<MessageId, string>>;

export type MessageId = keyof typeof en;
export type Locale = keyof typeof catalogues;
export type Values = Readonly<Record<string, string | number | Date>>;
/** What a tag of a message, such as `<b>`, becomes. */
export type Tags = Readonly<Record<string, (children: ComponentChildren) => VNode>>;

/** Words in one language. Throws when a message's value is missing. */
export interface Translator {
  (id: MessageId, values?: Values): string;
  /** The BCP 47 tag for `<html lang>`. */
  readonly lang: Locale;
  /** A message with tags. Values are text and never read as tags, so an app's name cannot add markup. */
  rich(id: MessageId, values: Values, tags: Tags): ComponentChildren;
  /** Alternatives in one phrase: “clinician or biller”. */
  list(alternatives: readonly string[]): string;
}

export const locales = Object.keys(catalogues) as readonly Locale[];

const translators = new Map<Locale, Translator>();

/** The translator of a language; one each, with messages compiled at first use. */
export function translator(locale: Locale): Translator {
  let found = translators.get(locale);
  if (!found) {
    found = build(locale);
    translators.set(locale, found);
  }
  return found;
}

function build(locale: Locale): Translator {
  const compiled = new Map<MessageId, IntlMessageFormat>();
  const message = (id: MessageId) => {
    let format = compiled.get(id);
    if (!format) {
      format = new IntlMessageFormat(catalogues[locale][id], locale);
      compiled.set(id, format);
    }
    return format;
  };
  return Object.assign((id: MessageId, values?: Values) => String(message(id).format(values)), {
    lang: locale,
    rich: (id: MessageId, values: Values, tags: Tags) =>
      message(id).format<ComponentChildren>({ ...values, ...tags }) as ComponentChildren,
    list: (alternatives: readonly string[]) =>
      new Intl.ListFormat(locale, { type: 'disjunction' }).format(alternatives),
  });
}
