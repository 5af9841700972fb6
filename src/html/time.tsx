import type { Translator } from './messages.ts';

interface TimeProps {
  readonly at: Date;
  /** An IANA time zone; UTC where none is known. */
  readonly zone?: string | null | undefined;
  readonly t: Translator;
}

/** A moment in the person's own time, with its zone. */
export function Time({ at, zone, t }: TimeProps) {
  return <time dateTime={at.toISOString()}>{momentText(at, zone, t)}</time>;
}

/** A moment in words, with its zone: “Mar 4, 2026, 2:05 PM EST”. */
export function momentText(at: Date, zone: string | null | undefined, t: Translator): string {
  const parts = {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  } as const;
  return momentIn({ ...parts, timeZoneName: 'short' }, at, zone, t);
}

export function momentIn(
  format: Intl.DateTimeFormatOptions,
  at: Date,
  zone: string | null | undefined,
  t: Translator,
): string {
  try {
    return at.toLocaleString(t.lang, { ...format, timeZone: zone ?? 'UTC' });
  } catch {
    // A zone that this Node does not know, from an import perhaps, must not cost the whole page or mail.
    return at.toLocaleString(t.lang, { ...format, timeZone: 'UTC' });
  }
}
