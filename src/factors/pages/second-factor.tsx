import type { ComponentChildren, VNode } from 'preact';
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
import type { PageProps } from '../../html/page.ts';
import { Support } from '../../html/support.tsx';

/**
 * `wrong` is also said of a code that was used before; `wrong-again` of the second one on this page, when the phone's
 * clock may be the cause.
 */
export type SecondFactorError = 'missing' | 'too-short' | 'wrong' | 'wrong-again';

export interface SecondFactorPageProps extends PageProps {
  readonly at: keyof typeof WORDS;
  /** What the code is of; posted back as `with`. */
  readonly with: 'app' | 'recovery';
  /** Who is asked, as the page calls them. */
  readonly user: string;
  readonly csrf: string;
  readonly action: string;
  /** The same page for the other kind of code. */
  readonly otherHref: string;
  readonly error?: SecondFactorError | undefined;
  /** Days that the device would be remembered, at least 1; not offered without. */
  readonly rememberDays?: number | undefined;
  /** Where “Not you?” posts to; left out where nobody else can have come. */
  readonly switchUserAction?: string | undefined;
  /** What comes after the form, around the link to the other kind of code; left out: that link, and help. */
  readonly after?: (other: VNode) => ComponentChildren;
}

/** The field that the code is posted in: in a reset, `code` is that of the message. */
export const FIELDS = { 'sign-in': 'code', recovery: 'second_factor' } as const;

const WORDS = {
  'sign-in': {
    page: 'second-factor',
    style: 'factors.css',
    app: { heading: 'second-factor.heading', lead: 'second-factor.lead' },
    recovery: { heading: 'recovery-code.heading', lead: 'recovery-code.lead' },
  },
  recovery: {
    page: 'recover-password',
    style: 'recovery.css',
    app: { heading: 'recover.factor-heading', lead: 'recover.factor-lead' },
    recovery: { heading: 'recovery-code.heading', lead: 'recover.factor-lead-recovery' },
  },
} as const;

const KINDS = {
  app: {
    label: 'second-factor.code',
    hint: 'second-factor.code-hint',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    missing: 'second-factor.missing',
    'too-short': 'second-factor.too-short',
    wrong: 'second-factor.wrong',
    'wrong-again': 'second-factor.wrong-again',
    other: { id: 'use-recovery-code', words: 'second-factor.use-recovery-code' },
  },
  recovery: {
    label: 'recovery-code.code',
    hint: 'recovery-code.code-hint',
    autocomplete: 'off',
    inputmode: undefined,
    missing: 'recovery-code.missing',
    'too-short': 'recovery-code.too-short',
    wrong: 'recovery-code.wrong',
    'wrong-again': 'recovery-code.wrong',
    other: { id: 'use-app', words: 'recovery-code.use-app' },
  },
} as const;

/** Asks for a code: of the authenticator app, or one of the recovery codes. */
export function SecondFactorPage(props: SecondFactorPageProps) {
  const { csrf, action, error, brand, t, rememberDays, switchUserAction, after } = props;
  const { page, style, [props.with]: words } = WORDS[props.at];
  const field = FIELDS[props.at];
  const kind = KINDS[props.with];
  const wrongBefore = error === 'wrong' || error === 'wrong-again';
  return (
    <Layout
      {...props}
      page={page}
      title={t(words.heading)}
      error={error !== undefined}
      extra={{ styles: [style] }}
    >
      {error && <ErrorSummary t={t} message={t(kind[error])} field={field} />}
      <h1>{t(words.heading)}</h1>
      <p class="lead">
        {t.rich(words.lead, { user: props.user, operator: brand.name }, { b: (text) => <b>{text}</b> })}
      </p>
      <Form action={action} csrf={csrf}>
        {/* Posted with the try after a wrong one, `wrong_before` chooses words and nothing else. */}
        <HiddenFields fields={{ with: props.with, ...(wrongBefore ? { wrong_before: 'yes' } : {}) }} />
        <Field
          name={field}
          label={t(kind.label)}
          hint={t(kind.hint)}
          autocomplete={kind.autocomplete}
          inputmode={kind.inputmode}
          verbatim
          invalid={error !== undefined}
        />
        {rememberDays !== undefined && (
          <Checkbox name="remember_device" label={t('second-factor.remember', { days: rememberDays })} />
        )}
        <SubmitButton>{t('second-factor.submit')}</SubmitButton>
      </Form>
      {switchUserAction && <SwitchUser action={switchUserAction} csrf={csrf} t={t} />}
      {after ? after(<OtherKind {...props} />) : <LostFactor {...props} />}
    </Layout>
  );
}

function OtherKind({ with: kind, otherHref, t, style }: SecondFactorPageProps & { readonly style?: string }) {
  const { id, words } = KINDS[kind].other;
  return (
    <a class={style} id={id} href={otherHref}>
      {t(words)}
    </a>
  );
}

function LostFactor(props: SecondFactorPageProps) {
  const { with: kind, brand, t } = props;
  return (
    <section class="ask">
      <h2>{t(kind === 'app' ? 'second-factor.lost' : 'recovery-code.lost')}</h2>
      {kind === 'app' ? (
        <p>{t('second-factor.lost-body')}</p>
      ) : (
        <p class="contacts">
          <Support brand={brand} t={t} />
        </p>
      )}
      <OtherKind {...props} style="way" />
    </section>
  );
}
