import type { ComponentChildren } from 'preact';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

interface MessagePageProps extends PageProps {
  /** `data-page`. */
  readonly name: string;
  readonly heading: string;
  readonly lead: string;
  /** The way on, where there is one button to press. */
  readonly way?: { readonly href: string; readonly label: string };
  /** Whom to ask stands at the end. */
  readonly support?: boolean;
  readonly children?: ComponentChildren;
}

/** A page for a person who is not signed in: what happened, and the one way on. */
export function MessagePage({ name, heading, lead, way, support, children, ...site }: MessagePageProps) {
  const { brand, t } = site;
  return (
    <Layout {...site} page={name} title={heading}>
      <h1>{heading}</h1>
      <p class="lead">{lead}</p>
      {children}
      {way && (
        <a class="button primary" id="way-on" href={way.href}>
          {way.label}
        </a>
      )}
      {support && (
        <section class="ask">
          <h2>{t('error.ask')}</h2>
          <p class="contacts">
            <Support brand={brand} t={t} />
          </p>
        </section>
      )}
    </Layout>
  );
}
