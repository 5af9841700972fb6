import type { Brand } from '../html/brand.ts';
import { safeWebAddress } from '../html/href.ts';
import { type Locale, type Translator, translator } from '../html/messages.ts';
import { htmlOf } from '../html/render.ts';
import type { NoticeChannel, NoticeKind, NoticeWords } from './kinds.ts';
import { LetterPage } from './letter.tsx';
import { type Letter, type Site, templates } from './templates.ts';

/** A notice in words; an SMS has only text. */
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

  render<Kind extends NoticeKind>(
    words: NoticeWords<Kind>,
    channel: NoticeChannel,
    locale: Locale,
  ): Rendered {
    const t = translator(locale);
    const template = templates[words.kind];
    const values = cleaned(words.values);
    if (channel === 'sms') {
      const text = this.#bound(template.sms(t, values, this.#site), values);
      return { subject: '', text, html: '' };
    }
    const letter = template.mail(t, values, this.#site);
    return {
      subject: letter.subject,
      text: textOf(letter, t, this.#site),
      html: htmlOf(<LetterPage letter={letter} site={this.#site} t={t} />),
    };
  }

  /** A code bound to our site (the WICG's origin-bound codes): phones fill it in here and nowhere else. */
  #bound(text: string, values: object): string {
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

/** Makes a chosen name or device one line, so that it cannot pass for a sentence of ours in the notice. */
function cleaned<T>(values: T): T {
  // Of the same shape: only the characters of its strings change.
  return cleanedValue(values) as T;
}

function cleanedValue(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 2000);
  if (Array.isArray(value)) return value.map(cleanedValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, cleanedValue(inner)]));
}
