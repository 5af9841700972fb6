import type { ComponentChildren } from 'preact';
import { ErrorSummary } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

/** What every page of the account takes. */
export interface AccountPageProps extends PageProps {
  readonly csrf: string;
  /** The page's own address, where its forms post to. */
  readonly action: string;
  /** The account's time zone (IANA). */
  readonly zone: string | null;
  /** Stands at the end of the header: who is signed in, and the ways out. */
  readonly account?: ComponentChildren;
  /** Stands above the heading: the account's other pages. */
  readonly navigation?: ComponentChildren;
}

interface AccountLayoutProps extends AccountPageProps {
  /** `data-page`. */
  readonly name: string;
  readonly heading: string;
  readonly lead?: string;
  /** What the person has just done. */
  readonly done?: string | undefined;
  /** What was wrong, and in which field. */
  readonly error?: { readonly message: string; readonly field: string } | undefined;
  /** Stands in the place of `error`, for a page that has its own. */
  readonly alert?: ComponentChildren;
  readonly extra?: { readonly styles?: readonly string[]; readonly scripts?: readonly string[] };
  readonly children: ComponentChildren;
}

/** The layout of every account page: menu, heading, what was done or went wrong. */
export function AccountLayout(props: AccountLayoutProps) {
  const { brand, t, languages, notice, ending, heading, lead, done, error, alert, extra } = props;
  return (
    <Layout
      page={props.name}
      title={heading}
      error={error !== undefined || alert !== undefined}
      wide
      account={props.account}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
      ending={ending}
      extra={{ ...extra, styles: ['factors.css', 'account.css', ...(extra?.styles ?? [])] }}
    >
      {alert}
      {error && <ErrorSummary t={t} {...error} />}
      {props.navigation}
      <h1>{heading}</h1>
      {lead && <p class="lead">{lead}</p>}
      {done && (
        <p class="success" role="status">
          {done}
        </p>
      )}
      {props.children}
    </Layout>
  );
}
