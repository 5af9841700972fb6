import { Field, Form, HiddenFields, SubmitButton } from '../../html/form.tsx';
import type { MessageId } from '../../html/messages.ts';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';

interface ContactPageProps extends AccountPageProps {
  readonly email: string | null;
  /** E.164. */
  readonly phoneNumber: string | null;
  /** What was typed. */
  readonly typed?: string | undefined;
  readonly error?: ContactError | undefined;
  readonly done?: 'email' | 'sms' | undefined;
}

export type ContactError =
  | 'missing'
  | 'email'
  | 'phone'
  | 'extension'
  | 'country'
  | 'same'
  | 'no-email'
  | 'no-sms'
  | 'many'
  | 'expired';

const ERRORS = {
  missing: 'account-contact.missing',
  email: 'account-contact.not-email',
  phone: 'account-contact.not-phone',
  extension: 'account-contact.extension',
  country: 'account-contact.country',
  same: 'account-contact.same',
  'no-email': 'account-contact.no-email',
  'no-sms': 'account-contact.no-sms',
  many: 'account-contact.many',
  expired: 'account-contact.expired',
} as const satisfies Record<ContactError, MessageId>;

const DONE = { email: 'account-contact.email-changed', sms: 'account-contact.phone-changed' } as const;

/** How the person is reached, and another way to reach them. It posts `contact`. */
export function AccountContactPage(props: ContactPageProps) {
  const { t, email, phoneNumber, typed, error, done, action, csrf } = props;
  return (
    <AccountLayout
      {...props}
      name="account-contact"
      heading={t('account.contact')}
      lead={t('account-contact.lead')}
      done={done && t(DONE[done])}
      error={error && { message: t(ERRORS[error]), field: 'contact' }}
    >
      <section class="panel">
        <dl class="details">
          <dt>{t('account.email')}</dt>
          <dd id="current-email">{email ?? t('account.none')}</dd>
          <dt>{t('account.phone')}</dt>
          <dd id="current-phone">{phoneNumber ?? t('account.none')}</dd>
        </dl>
        <Form action={action} csrf={csrf}>
          <Field
            name="contact"
            label={t('account-contact.new')}
            hint={t('account-contact.hint')}
            {...(typed === undefined ? {} : { value: typed })}
            autocomplete="off"
            verbatim
            invalid={error !== undefined}
          />
          <SubmitButton class="primary narrow">{t('account-contact.send')}</SubmitButton>
        </Form>
      </section>
    </AccountLayout>
  );
}

export type CodeError = 'missing' | 'too-short' | 'wrong' | 'earlier' | 'wait' | 'many';

const CODE_ERRORS = {
  missing: 'account-contact.code-missing',
  'too-short': 'account-contact.code-short',
  wrong: 'account-contact.code-wrong',
  earlier: 'recover.code-earlier',
  wait: 'account-contact.code-wait',
  many: 'account-contact.many',
} as const satisfies Record<CodeError, MessageId>;

interface ContactCodePageProps extends AccountPageProps {
  /** The new address that waits for its code. */
  readonly to: string;
  /** min that a code is good for. */
  readonly minutes: number;
  /** s until another code may be sent. */
  readonly wait: number;
  /** Another code has just been sent. */
  readonly resent?: boolean;
  readonly error?: CodeError | undefined;
}

/** The code that was sent to the new address. It posts `code`; beside it `choice` (`resend`, `cancel`). */
export function AccountContactCodePage(props: ContactCodePageProps) {
  const { t, to, minutes, error, resent, action, csrf } = props;
  const aboutCode = error !== undefined && error !== 'wait' && error !== 'many';
  return (
    <AccountLayout
      {...props}
      name="account-contact"
      heading={t('account-contact.prove')}
      lead={t('account-contact.sent', { to, minutes })}
      done={resent ? t('account-contact.resent') : undefined}
      error={error && { message: t(CODE_ERRORS[error]), field: aboutCode ? 'code' : 'resend' }}
      extra={{ scripts: ['recovery.js'] }}
    >
      <section class="panel">
        <Form action={action} csrf={csrf}>
          <Field
            name="code"
            label={t('account-contact.code')}
            hint={t('account-contact.code-hint')}
            autocomplete="one-time-code"
            inputmode="numeric"
            verbatim
            invalid={aboutCode}
          />
          <SubmitButton class="primary narrow">{t('account-contact.confirm')}</SubmitButton>
        </Form>
      </section>
      <Resend {...props} />
    </AccountLayout>
  );
}

/** The wait is counted down where scripts run. */
function Resend({ wait, action, csrf, t }: ContactCodePageProps) {
  return (
    <section class="panel">
      <h2>{t('recover.resend-heading')}</h2>
      <p
        id="resend-wait"
        data-seconds={wait}
        data-one={t('recover.resend-wait', { seconds: 1 })}
        data-many={t('recover.resend-wait', { seconds: 7 })}
        data-now={t('recover.resend-now')}
      >
        {wait > 0 ? t('recover.resend-wait', { seconds: wait }) : t('recover.resend-now')}
      </p>
      <div class="pair">
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ choice: 'resend' }} />
          <button type="submit" id="resend" class="quiet">
            {t('account-contact.resend')}
          </button>
        </Form>
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ choice: 'cancel' }} />
          <button type="submit" id="cancel" class="link">
            {t('account-contact.other')}
          </button>
        </Form>
      </div>
    </section>
  );
}
