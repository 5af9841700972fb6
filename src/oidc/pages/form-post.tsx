import { HiddenFields, SubmitButton } from '../../html/form.tsx';
import { safeWebAddress } from '../../html/href.ts';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface FormPostPageProps extends PageProps {
  /** The app's redirect URI: http or https. */
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly appName?: string;
}

/**
 * Response mode form_post: the answer goes to the app as a form, sent by a script of ours, by the button
 * without it. Throws for an action that is not http or https.
 */
export function FormPostPage({ action, fields, appName, brand, t, languages, notice }: FormPostPageProps) {
  const target = safeWebAddress(action);
  if (!target) throw new Error('form_post needs an http or https redirect URI');
  const title = appName ? t('form-post.heading', { app: appName }) : t('form-post.heading-unnamed');
  return (
    <Layout
      page="form-post"
      title={title}
      script="form-post.js"
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      <h1>{title}</h1>
      <form method="post" action={target} data-auto-submit class="late">
        <p class="lead">{t('form-post.body')}</p>
        <HiddenFields fields={fields} />
        <SubmitButton>{t('form-post.submit')}</SubmitButton>
      </form>
    </Layout>
  );
}
