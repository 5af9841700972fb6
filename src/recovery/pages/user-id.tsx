import { ErrorSummary, Field, Form, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import type { NoticeChannel } from '../../notices/kinds.ts';
import { Ways } from './ways.tsx';

/** What was wrong with what was typed, whoever may have it. */
export type ContactError = 'recover-user-id.missing' | 'recover-user-id.wrong';

interface UserIdPageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  readonly signIn: string;
  readonly channels: readonly NoticeChannel[];
  readonly contact?: string | undefined;
  readonly error?: ContactError | undefined;
}

/** Asks for an address or number, to which the user IDs go that have it on file. */
export function UserIdPage(props: UserIdPageProps) {
  const { action, csrf, channels, contact, error, brand, t, languages, notice } = props;
  const label = channels.includes('sms') ? 'recover-user-id.contact' : 'recover-user-id.contact-email';
  return (
    <Layout
      page="recover-user-id"
      title={t('recover-user-id.heading')}
      error={error !== undefined}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      {error && <ErrorSummary t={t} message={t(error)} field="contact" />}
      <h1>{t('recover-user-id.heading')}</h1>
      <p class="lead">{t('recover-user-id.lead')}</p>
      <Form action={action} csrf={csrf}>
        <Field
          name="contact"
          label={t(label)}
          hint={t('recover-user-id.contact-hint')}
          value={contact}
          autocomplete="email"
          verbatim
          invalid={error !== undefined}
        />
        <SubmitButton>{t('recover-user-id.submit')}</SubmitButton>
      </Form>
      <Ways {...props} />
    </Layout>
  );
}

interface UserIdSentPageProps extends PageProps {
  readonly signIn: string;
  readonly againHref: string;
}

/** The same whether or not anything was sent. */
export function UserIdSentPage(props: UserIdSentPageProps) {
  const { signIn, againHref, brand, t, languages, notice } = props;
  const title = t('recover-user-id.sent-heading');
  return (
    <Layout page="recover-user-id" title={title} brand={brand} t={t} languages={languages} notice={notice}>
      <h1>{title}</h1>
      <p class="lead">{t('recover-user-id.sent-lead')}</p>
      <p>{t('recover-user-id.sent-nothing')}</p>
      <a class="button primary" id="sign-in" href={signIn}>
        {t('activated.sign-in')}
      </a>
      <p class="ways">
        <a id="again" href={againHref}>
          {t('recover-user-id.again')}
        </a>
      </p>
      <Ways {...props} />
    </Layout>
  );
}
