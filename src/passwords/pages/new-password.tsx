import type { ComponentChildren } from 'preact';
import { ErrorSummary, Form, PasswordField, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { MessageId, Translator } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import type { Fault, Kind, PasswordRules } from '../policy.ts';
import { MAXIMUM_LENGTH } from '../text.ts';

export interface NewPasswordPageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  /** Whose password it is, as they type it. */
  readonly userId: string;
  readonly rules: PasswordRules;
  /** What was wrong with the last one. */
  readonly fault?: Fault | undefined;
  /** Why another is asked for: the password that was just given may be guessed, or it was forgotten. */
  readonly why: 'guessable' | 'forgotten';
  /** What comes after the form: what else can be done. */
  readonly children?: ComponentChildren;
}

const REASONS = {
  guessable: { page: 'new-password', lead: 'new-password.guessable' },
  forgotten: { page: 'recover-password', lead: 'new-password.forgotten' },
} as const;

/** Somebody who has proved who they are chooses a new password. It posts `password`. */
export function NewPasswordPage(props: NewPasswordPageProps) {
  const { action, csrf, userId, rules, fault, t } = props;
  const { page, lead } = REASONS[props.why];
  return (
    <Layout
      {...props}
      page={page}
      title={t('new-password.heading')}
      error={fault !== undefined}
      extra={newPasswordFiles}
    >
      {fault && <NewPasswordFault t={t} fault={fault} rules={rules} />}
      <h1>{t('new-password.heading')}</h1>
      <p class="lead">{t(lead)}</p>
      <p>{t.rich('new-password.for', { user: userId }, { b: (text) => <b>{text}</b> })}</p>
      <Form action={action} csrf={csrf}>
        <NewPasswordFields
          t={t}
          rules={rules}
          label={t('new-password.label')}
          userId={userId}
          invalid={fault !== undefined}
        />
        <SubmitButton>{t('new-password.submit')}</SubmitButton>
      </Form>
      {props.children}
    </Layout>
  );
}

/** The static files that a page with these fields names in its Layout. */
export const newPasswordFiles = { styles: ['new-password.css'], scripts: ['new-password.js'] } as const;

const SENTENCES = {
  missing: 'new-password.missing',
  'too-short': 'new-password.too-short',
  'too-long': 'new-password.too-long',
  composition: 'new-password.composition',
  personal: 'new-password.personal',
  common: 'new-password.common',
  breached: 'new-password.breached',
} as const satisfies Record<Fault['kind'], MessageId>;

const KINDS = {
  letters: 'new-password.letters',
  numbers: 'new-password.numbers',
  symbols: 'new-password.symbols',
} as const satisfies Record<Kind, MessageId>;

interface FaultProps {
  readonly t: Translator;
  readonly fault: Fault;
  readonly rules: PasswordRules;
}

/** The error summary for a refused password: what is wrong and what to do. */
export function NewPasswordFault({ t, fault, rules }: FaultProps) {
  const kinds = fault.kind === 'composition' ? inWords(t, fault.missing) : '';
  const values = { minimum: rules.minimum, maximum: MAXIMUM_LENGTH, kinds };
  return <ErrorSummary t={t} message={t(SENTENCES[fault.kind], values)} field="password" />;
}

interface NewPasswordFieldsProps {
  readonly t: Translator;
  readonly rules: PasswordRules;
  readonly label: string;
  /**
   * Whose password it is, where the form has no field for it: password managers then keep the new password under
   * the right name. Left out, the form has a field `user_id`.
   */
  readonly userId?: string;
  readonly invalid?: boolean;
}

/** The one way to choose a password: its rules in plain words, the field, and a meter once its script runs. */
export function NewPasswordFields({ t, rules, label, userId, invalid = false }: NewPasswordFieldsProps) {
  return (
    <div class="new-password">
      {userId !== undefined && (
        <input
          type="text"
          id="username"
          name="username"
          autocomplete="username"
          value={userId}
          readOnly
          hidden
        />
      )}
      <PasswordField
        name="password"
        label={label}
        hint={hint(t, rules)}
        autocomplete="new-password"
        invalid={invalid}
        t={t}
      />
      <Meter t={t} rules={rules} />
    </div>
  );
}

function hint(t: Translator, { minimum, composition }: PasswordRules): string {
  const sentences = [
    t('new-password.rule-length', { minimum }),
    ...(composition.length > 0
      ? [t('new-password.rule-composition', { kinds: inWords(t, composition) })]
      : []),
    t('new-password.rule-guessable'),
  ];
  return sentences.join(' ');
}

/** Empty until somebody types. All its words come from here, so that the script knows no language. */
function Meter({ t, rules }: { t: Translator; rules: PasswordRules }) {
  return (
    <div
      class="meter"
      data-meter
      hidden
      data-minimum={rules.minimum}
      data-maximum={MAXIMUM_LENGTH}
      data-kinds={rules.composition.join(' ')}
      data-letters={t('new-password.letters')}
      data-numbers={t('new-password.numbers')}
      data-symbols={t('new-password.symbols')}
      data-short-one={t('new-password.meter-short-one')}
      data-short={t('new-password.meter-short')}
      data-long={t('new-password.meter-long', { maximum: MAXIMUM_LENGTH })}
      data-user-id={t('new-password.meter-user-id')}
      data-simple={t('new-password.meter-simple')}
      data-missing={t('new-password.meter-composition')}
      data-good={t('new-password.meter-good')}
      data-strong={t('new-password.meter-strong')}
    >
      <meter min={0} max={4} low={2} high={3} optimum={4} value={0} aria-label={t('new-password.meter')} />
      <p role="status" />
    </div>
  );
}

function inWords(t: Translator, kinds: readonly Kind[]): string {
  const words = kinds.map((kind) => t(KINDS[kind]));
  return new Intl.ListFormat(t.lang, { type: 'conjunction' }).format(words);
}

interface PasswordChangedPageProps extends PageProps {
  /** Where the person signs in with the new one. */
  readonly signIn: string;
}

/** A new password is stored, and everything that was open before is over. */
export function PasswordChangedPage({ signIn, ...site }: PasswordChangedPageProps) {
  const { t } = site;
  return (
    <Layout {...site} page="account-password-changed" title={t('account-password.changed')}>
      <h1>{t('account-password.changed')}</h1>
      <p class="lead">{t('account-password.sign-in-again')}</p>
      <a class="button primary" id="way-on" href={signIn}>
        {t('sign-in.submit')}
      </a>
    </Layout>
  );
}
