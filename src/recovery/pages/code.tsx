import { ErrorSummary, Field, Form, HiddenFields, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { PageProps } from '../../html/page.ts';
import type { NoticeChannel } from '../../notices/kinds.ts';
import { Help, Ways } from './ways.tsx';

/** What came of the last post; all but the first are errors. */
export type CodeNews =
  | 'recover.resent'
  | 'recover.resend-early'
  | 'recover.code-missing'
  | 'recover.code-too-short'
  | 'recover.code-wrong'
  | 'recover.code-earlier'
  | 'recover.code-expired';

interface CodePageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  readonly signIn: string;
  /** As it was typed, whether or not anybody has it. */
  readonly userId: string;
  readonly channel: NoticeChannel;
  /** Whether a code could be sent another way. */
  readonly hasOther: boolean;
  /** Minutes that a code is good for. */
  readonly minutes: number;
  /** Seconds until another code may be sent. */
  readonly wait: number;
  readonly news?: CodeNews | undefined;
}

const LEADS = { email: 'recover.code-lead-email', sms: 'recover.code-lead-sms' } as const;
const OTHERS = { email: 'recover.resend-other-email', sms: 'recover.resend-other-sms' } as const;
const HINTS = { email: 'recover.code-hint-email', sms: 'recover.code-hint' } as const;

/** Asks for the code. The same whether or not one was sent. */
export function CodePage(props: CodePageProps) {
  const { action, csrf, userId, channel, minutes, news, t } = props;
  const error = news === 'recover.resent' ? undefined : news;
  return (
    <Layout
      {...props}
      page="recover-password"
      title={t('recover.code-heading')}
      error={error !== undefined}
      extra={{ styles: ['recovery.css'], scripts: ['recovery.js'] }}
    >
      {error && (
        <ErrorSummary
          t={t}
          message={t(error)}
          field={error === 'recover.resend-early' || error === 'recover.code-expired' ? 'resend' : 'code'}
        />
      )}
      {news === 'recover.resent' && (
        <p class="told" role="status">
          {t('recover.resent')}
        </p>
      )}
      <h1>{t('recover.code-heading')}</h1>
      <p class="lead">{t.rich(LEADS[channel], { user: userId }, { b: (text) => <b>{text}</b> })}</p>
      <Form action={action} csrf={csrf}>
        <Field
          name="code"
          label={t('recover.code')}
          hint={t(HINTS[channel], { minutes })}
          autocomplete="one-time-code"
          inputmode="numeric"
          verbatim
          invalid={error !== undefined && error !== 'recover.resend-early'}
        />
        <SubmitButton>{t('recover.code-submit')}</SubmitButton>
      </Form>
      <Resend {...props} />
      <Ways {...props} />
      <Help {...props}>{t('recover.help')}</Help>
    </Layout>
  );
}

/** The wait is counted down where scripts run; without them the button is there, and says how long is left. */
function Resend({ action, csrf, channel, hasOther, wait, t }: CodePageProps) {
  return (
    <section class="ask">
      <h2>{t('recover.resend-heading')}</h2>
      <p>
        {t('recover.resend-body')} {hasOther && t(OTHERS[channel])}
      </p>
      <p
        id="resend-wait"
        data-seconds={wait}
        data-one={t('recover.resend-wait', { seconds: 1 })}
        data-many={t('recover.resend-wait', { seconds: 7 })}
        data-now={t('recover.resend-now')}
      >
        {wait > 0 ? t('recover.resend-wait', { seconds: wait }) : t('recover.resend-now')}
      </p>
      <div class="acts">
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ choice: 'resend' }} />
          <button type="submit" id="resend" class="quiet">
            {t('recover.resend')}
          </button>
        </Form>
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ choice: 'start-over' }} />
          <button type="submit" id="start-over" class="link">
            {t('recover.start-over')}
          </button>
        </Form>
      </div>
    </section>
  );
}
