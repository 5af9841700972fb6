import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

/** Stands at the end of every page of recovery: back to sign-in, and whom to ask. */
export function Ways({ signIn, brand, t }: PageProps & { readonly signIn: string }) {
  return (
    <>
      <p class="ways">
        <a id="back-to-sign-in" href={signIn}>
          {t('recover.back')}
        </a>
      </p>
      <section class="ask">
        <h2>{t('error.ask')}</h2>
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
      </section>
    </>
  );
}
