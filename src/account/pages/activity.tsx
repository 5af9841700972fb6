import type { MessageId, Translator } from '../../html/messages.ts';
import { Time } from '../../html/time.tsx';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';
import { deviceWords } from './device-words.ts';
import { NotMeHint } from './not-me-hint.tsx';

/** One thing that happened to the account. */
export interface Happening {
  readonly id: string;
  readonly at: Date;
  readonly event: string;
  readonly reason: string | null;
  /** The app's name. */
  readonly app: string | null;
  /** “Chrome on Windows”; null where no browser did it. */
  readonly device: string | null;
  readonly address: string | null;
  /** What was changed of the account, by the names of its fields. */
  readonly changed: readonly string[];
  /** Done by somebody else, or by the service itself. */
  readonly byOthers: boolean;
}

interface AccountActivityPageProps extends AccountPageProps {
  /** The newest first. */
  readonly happenings: readonly Happening[];
}

const SENTENCES: ReadonlyMap<string, MessageId> = new Map([
  ['sign-in.succeeded', 'activity.sign-in.succeeded'],
  ['sign-in.failed', 'activity.sign-in.failed'],
  ['sign-in.refused', 'activity.sign-in.refused'],
  ['authenticator.shut', 'activity.authenticator.shut'],
  ['authenticator.opened', 'activity.authenticator.opened'],
  ['lock.begun', 'activity.lock.begun'],
  ['lock.ended', 'activity.lock.ended'],
  ['lock.lifted', 'activity.lock.lifted'],
  ['factor.enrolled', 'activity.factor.enrolled'],
  ['factor.removed', 'activity.factor.removed'],
  ['factor.failed', 'activity.factor.failed'],
  ['recovery-codes.made', 'activity.recovery-codes.made'],
  ['recovery-code.used', 'activity.recovery-code.used'],
  ['device.remembered', 'activity.device.remembered'],
  ['device.forgotten', 'activity.device.forgotten'],
  ['password.changed', 'activity.password.changed'],
  ['app.entered', 'activity.app.entered'],
  ['app.refused', 'activity.app.refused'],
  ['consent.given', 'activity.consent.given'],
  ['access.withdrawn', 'activity.access.withdrawn'],
  ['session.ended', 'activity.session.ended'],
  ['token.replayed', 'activity.token.replayed'],
  ['account.created', 'activity.account.created'],
  ['account.invited', 'activity.account.invited'],
  ['account.changed', 'activity.account.changed'],
  ['account.compromised', 'activity.account.compromised'],
  ['membership.granted', 'activity.membership.granted'],
  ['membership.changed', 'activity.membership.changed'],
  ['role.granted', 'activity.role.granted'],
  ['recovery.requested', 'activity.recovery.requested'],
  ['recovery.proved', 'activity.recovery.proved'],
  ['recovery.failed', 'activity.recovery.failed'],
  ['helpdesk.verification-started', 'activity.helpdesk.verification-started'],
  ['helpdesk.verified', 'activity.helpdesk.verified'],
  ['helpdesk.verification-failed', 'activity.helpdesk.verification-failed'],
  ['helpdesk.refused', 'activity.helpdesk.refused'],
  ['factor-reset.requested', 'activity.factor-reset.requested'],
  ['factor-reset.approved', 'activity.factor-reset.approved'],
  ['factor-reset.stopped', 'activity.factor-reset.stopped'],
  ['factor-reset.done', 'activity.factor-reset.done'],
  ['notice.withheld', 'activity.notice.withheld'],
]);

const ENDS: ReadonlyMap<string, MessageId> = new Map([
  ['signed-out', 'activity.session.signed-out'],
  ['switched-user', 'activity.session.signed-out'],
  ['idle', 'activity.session.expired'],
  ['absolute', 'activity.session.expired'],
  ['too-many', 'activity.session.too-many'],
]);

const FIELDS: ReadonlyMap<string, MessageId> = new Map([
  ['email', 'account.email'],
  ['phone_number', 'account.phone'],
  ['locale', 'account.language'],
  ['zoneinfo', 'account.zone'],
  ['user_id', 'sign-in.user-id'],
  ['password', 'sign-in.password'],
  ['given_name', 'account.name'],
  ['family_name', 'account.name'],
  ['status', 'activity.field.status'],
]);

/** What happened to the account lately, in plain words. */
export function AccountActivityPage(props: AccountActivityPageProps) {
  const { t, happenings, zone } = props;
  return (
    <AccountLayout
      {...props}
      name="account-activity"
      heading={t('activity.heading')}
      lead={t('activity.lead')}
    >
      <section class="panel">
        <ol class="owned">
          {happenings.map((happening) => (
            <li key={happening.id} data-event={happening.event}>
              <div class="about">
                <b>{sentence(happening, t)}</b>
                {happening.byOthers && <span>{t('activity.by-others')}</span>}
                <span>
                  <Time at={happening.at} zone={zone} t={t} />
                  {place(happening, t)}
                </span>
              </div>
            </li>
          ))}
        </ol>
        {happenings.length === 0 && <p>{t('activity.none')}</p>}
      </section>
      <NotMeHint t={t} />
    </AccountLayout>
  );
}

function sentence({ event, reason, app, changed }: Happening, t: Translator): string {
  const ended = event === 'session.ended' ? ENDS.get(reason ?? '') : undefined;
  const id = ended ?? SENTENCES.get(event);
  const fields = [...new Set(changed.flatMap((field) => FIELDS.get(field) ?? []))].map((field) => t(field));
  const values = {
    app: app ?? t('activity.an-app'),
    fields:
      fields.length > 0
        ? new Intl.ListFormat(t.lang, { type: 'conjunction' }).format(fields)
        : t('activity.field.other'),
  };
  return id ? t(id, values) : t('activity.other', { event });
}

/** From where, as far as it is known: “ · Chrome on Windows · 203.0.113.7”. */
function place({ device, address }: Happening, t: Translator): string {
  const parts = [device === null ? '' : deviceWords(device, t), address ?? ''].filter(Boolean);
  return parts.map((part) => ` · ${part}`).join('');
}
