import type { Brand } from '../html/brand.ts';
import { safeWebAddress } from '../html/href.ts';
import { type Locale, type Translator, translator } from '../html/messages.ts';
import { htmlOf } from '../html/render.ts';
import type { NoticeChannel, NoticeKind, NoticeValues, NoticeWords } from './kinds.ts';
import { LetterPage } from './letter.tsx';
import { templates } from './templates/index.ts';
import type { Letter, Site, Template } from './templates/template.ts';

/** A notice in words; an SMS has text alone. */
export interface Rendered {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Puts notices into words, with the operator's name and support contact. */
export class Renderer {
  readonly #site: Site;
  readonly #host: string;

  constructor(brand: Pick<Brand, 'name' | 'support'>, issuer: string) {
    this.#site = { issuer, operator: brand.name, support: supportLine(brand) };
    this.#host = new URL(issuer).hostname;
  }

  render(words: NoticeWords, channel: NoticeChannel, locale: Locale): Rendered {
    const t = translator(locale);
    // The kind picks the template, and with it the values' type, which the compiler cannot follow.
    const template = templates[words.kind] as Template<NoticeKind>;
    const values = cleaned(words.values) as NoticeValues[NoticeKind];
    if (channel === 'sms') {
      return {
        subject: '',
        text: this.#bound(template.sms(t, values as never, this.#site), words),
        html: '',
      };
    }
    const letter = template.mail(t, values as never, this.#site);
    return {
      subject: letter.subject,
      text: textOf(letter, t, this.#site),
      html: htmlOf(<LetterPage letter={letter} site={this.#site} t={t} />),
    };
  }

  /** A code bound to our site (the WICG's origin-bound codes): phones fill it in here and nowhere else. */
  #bound(text: string, { values }: NoticeWords): string {
    return 'code' in values ? `${text}\n\n@${this.#host} #${values.code}` : text;
  }
}

function textOf(letter: Letter, t: Translator, { operator, support }: Site): string {
  const { paragraphs, code, items, link, notYou } = letter;
  const parts = [
    ...paragraphs,
    ...(code ? [`    ${code}`] : []),
    ...(items ? [items.map((item) => `  * ${item}`).join('\n')] : []),
    ...(link ? [`${link.label}:\n${safeWebAddress(link.href) ?? ''}`] : []),
    notYou,
    `-- \n${t('mail.support', { support })}\n${t('mail.footer', { operator })}`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function supportLine({ support: { text, phone, url } }: Pick<Brand, 'support'>): string {
  const more = [phone && !text.includes(phone.text) ? phone.text : undefined, url];
  return [text, ...more].filter(Boolean).join(' ');
}

/** A name or a device is one line, whatever it carries: it must not look like a sentence of ours. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 2000);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleaned(inner)]));
}
