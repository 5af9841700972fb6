import {
  Checkbox,
  ErrorSummary,
  Field,
  Form,
  HiddenFields,
  SubmitButton,
  SwitchUser,
} from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { MessageId, Translator } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

/**
 * `wrong` is also said of a code that was used before; `wrong-again` of the second one on this page, when it may be the
 * phone's clock.
 */
export type SecondFactorError = 'missing' | 'too-short' | 'wrong' | 'wrong-again';

interface SecondFactorPageProps extends PageProps {
  /** What the code is of; posted back as `with`. */
  readonly with: 'app' | 'recovery';
  readonly userName: string;
  readonly csrf: string;
  readonly action: string;
  /** The same page for the other kind of code. */
  readonly otherHref: string;
  readonly error?: SecondFactorError | undefined;
  /** Days that the device would be remembered, at least 1; not offered without. */
  readonly rememberDays?: number | undefined;
  /** Where “Not you?” posts to; left out where nobody else can have come. */
  readonly switchUserAction?: string | undefined;
}

const ERRORS = {
  app: {
    missing: 'second-factor.missing',
    'too-short': 'second-factor.too-short',
    wrong: 'second-factor.wrong',
    'wrong-again': 'second-factor.wrong-again',
  },
  recovery: {
    missing: 'recovery-code.missing',
    'too-short': 'recovery-code.too-short',
    wrong: 'recovery-code.wrong',
    'wrong-again': 'recovery-code.wrong',
  },
} as const satisfies Record<string, Record<SecondFactorError, MessageId>>;

/** Asks for a code: of the authenticator app, or one of the recovery codes. */
export function SecondFactorPage(props: SecondFactorPageProps) {
  const { csrf, action, error, brand, t, languages, notice, rememberDays, switchUserAction } = props;
  const recovery = props.with === 'recovery';
  const title = t(recovery ? 'recovery-code.heading' : 'second-factor.heading');
  const lead = recovery ? 'recovery-code.lead' : 'second-factor.lead';
  return (
    <Layout
      page="second-factor"
      title={title}
      error={error !== undefined}
      brand={brand}
      t={t}
      languages={languages}
      notice={notice}
      extra={{ styles: ['factors.css'] }}
    >
      {error && <ErrorSummary t={t} message={t(ERRORS[props.with][error])} field="code" />}
      <h1>{title}</h1>
      <p class="lead">
        {t.rich(lead, { user: props.userName, operator: brand.name }, { b: (text) => <b>{text}</b> })}
      </p>
      <Form action={action} csrf={csrf}>
        <HiddenFields fields={{ with: props.with, ...wrongBefore(error) }} />
        {recovery ? <RecoveryField error={error} t={t} /> : <AppField error={error} t={t} />}
        {rememberDays !== undefined && (
          <Checkbox name="remember_device" label={t('second-factor.remember', { days: rememberDays })} />
        )}
        <SubmitButton>{t('second-factor.submit')}</SubmitButton>
      </Form>
      {switchUserAction && <SwitchUser action={switchUserAction} csrf={csrf} t={t} />}
      <OtherWay {...props} />
    </Layout>
  );
}

/** Posted with the try after a wrong one; it decides about no more than the words. */
export function wrongBefore(error: SecondFactorError | undefined): { wrong_before?: 'yes' } {
  return error === 'wrong' || error === 'wrong-again' ? { wrong_before: 'yes' } : {};
}

interface CodeFieldProps {
  readonly error: SecondFactorError | undefined;
  readonly t: Translator;
}

function AppField({ error, t }: CodeFieldProps) {
  return (
    <Field
      name="code"
      label={t('second-factor.code')}
      hint={t('second-factor.code-hint')}
      autocomplete="one-time-code"
      inputmode="numeric"
      verbatim
      invalid={error !== undefined}
    />
  );
}

function RecoveryField({ error, t }: CodeFieldProps) {
  return (
    <Field
      name="code"
      label={t('recovery-code.code')}
      hint={t('recovery-code.code-hint')}
      autocomplete="off"
      verbatim
      invalid={error !== undefined}
    />
  );
}

function OtherWay({ with: kind, otherHref, brand, t }: SecondFactorPageProps) {
  if (kind === 'app') {
    return (
      <section class="ask">
        <h2>{t('second-factor.lost')}</h2>
        <p>{t('second-factor.lost-body')}</p>
        <a class="way" id="use-recovery-code" href={otherHref}>
          {t('second-factor.use-recovery-code')}
        </a>
      </section>
    );
  }
  return (
    <section class="ask">
      <h2>{t('recovery-code.lost')}</h2>
      <p class="contacts">
        <Support brand={brand} t={t} />
      </p>
      <a class="way" id="use-app" href={otherHref}>
        {t('recovery-code.use-app')}
      </a>
    </section>
  );
}
