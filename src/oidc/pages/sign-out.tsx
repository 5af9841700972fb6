import { Form, HiddenFields, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface SignOutPageProps extends PageProps {
  readonly action: string;
  /** The tokens that make this person's own press of the button the only one that counts. */
  readonly fields: Readonly<Record<string, string>>;
  readonly appName?: string;
}

/** Asks, where nothing proves that the person wants to sign out. */
export function SignOutPage({ action, fields, appName, brand, t, languages, notice }: SignOutPageProps) {
  return (
    <Layout
      page="sign-out"
      title={t('sign-out.heading')}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      <h1>{t('sign-out.heading')}</h1>
      <p class="lead">
        {appName
          ? t.rich('sign-out.lead-app', { app: appName }, { b: (text) => <b>{text}</b> })
          : t('sign-out.lead')}
      </p>
      <Form action={action}>
        <HiddenFields fields={fields} />
        <SubmitButton>{t('sign-out.submit')}</SubmitButton>
      </Form>
      <a class="button quiet full" id="stay" href="/">
        {t('sign-out.stay')}
      </a>
    </Layout>
  );
}
