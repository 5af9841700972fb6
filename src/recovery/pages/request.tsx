import { ErrorSummary, Field, Form, HiddenFields, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { Translator } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import type { NoticeChannel } from '../../notices/kinds.ts';
import { Ways } from './ways.tsx';

/** What was missing; the id of the sentence that says so. */
export type RequestError = 'recover.user-id-missing' | 'recover.channel-missing';

interface RequestPageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  readonly signIn: string;
  /** Those that are configured, at least one. */
  readonly channels: readonly NoticeChannel[];
  /** As typed and chosen before. */
  readonly userId?: string | undefined;
  readonly channel?: NoticeChannel | undefined;
  readonly error?: RequestError | undefined;
  /** Where a forgotten user ID is found. */
  readonly userIdHref: string;
}

const LEADS = {
  any: 'recover.lead',
  email: 'recover.lead-email',
  sms: 'recover.lead-sms',
} as const;

const WORDS = { email: 'recover.channel-email', sms: 'recover.channel-sms' } as const;

/** Asks for user ID and channel. No address is shown, masked or not: it would tell that the account exists. */
export function RequestPage(props: RequestPageProps) {
  const { action, csrf, userId, error, userIdHref, channels, t } = props;
  const only = channels.length === 1 ? channels[0] : undefined;
  return (
    <Layout
      {...props}
      page="recover-password"
      title={t('recover.heading')}
      error={error !== undefined}
      extra={{ styles: ['recovery.css'] }}
    >
      {error && (
        <ErrorSummary
          t={t}
          message={t(error)}
          field={error === 'recover.channel-missing' ? `channel-${channels[0]}` : 'user_id'}
        />
      )}
      <h1>{t('recover.heading')}</h1>
      <p class="lead">{t(LEADS[only ?? 'any'])}</p>
      <Form action={action} csrf={csrf}>
        <Field
          name="user_id"
          label={t('sign-in.user-id')}
          hint={t('sign-in.user-id-hint')}
          value={userId}
          autocomplete="username"
          verbatim
          invalid={error === 'recover.user-id-missing'}
        />
        {only ? <HiddenFields fields={{ channel: only }} /> : <Channels {...props} t={t} />}
        <SubmitButton>{t('recover.submit')}</SubmitButton>
      </Form>
      <Ways {...props}>
        <a id="forgot-user-id" href={userIdHref}>
          {t('sign-in.forgot-user-id')}
        </a>
      </Ways>
    </Layout>
  );
}

type ChannelsProps = Pick<RequestPageProps, 'channels' | 'channel'> & { readonly t: Translator };

/** The first is selected: a mail also has a link. */
function Channels({ channels, channel = channels[0], t }: ChannelsProps) {
  return (
    <fieldset class="choices" id="channel">
      <legend>{t('recover.channel')}</legend>
      {channels.map((each) => (
        <div key={each} class="check">
          <input type="radio" id={`channel-${each}`} name="channel" value={each} checked={each === channel} />
          <label for={`channel-${each}`}>{t(WORDS[each])}</label>
        </div>
      ))}
    </fieldset>
  );
}
