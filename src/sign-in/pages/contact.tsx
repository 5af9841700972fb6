import { ErrorSummary, Field, Form, HiddenFields, SubmitButton, SwitchUser } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import type { NoticeChannel } from '../../postgres/schema.ts';

export type ContactNews =
  | 'prove-contact.wrong'
  | 'prove-contact.code-missing'
  | 'prove-contact.code-short'
  | 'prove-contact.wait'
  | 'prove-contact.many';

interface ContactPageProps extends PageProps {
  readonly csrf: string;
  readonly action: string;
  readonly channel: NoticeChannel;
  /** The address on file. */
  readonly to: string;
  /** min that a code is good for. */
  readonly minutes: number;
  /** Whether a code is on its way, and is asked for. */
  readonly sent: boolean;
  readonly error?: ContactNews | undefined;
}

const HEADINGS = { email: 'prove-contact.heading-email', sms: 'prove-contact.heading-sms' } as const;

/** Asks somebody who is signing in to confirm the address on file by a code, now or another time. */
export function ContactPage(props: ContactPageProps) {
  const { action, csrf, channel, to, sent, error, t } = props;
  const lead = sent ? 'prove-contact.lead-sent' : 'prove-contact.lead';
  return (
    <Layout {...props} page="prove-contact" title={t(HEADINGS[channel])} error={error !== undefined}>
      {error && <ErrorSummary t={t} message={t(error)} field={sent ? 'code' : 'submit'} />}
      <h1>{t(HEADINGS[channel])}</h1>
      <p class="lead">{t.rich(lead, { to }, { b: (text) => <b>{text}</b> })}</p>
      {sent ? <CodeForm {...props} /> : <SendForm {...props} />}
      <Form action={action} csrf={csrf}>
        <HiddenFields fields={{ choice: 'later' }} />
        <button type="submit" id="later" class="quiet full">
          {t('prove-contact.later')}
        </button>
      </Form>
      <p class="after">{t('prove-contact.other')}</p>
      <SwitchUser action={action} csrf={csrf} t={t} />
    </Layout>
  );
}

function SendForm({ action, csrf, t }: ContactPageProps) {
  return (
    <Form action={action} csrf={csrf}>
      <HiddenFields fields={{ choice: 'send' }} />
      <SubmitButton>{t('prove-contact.send')}</SubmitButton>
    </Form>
  );
}

function CodeForm({ action, csrf, minutes, error, t }: ContactPageProps) {
  return (
    <>
      <Form action={action} csrf={csrf}>
        <Field
          name="code"
          label={t('prove-contact.code')}
          hint={t('prove-contact.code-hint', { minutes })}
          autocomplete="one-time-code"
          inputmode="numeric"
          verbatim
          invalid={error !== undefined}
        />
        <SubmitButton>{t('prove-contact.confirm')}</SubmitButton>
      </Form>
      <Form action={action} csrf={csrf}>
        <HiddenFields fields={{ choice: 'send' }} />
        <button type="submit" id="resend" class="quiet">
          {t('prove-contact.resend')}
        </button>
      </Form>
    </>
  );
}
