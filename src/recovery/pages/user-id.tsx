import { ErrorSummary, Field, Form, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import type { NoticeChannel } from '../../notices/kinds.ts';
import { Help, Ways } from './ways.tsx';

/** Why what was typed can be no address or number; never whether anybody has it. */
export type ContactError = 'missing' | 'wrong' | 'extension';

interface UserIdPageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  readonly signIn: string;
  /** Those that are configured, at least one: what is typed must be for one of them. */
  readonly channels: readonly NoticeChannel[];
  readonly contact?: string | undefined;
  readonly error?: ContactError | undefined;
}

const WORDS = {
  any: {
    label: 'recover-user-id.contact',
    hint: 'recover-user-id.contact-hint',
    missing: 'recover-user-id.missing',
    wrong: 'recover-user-id.wrong',
    extension: 'recover-user-id.extension',
  },
  email: {
    label: 'recover-user-id.contact-email',
    hint: 'recover-user-id.contact-hint-email',
    missing: 'recover-user-id.missing-email',
    wrong: 'recover-user-id.wrong-email',
    extension: 'recover-user-id.wrong-email',
  },
  sms: {
    label: 'recover-user-id.contact-sms',
    hint: 'recover-user-id.contact-hint-sms',
    missing: 'recover-user-id.missing-sms',
    wrong: 'recover-user-id.wrong-sms',
    extension: 'recover-user-id.extension',
  },
} as const;

/** Asks for an address or number, to which the user IDs go that have it on file. */
export function UserIdPage(props: UserIdPageProps) {
  const { action, csrf, channels, contact, error, t } = props;
  const words = WORDS[(channels.length === 1 && channels[0]) || 'any'];
  return (
    <Layout
      {...props}
      page="recover-user-id"
      title={t('recover-user-id.heading')}
      error={error !== undefined}
    >
      {error && <ErrorSummary t={t} message={t(words[error])} field="contact" />}
      <h1>{t('recover-user-id.heading')}</h1>
      <p class="lead">{t('recover-user-id.lead')}</p>
      <Form action={action} csrf={csrf}>
        <Field
          name="contact"
          label={t(words.label)}
          hint={t(words.hint)}
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
  const { signIn, againHref, t } = props;
  const title = t('recover-user-id.sent-heading');
  return (
    <Layout {...props} page="recover-user-id" title={title}>
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
      <Help {...props}>{t('recover.help')}</Help>
    </Layout>
  );
}
