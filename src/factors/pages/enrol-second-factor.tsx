import { createRequire } from 'node:module';
import { ErrorSummary, Field, Form, SubmitButton, SwitchUser } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { MessageId } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';
import { later } from '../../later.ts';
import { CopyButton } from './recovery-codes.tsx';

export type EnrolError = 'missing' | 'too-short' | 'wrong' | 'name-missing' | 'name-too-long';

interface EnrolSecondFactorPageProps extends PageProps {
  /** Why it is asked: the person's role or the app demands it, or the person wants it. */
  readonly reason: 'role' | 'app' | 'chosen';
  /** The app's name, where the app demands it. */
  readonly appName?: string | undefined;
  readonly userName: string;
  /** `otpauth://…` and the same key in groups of four, as Enrolments.pending gives them. */
  readonly uri: string;
  readonly secret: string;
  /** What the person has called it; otherwise a plain name is filled in. */
  readonly name?: string | undefined;
  readonly csrf: string;
  readonly action: string;
  readonly error?: EnrolError | undefined;
  /** The way back, where nothing demands a second factor. */
  readonly cancelHref?: string | undefined;
  readonly switchUserAction?: string | undefined;
}

const ERRORS = {
  missing: 'enrol.code-missing',
  'too-short': 'second-factor.too-short',
  wrong: 'enrol.code-wrong',
  'name-missing': 'enrol.name-missing',
  'name-too-long': 'enrol.name-too-long',
} as const satisfies Record<EnrolError, MessageId>;

const REASONS = {
  role: 'enrol.why-role',
  app: 'enrol.why-app',
  chosen: 'enrol.why-chosen',
} as const satisfies Record<string, MessageId>;

/** Sets up an authenticator app, in three steps on one page. */
export function EnrolSecondFactorPage(props: EnrolSecondFactorPageProps) {
  const { csrf, action, error, t, userName, switchUserAction } = props;
  const wrongField = error?.startsWith('name') ? 'name' : 'code';
  return (
    <Layout
      {...props}
      page="enrol-second-factor"
      title={t('enrol.heading')}
      error={error !== undefined}
      extra={{ styles: ['factors.css'], scripts: ['factors.js'] }}
    >
      {error && <ErrorSummary t={t} message={t(ERRORS[error])} field={wrongField} />}
      <h1>{t('enrol.heading')}</h1>
      <p class="lead">
        {t.rich(
          REASONS[props.reason],
          { app: props.appName ?? '', user: userName },
          { b: (text) => <b>{text}</b> },
        )}
      </p>
      <ol class="steps">
        <li>
          <h2>{t('enrol.step-app')}</h2>
          <p>{t('enrol.step-app-body')}</p>
        </li>
        <li>
          <h2>{t('enrol.step-key')}</h2>
          <Key {...props} />
        </li>
        <li>
          <h2>{t('enrol.step-code')}</h2>
          <Form action={action} csrf={csrf}>
            <Field
              name="name"
              label={t('enrol.name')}
              hint={t('enrol.name-hint')}
              value={props.name ?? t('enrol.name-default')}
              autocomplete="off"
              invalid={error !== undefined && wrongField === 'name'}
            />
            <Field
              name="code"
              label={t('second-factor.code')}
              hint={t('enrol.code-hint')}
              autocomplete="one-time-code"
              inputmode="numeric"
              verbatim
              invalid={error !== undefined && wrongField === 'code'}
            />
            <SubmitButton>{t('enrol.submit')}</SubmitButton>
          </Form>
        </li>
      </ol>
      {props.cancelHref && (
        <a class="button quiet full" id="cancel" href={props.cancelHref}>
          {t('enrol.cancel')}
        </a>
      )}
      {switchUserAction && <SwitchUser action={switchUserAction} csrf={csrf} t={t} />}
    </Layout>
  );
}

function Key({ uri, secret, t }: EnrolSecondFactorPageProps) {
  return (
    <>
      <p>{t('enrol.step-key-body')}</p>
      <QrCode text={uri} label={t('enrol.picture')} />
      <p>{t('enrol.key')}</p>
      <div class="key">
        <code id="totp-key">{secret}</code>
        <CopyButton of="totp-key" t={t} />
      </div>
      <p>
        <a class="way" id="open-in-app" href={uri}>
          {t('enrol.open-in-app')}
        </a>
      </p>
    </>
  );
}

/** Modules of white around the code, as ISO/IEC 18004 asks. */
const MARGIN = 4;

const codes = later(() => createRequire(import.meta.url)('qrcode') as typeof import('qrcode'));

/** A text as a picture to be scanned: dark on light in either scheme, since scanners expect it so. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, data } = codes().create(text, { errorCorrectionLevel: 'M' }).modules;
  const whole = size + 2 * MARGIN;
  return (
    <svg
      class="qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${whole} ${whole}`}
      shape-rendering="crispEdges"
    >
      <path fill="#ffffff" d={`M0 0h${whole}v${whole}H0z`} />
      <path fill="#000000" d={squares(data, size)} />
    </svg>
  );
}

function squares(data: ArrayLike<number>, size: number): string {
  return Array.from(data)
    .map((dark, i) => (dark ? `M${(i % size) + MARGIN} ${Math.floor(i / size) + MARGIN}h1v1h-1z` : ''))
    .join('');
}
