import { Field, Form, HiddenFields } from '../../html/form.tsx';
import type { MessageId } from '../../html/messages.ts';
import { Time } from '../../html/time.tsx';
import type { AdminPageProps } from './admin-page.tsx';

const STATES: ReadonlyMap<string, MessageId> = new Map([
  ['code-sent', 'admin-desk.is-code-sent'],
  ['verified', 'admin-desk.is-verified'],
]);

/** A reset that runs for the account. */
export interface RunningReset {
  readonly state: string;
  readonly startedBy: string | null;
  readonly dueAt: Date | null;
}

interface HelpDeskProps extends AdminPageProps {
  readonly sub: string;
  readonly running: RunningReset | undefined;
  readonly may: { readonly verify: boolean; readonly approve: boolean; readonly stop: boolean };
}

/** A caller who lost their second factor: verified by a code, then a reset that a second person can speed up. */
export function HelpDesk(props: HelpDeskProps) {
  const { t, running, may, zone } = props;
  if (!may.verify && !running) return null;
  return (
    <section class="panel" id="help-desk">
      <h2>{t('admin-desk.heading')}</h2>
      {running && (
        <p>
          {t(STATES.get(running.state) ?? 'admin-desk.is-held', { by: running.startedBy ?? '–' })}{' '}
          {running.dueAt && (
            <>
              {t('admin-desk.due')} <Time at={running.dueAt} zone={zone} t={t} />
            </>
          )}
        </p>
      )}
      <Steps {...props} />
    </section>
  );
}

function Steps({ t, sub, running, may, csrf }: HelpDeskProps) {
  const here = `/admin/accounts/${encodeURIComponent(sub)}/factor-reset`;
  const button = (step: string, label: string, fields: Readonly<Record<string, string>> = {}) => (
    <Form action={`${here}/${step}`} csrf={csrf}>
      <HiddenFields fields={fields} />
      <button type="submit" class="quiet" id={`reset-${step}`}>
        {label}
      </button>
    </Form>
  );
  return (
    <>
      {may.verify && !running && <p>{t('admin-desk.explain')}</p>}
      {may.verify && running?.state === 'code-sent' && (
        <Form action={`${here}/verify`} csrf={csrf}>
          <Field name="code" label={t('admin-desk.code')} autocomplete="off" inputmode="numeric" verbatim />
          <button type="submit" class="quiet" id="reset-verify">
            {t('admin-desk.verify')}
          </button>
        </Form>
      )}
      <div class="acts">
        {may.verify && !running && button('start', t('admin-desk.start'))}
        {may.verify && running?.state === 'verified' && (
          <a class="button quiet" id="reset-request" href={`${here}/request`}>
            {t('admin-desk.request')}
          </a>
        )}
        {may.approve && running?.state === 'held' && (
          <a class="button quiet" id="reset-approve" href={`${here}/approve`}>
            {t('admin-desk.approve')}
          </a>
        )}
        {may.stop && running && button('stop', t('admin-desk.stop'))}
      </div>
    </>
  );
}
