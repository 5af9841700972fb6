import { accentStyles } from './accent.ts';
import { safeHref } from './href.ts';
import { type StaticFile, staticFile } from './static.ts';

/** The part of the settings that says whose sign-in this is. */
export interface OperatorSettings {
  readonly name: string;
  readonly support: { readonly text: string; readonly phone?: string; readonly url?: string };
  readonly help_url?: string;
  readonly privacy_url?: string;
  readonly accessibility_url?: string;
  /** `#rrggbb` */
  readonly accent?: string;
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
  /** Laid over site.css; for serveStatic too. */
  readonly styles: readonly StaticFile[];
}

/** Made once, at start. Throws for an accent that is not `#rrggbb`. */
export function brandOf(operator: OperatorSettings): Brand {
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
    styles: operator.accent ? [staticFile('accent.css', Buffer.from(accentStyles(operator.accent)))] : [],
  });
}

function phoneOf(text: string | undefined) {
  const digits = text?.replace(/[^\d+]/g, '');
  return text && digits ? { text, href: `tel:${digits}` } : undefined;
}
