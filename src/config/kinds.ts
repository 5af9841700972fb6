/** Kinds of settings. A description completes the sentence "give …" that a mistake is answered with. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { formatDuration, parseDuration } from './durations.ts';

/** An ISO 8601 duration between `least` and `most` (both ISO 8601 too), as seconds. */
export function duration(least: string, most: string) {
  const [low, high] = [parseDuration(least) ?? 0, parseDuration(most) ?? 0];
  return z
    .string('is not an ISO 8601 duration')
    .transform((text, context) => {
      const seconds = parseDuration(text);
      if (seconds === undefined) context.addIssue(`is ${JSON.stringify(text)}, not an ISO 8601 duration`);
      else if (seconds < low) context.addIssue(`is ${formatDuration(seconds)}, shorter than ${least}`);
      else if (seconds > high) context.addIssue(`is ${formatDuration(seconds)}, longer than ${most}`);
      return seconds ?? 0;
    })
    .describe(`an ISO 8601 duration from ${least} to ${most}, such as PT15M, P30D or PT1.5S`);
}

export function whole(least: number, most: number) {
  const problem = `is not a whole number from ${least} to ${most}`;
  return z
    .int(problem)
    .min(least, problem)
    .max(most, problem)
    .describe(`a whole number from ${least} to ${most}`);
}

export function text(most: number, description = 'some text') {
  return z
    .string('is not text')
    .trim()
    .min(1, 'is empty')
    .max(most, `is longer than ${most} characters`)
    .describe(description);
}

export const flag = z.boolean('is neither true nor false').describe('true or false');

export const country = z.string('is not text').regex(/^[A-Z]{2}$/, 'is not a country');

export function isWeb(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

/** A link shown on pages; anything but http and https (javascript: above all) is refused. */
export const link = z
  .string('is not text')
  .refine(isWeb, 'is not an http or https URL')
  .describe('a URL such as https://www.example.org/help');

/** A file that must be there when the settings are read. */
export function file(description: string) {
  return z
    .string('is not text')
    .refine((path) => existsSync(path), 'is not there')
    .describe(description);
}
