import { Checkbox, ErrorSummary, Form, SubmitButton, SwitchUser } from '../../html/form.tsx';
import { Layout } from '../../html/layout.tsx';
import type { Translator } from '../../html/messages.ts';
import type { PageProps } from '../../html/page.ts';

interface RecoveryCodesPageProps extends PageProps {
  readonly codes: readonly string[];
  readonly userName: string;
  readonly userId: string;
  readonly csrf: string;
  readonly action: string;
  /** The person has not said that the codes are saved. */
  readonly error?: 'unsaved' | undefined;
  readonly switchUserAction?: string | undefined;
}

/** Shows new recovery codes, once: to be copied, kept as a file, or printed. */
export function RecoveryCodesPage(props: RecoveryCodesPageProps) {
  const { codes, csrf, action, error, brand, t, switchUserAction } = props;
  return (
    <Layout
      {...props}
      page="recovery-codes"
      title={t('recovery-codes.heading')}
      error={error !== undefined}
      extra={{ styles: ['factors.css'], scripts: ['factors.js'] }}
    >
      {error && <ErrorSummary t={t} message={t('recovery-codes.unsaved')} field="saved" />}
      <h1>{t('recovery-codes.heading')}</h1>
      <p class="lead">
        {t.rich('recovery-codes.lead', { user: props.userName }, { b: (text) => <b>{text}</b> })}
      </p>
      <p class="on-paper">{t('recovery-codes.of', { id: props.userId, operator: brand.name })}</p>
      <ol class="recovery-codes" id="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code class="recovery-code">{code}</code>
          </li>
        ))}
      </ol>
      <Tools {...props} />
      <Form action={action} csrf={csrf}>
        <Checkbox name="saved" label={t('recovery-codes.saved')} invalid={error !== undefined} />
        <SubmitButton>{t('recovery-codes.submit')}</SubmitButton>
      </Form>
      {switchUserAction && <SwitchUser action={switchUserAction} csrf={csrf} t={t} />}
    </Layout>
  );
}

function Tools({ userId, brand, t }: RecoveryCodesPageProps) {
  return (
    <div class="tools">
      <CopyButton of="recovery-codes" t={t} />
      <button
        type="button"
        class="quiet"
        hidden
        data-download="recovery-codes"
        data-file={t('recovery-codes.file')}
        data-heading={t('recovery-codes.of', { id: userId, operator: brand.name })}
      >
        {t('recovery-codes.download')}
      </button>
      <button type="button" class="quiet" hidden data-print>
        {t('recovery-codes.print')}
      </button>
    </div>
  );
}

/** Copies the text of the element with id `of`; shows only where factors.js runs and may copy. */
export function CopyButton({ of, t }: { of: string; t: Translator }) {
  return (
    <>
      <button type="button" class="quiet" hidden data-copy={of} data-done={t('copy.done')}>
        {t('copy.copy')}
      </button>
      <span class="visually-hidden" role="status" data-copied={of} />
    </>
  );
}
