import { Field, Form, HiddenFields } from '../../html/form.tsx';
import type { MessageId, Translator } from '../../html/messages.ts';
import { Time } from '../../html/time.tsx';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';
import { ConfirmOrCancel } from './confirm-or-cancel.tsx';
import { deviceWords } from './device-words.ts';

interface ListedAuthenticator {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

interface ListedDevice {
  readonly id: string;
  /** “Chrome on Windows”; empty where it is not known. */
  readonly name: string;
  readonly address: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date;
}

/** What the person is about to do, and is asked about first. */
export type Asked =
  | { readonly choice: 'rename' | 'remove'; readonly id: string }
  | { readonly choice: 'regenerate' };

/** What the person has just done. */
export type Done = 'enrolled' | 'renamed' | 'removed' | 'forgotten' | 'kept';

interface AccountSecondFactorPageProps extends AccountPageProps {
  readonly authenticators: readonly ListedAuthenticator[];
  /** Whether another authenticator may be added. */
  readonly mayAdd: boolean;
  /** Recovery codes left, and with fewer than how many the person is warned. */
  readonly codesLeft: number;
  readonly fewCodes: number;
  readonly devices: readonly ListedDevice[];
  /** Sessions of the account that end when an authenticator is removed, this one included. */
  readonly sessions: number;
  /** From the address: `?rename=ID`, `?remove=ID`, `?regenerate=yes`. */
  readonly asked?: Asked | undefined;
  readonly done?: Done | undefined;
  /** What was wrong with a new name, and what was typed. */
  readonly error?: 'name-missing' | 'name-too-long' | undefined;
  readonly typedName?: string | undefined;
}

const ERRORS = {
  'name-missing': 'enrol.name-missing',
  'name-too-long': 'enrol.name-too-long',
} as const satisfies Record<string, MessageId>;

const DONE = {
  enrolled: 'account-second-factor.enrolled',
  renamed: 'account-second-factor.renamed',
  removed: 'account-second-factor.removed',
  forgotten: 'account-second-factor.forgotten',
  kept: 'account-second-factor.kept',
} as const satisfies Record<Done, MessageId>;

/** A person's authenticators, recovery codes and remembered devices. */
export function AccountSecondFactorPage(props: AccountSecondFactorPageProps) {
  const { t, error, done, authenticators, devices } = props;
  return (
    <AccountLayout
      {...props}
      name="account-second-factor"
      heading={t('account-second-factor.heading')}
      lead={t('account-second-factor.lead')}
      done={done && t(DONE[done])}
      error={error && { message: t(ERRORS[error]), field: 'name' }}
    >
      {done === 'forgotten' && (
        <a class="way" id="to-sessions" href="/account/sessions">
          {t('account-second-factor.forgotten-sessions')}
        </a>
      )}
      <Authenticators {...props} />
      {authenticators.length > 0 && <Codes {...props} />}
      {devices.length > 0 && <Devices {...props} />}
    </AccountLayout>
  );
}

function Authenticators(props: AccountSecondFactorPageProps) {
  const { authenticators, mayAdd, asked, csrf, action, t } = props;
  const none = authenticators.length === 0;
  return (
    <section class="panel" id="authenticators">
      <h2>{t('account-second-factor.authenticators')}</h2>
      {none && <p>{t('account-second-factor.none')}</p>}
      {!none && (
        <ul class="owned">
          {authenticators.map((authenticator) => (
            <AuthenticatorItem key={authenticator.id} {...props} authenticator={authenticator} />
          ))}
        </ul>
      )}
      {mayAdd ? (
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ choice: 'add' }} />
          <button type="submit" id={asked ? 'add' : 'submit'} class={none ? 'primary narrow' : 'quiet'}>
            {t(none ? 'account-second-factor.set-up' : 'account-second-factor.add')}
          </button>
        </Form>
      ) : (
        <p>{t('account-second-factor.full')}</p>
      )}
    </section>
  );
}

type ItemProps = AccountSecondFactorPageProps & { authenticator: ListedAuthenticator };

function AuthenticatorItem(props: ItemProps) {
  const { authenticator, asked, action, zone, t } = props;
  const { id, name, createdAt, lastUsedAt } = authenticator;
  const isAsked = asked !== undefined && asked.choice !== 'regenerate' && asked.id === id;
  return (
    <li data-authenticator={id}>
      <div class="about">
        <b>{name}</b>
        <span>
          {t('account-second-factor.added')} <Time at={createdAt} zone={zone} t={t} />
        </span>
        <LastUsed at={lastUsedAt} zone={zone} t={t} />
      </div>
      {!isAsked && (
        <div class="ways">
          <a
            href={`${action}?rename=${encodeURIComponent(id)}`}
            aria-label={t('account-second-factor.rename-it', { name })}
          >
            {t('account-second-factor.rename')}
          </a>
          <a
            href={`${action}?remove=${encodeURIComponent(id)}`}
            aria-label={t('account-second-factor.remove-it', { name })}
          >
            {t('account-second-factor.remove')}
          </a>
        </div>
      )}
      {isAsked && (asked.choice === 'rename' ? <RenameForm {...props} /> : <RemoveForm {...props} />)}
    </li>
  );
}

function LastUsed({ at, zone, t }: { at: Date | null; zone: string | null | undefined; t: Translator }) {
  if (!at) return <span>{t('account-second-factor.never-used')}</span>;
  return (
    <span>
      {t('account-second-factor.last-used')} <Time at={at} zone={zone} t={t} />
    </span>
  );
}

function RenameForm({ authenticator, action, csrf, error, typedName, t }: ItemProps) {
  return (
    <Form action={action} csrf={csrf} class="asked">
      <HiddenFields fields={{ choice: 'rename', id: authenticator.id }} />
      <Field
        name="name"
        label={t('enrol.name')}
        hint={t('enrol.name-hint')}
        value={typedName ?? authenticator.name}
        autocomplete="off"
        invalid={error !== undefined}
      />
      <ConfirmOrCancel action={action} t={t} class="quiet">
        {t('account-second-factor.rename-submit')}
      </ConfirmOrCancel>
    </Form>
  );
}

function RemoveForm({ authenticator, authenticators, sessions, action, csrf, t }: ItemProps) {
  const last = authenticators.length === 1;
  return (
    <Form action={action} csrf={csrf} class="asked">
      <HiddenFields fields={{ choice: 'remove', id: authenticator.id }} />
      <p>{t('account-second-factor.remove-what', { count: sessions })}</p>
      {last && <p>{t('account-second-factor.remove-last')}</p>}
      <ConfirmOrCancel action={action} t={t} class="danger">
        {t('account-second-factor.remove-submit', { name: authenticator.name })}
      </ConfirmOrCancel>
    </Form>
  );
}

function Codes({ codesLeft, fewCodes, asked, action, csrf, t }: AccountSecondFactorPageProps) {
  const few = codesLeft < fewCodes;
  return (
    <section class="panel" id="recovery-codes">
      <h2>{t('account-second-factor.codes')}</h2>
      <p class={few ? 'caution' : undefined} id="codes-left">
        {t('account-second-factor.codes-left', { count: codesLeft })}
        {few && ` ${t('account-second-factor.codes-few')}`}
      </p>
      {asked?.choice === 'regenerate' ? (
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ choice: 'regenerate' }} />
          <p>{t('account-second-factor.regenerate-what')}</p>
          <ConfirmOrCancel action={action} t={t} class="primary narrow">
            {t('account-second-factor.regenerate')}
          </ConfirmOrCancel>
        </Form>
      ) : (
        <a class="button quiet" id="regenerate" href={`${action}?regenerate=yes`}>
          {t('account-second-factor.regenerate')}
        </a>
      )}
    </section>
  );
}

function Devices(props: AccountSecondFactorPageProps) {
  const { devices, action, csrf, t } = props;
  return (
    <section class="panel" id="devices">
      <h2>{t('account-second-factor.devices')}</h2>
      <p>{t('account-second-factor.devices-lead')}</p>
      <ul class="owned">
        {devices.map((device) => (
          <DeviceItem key={device.id} {...props} device={device} />
        ))}
      </ul>
      {devices.length > 1 && (
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ choice: 'forget-all' }} />
          <button type="submit" id="forget-all" class="quiet">
            {t('account-second-factor.forget-all', { count: devices.length })}
          </button>
        </Form>
      )}
    </section>
  );
}

function DeviceItem({
  device,
  action,
  csrf,
  zone,
  t,
}: AccountSecondFactorPageProps & { device: ListedDevice }) {
  const name = deviceWords(device.name, t);
  return (
    <li data-device={device.id}>
      <div class="about">
        <b>{name}</b>
        <span>
          {t('account-second-factor.since')} <Time at={device.createdAt} zone={zone} t={t} />
          {device.address && ` · ${device.address}`}
        </span>
        <LastUsed at={device.lastUsedAt} zone={zone} t={t} />
        <span>
          {t('account-second-factor.until')} <Time at={device.expiresAt} zone={zone} t={t} />
        </span>
      </div>
      <Form action={action} csrf={csrf} class="ways">
        <HiddenFields fields={{ choice: 'forget', id: device.id }} />
        <button type="submit" class="link" aria-label={t('account-second-factor.forget-it', { name })}>
          {t('account-second-factor.forget')}
        </button>
      </Form>
    </li>
  );
}
