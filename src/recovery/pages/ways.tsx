import type { ComponentChildren } from 'preact';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

interface WaysProps extends PageProps {
  readonly signIn: string;
  /** Other links, before the one back. */
  readonly children?: ComponentChildren;
}

/** Links after the form of every page of recovery: what else can be done, and back to sign-in. */
export function Ways({ signIn, t, children }: WaysProps) {
  return (
    <p class="ways">
      {children}
      <a id="back-to-sign-in" href={signIn}>
        {t('recover.back')}
      </a>
    </p>
  );
}

interface HelpProps extends PageProps {
  /** What support can do here. */
  readonly children?: ComponentChildren;
}

/** Whom to ask, on pages where people get stuck; every page has it in its foot. */
export function Help({ brand, t, children }: HelpProps) {
  return (
    <section class="ask">
      <h2>{t('error.ask')}</h2>
      {children && <p>{children}</p>}
      <p class="contacts">
        <Support brand={brand} t={t} />
      </p>
    </section>
  );
}

/** After the second factor's form. */
export function AfterFactor(props: WaysProps) {
  return (
    <>
      <Ways {...props} />
      <Help {...props}>{props.t('recover.factor-lost')}</Help>
    </>
  );
}
