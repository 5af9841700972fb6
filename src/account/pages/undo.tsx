import { Form, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';

interface UndoPageProps extends PageProps {
  readonly channel: 'email' | 'sms';
  /** Whether there was an address before, which is put back. */
  readonly restores: boolean;
  readonly csrf: string;
  readonly action: string;
}

/** Asks before undoing: mail scanners open links too, and opening one must undo nothing. */
export function UndoPage({ channel, restores, csrf, action, ...site }: UndoPageProps) {
  const { t } = site;
  const isMail = channel === 'email';
  const title = t(isMail ? 'undo.heading-email' : 'undo.heading-phone');
  return (
    <Layout {...site} page="undo-contact" title={title}>
      <h1>{title}</h1>
      <p class="lead">{t('undo.lead')}</p>
      <p>{t(restores ? 'undo.what' : 'undo.what-none')}</p>
      <Form action={action} csrf={csrf}>
        <SubmitButton>{t('undo.submit')}</SubmitButton>
      </Form>
    </Layout>
  );
}
