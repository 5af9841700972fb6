import { type SecondFactorError, wrongBefore } from '../../factors/pages/second-factor.tsx';
import { ErrorSummary, Field, Form, HiddenFields, SubmitButton } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { MessageId } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import { Help, Ways } from './ways.tsx';

interface FactorPageProps extends PageProps {
  readonly action: string;
  readonly csrf: string;
  readonly signIn: string;
  readonly userId: string;
  /** What the code is of; posted back as `with`. */
  readonly with: 'app' | 'recovery';
  /** The same page for the other kind of code. */
  readonly otherHref: string;
  readonly error?: SecondFactorError | undefined;
}

interface Words {
  readonly heading: MessageId;
  readonly lead: MessageId;
  readonly label: MessageId;
  readonly hint: MessageId;
  readonly other: MessageId;
  readonly errors: Readonly<Record<SecondFactorError, MessageId>>;
}

const WORDS: Readonly<Record<'app' | 'recovery', Words>> = {
  app: {
    heading: 'recover.factor-heading',
    lead: 'recover.factor-lead',
    label: 'second-factor.code',
    hint: 'second-factor.code-hint',
    other: 'second-factor.use-recovery-code',
    errors: {
      missing: 'second-factor.missing',
      'too-short': 'second-factor.too-short',
      wrong: 'second-factor.wrong',
      'wrong-again': 'second-factor.wrong-again',
    },
  },
  recovery: {
    heading: 'recovery-code.heading',
    lead: 'recover.factor-lead-recovery',
    label: 'recovery-code.code',
    hint: 'recovery-code.code-hint',
    other: 'recovery-code.use-app',
    errors: {
      missing: 'recovery-code.missing',
      'too-short': 'recovery-code.too-short',
      wrong: 'recovery-code.wrong',
      'wrong-again': 'recovery-code.wrong',
    },
  },
};

/** Asks for the second factor that the account has, or one of its recovery codes. */
export function FactorPage(props: FactorPageProps) {
  const { action, csrf, userId, otherHref, error, brand, t, languages, notice } = props;
  const words = WORDS[props.with];
  const isApp = props.with === 'app';
  return (
    <Layout
      page="recover-password"
      title={t(words.heading)}
      error={error !== undefined}
      extra={{ styles: ['recovery.css'] }}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
    >
      {error && <ErrorSummary t={t} message={t(words.errors[error])} field="second_factor" />}
      <h1>{t(words.heading)}</h1>
      <p class="lead">
        {t.rich(words.lead, { user: userId, operator: brand.name }, { b: (text) => <b>{text}</b> })}
      </p>
      <Form action={action} csrf={csrf}>
        <HiddenFields fields={{ with: props.with, ...wrongBefore(error) }} />
        <Field
          name="second_factor"
          label={t(words.label)}
          hint={t(words.hint)}
          autocomplete={isApp ? 'one-time-code' : 'off'}
          {...(isApp ? { inputmode: 'numeric' as const } : {})}
          verbatim
          invalid={error !== undefined}
        />
        <SubmitButton>{t('second-factor.submit')}</SubmitButton>
      </Form>
      <Ways {...props}>
        <a id={isApp ? 'use-recovery-code' : 'use-app'} href={otherHref}>
          {t(words.other)}
        </a>
      </Ways>
      <Help {...props}>{t('recover.factor-lost')}</Help>
    </Layout>
  );
}
