import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { accentStyles } from './accent.ts';
import { safeHref } from './href.ts';
import { type StaticFile, staticFile } from './static.ts';

/** What everybody should know now, by language. */
export interface Notice {
  readonly en: string;
  readonly es?: string;
}

/** The part of the settings that says whose sign-in this is. */
export interface OperatorSettings {
  readonly name: string;
  readonly support: { readonly text: string; readonly phone?: string; readonly url?: string };
  readonly help_url?: string;
  readonly privacy_url?: string;
  readonly accessibility_url?: string;
  /** `#rrggbb` */
  readonly accent?: string;
  /** Path of an .svg or .png file. */
  readonly logo?: string;
  readonly notice?: Notice;
}

/** What every page shows of the operator. An address that would be unsafe as a link is left out. */
export interface Brand {
  readonly name: string;
  readonly support: {
    readonly text: string;
    readonly phone: { readonly text: string; readonly href: string } | undefined;
    readonly url: string | undefined;
  };
  readonly helpUrl: string | undefined;
  readonly privacyUrl: string | undefined;
  readonly accessibilityUrl: string | undefined;
  /** The address of the operator's own mark. */
  readonly logo: string | undefined;
  readonly notice: Notice | undefined;
  /** Style sheets laid over site.css. */
  readonly styles: readonly StaticFile[];
  /** All that is served beside our own static files. */
  readonly files: readonly StaticFile[];
}

/** Made once, at start. Throws for an accent that is not `#rrggbb`, and for a logo that cannot be read. */
export function brandOf(operator: OperatorSettings): Brand {
  const styles = operator.accent
    ? [staticFile('accent.css', Buffer.from(accentStyles(operator.accent)))]
    : [];
  const logo = operator.logo
    ? staticFile(`logo${extname(operator.logo)}`, readFileSync(operator.logo))
    : undefined;
  return Object.freeze({
    name: operator.name,
    support: {
      text: operator.support.text,
      phone: phoneOf(operator.support.phone),
      url: safeHref(operator.support.url),
    },
    helpUrl: safeHref(operator.help_url),
    privacyUrl: safeHref(operator.privacy_url),
    accessibilityUrl: safeHref(operator.accessibility_url),
    logo: logo?.url,
    notice: operator.notice,
    styles,
    files: logo ? [...styles, logo] : styles,
  });
}

function phoneOf(text: string | undefined) {
  const digits = text?.replace(/[^\d+]/g, '');
  return text && digits ? { text, href: `tel:${digits}` } : undefined;
}
