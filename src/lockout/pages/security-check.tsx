import { type ComponentChildren, h } from 'preact';
import { ErrorSummary, Form, HiddenFields, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { MessageId, Translator } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import { asset } from '../../html/static.ts';
import { Support } from '../../html/support.tsx';

interface SecurityCheckPageProps extends PageProps {
  /** What SecurityCheck.challenge gave; the page carries it, so that nothing has to be fetched. */
  readonly challenge: object;
  /** Seconds after which failures are forgotten and the check is not asked for any more. */
  readonly window: number;
  /** As it was typed: shown, and posted again. */
  readonly userId?: string | undefined;
  /** What was sent did not count (not done, too old, or used before), or the attempt before was wrong. */
  readonly error?: MessageId | undefined;
  /** What the person is doing; signing in unless given. */
  readonly purpose?: 'sign-in' | 'recovery';
  readonly csrf: string;
  readonly action: string;
}

const FOR = {
  'sign-in': 'security-check.for',
  recovery: 'security-check.for-recovery',
} as const satisfies Record<string, MessageId>;

const checkedUser = (text: ComponentChildren) => <b id="checked-user">{text}</b>;

/**
 * Asks for the proof of work, posted as `security_check`. The work starts by itself; the form is sent by the
 * person, since a page that goes away under a screen reader leaves its user lost.
 */
export function SecurityCheckPage(props: SecurityCheckPageProps) {
  const { challenge, userId, error, csrf, action, brand, t, languages, notice } = props;
  return (
    <Layout
      page="security-check"
      title={t('security-check.heading')}
      error={error !== undefined}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
      extra={{ styles: ['altcha.css', 'security-check.css'], scripts: ['altcha.js', 'security-check.js'] }}
    >
      {error && <ErrorSummary t={t} message={t(error)} field="submit" />}
      <h1>{t('security-check.heading')}</h1>
      <p class="lead">{t('security-check.lead')}</p>
      {userId && <p>{t.rich(FOR[props.purpose ?? 'sign-in'], { id: userId }, { b: checkedUser })}</p>}
      <noscript>
        <div class="no-script">
          <p>{t('security-check.no-script', { minutes: Math.ceil(props.window / 60) })}</p>
          <p class="contacts">
            <Support brand={brand} t={t} />
          </p>
        </div>
      </noscript>
      <Form action={action} csrf={csrf}>
        {userId && <HiddenFields fields={{ user_id: userId }} />}
        <Widget challenge={challenge} t={t} />
        <p
          class="hint"
          role="status"
          id="check-status"
          data-verifying={t('security-check.say-working')}
          data-verified={t('security-check.say-done')}
          data-waiting={t('security-check.say-waiting')}
        />
        <SubmitButton>{t('security-check.continue')}</SubmitButton>
      </Form>
    </Layout>
  );
}

/** No links to its maker, no watching of pointer and keys, no pause for show. The time is in milliseconds. */
const CONFIGURATION = {
  hideFooter: true,
  hideLogo: true,
  humanInteractionSignature: false,
  minDuration: 0,
  timeout: 240_000,
};

/** altcha's element. security-check.js gives it its worker and its words, and starts it. */
function Widget({ challenge, t }: { challenge: object; t: Translator }) {
  return h('altcha-widget', {
    challenge: JSON.stringify(challenge),
    configuration: JSON.stringify(CONFIGURATION),
    name: 'security_check',
    language: t.lang,
    'data-worker': asset('altcha-worker.js'),
    'data-words': JSON.stringify({
      label: t('security-check.start'),
      verifying: t('security-check.working'),
      waitAlert: t('security-check.working'),
      verified: t('security-check.done'),
      expired: t('security-check.expired'),
      error: t('security-check.failed'),
    }),
  });
}
