import { Form, SubmitButton } from '../../html/form.tsx';
import type { MessageId } from '../../html/messages.ts';
import { Select } from '../../html/select.tsx';
import { Time } from '../../html/time.tsx';
import type { MembershipRole } from '../../roles.ts';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';

interface Workplace {
  readonly practice: string;
  readonly name: string;
  readonly role: MembershipRole;
  readonly since: Date;
}

interface ProfilePageProps extends AccountPageProps {
  readonly userName: string;
  readonly userId: string;
  readonly email: string | null;
  /** E.164. */
  readonly phoneNumber: string | null;
  /** A language of ours; empty where the browser decides. */
  readonly locale: string;
  readonly workplaces: readonly Workplace[];
  /** IANA time zones that may be chosen. */
  readonly zones: readonly string[];
  readonly done?: 'saved' | undefined;
}

const LANGUAGES = [
  ['en', 'English'],
  ['es', 'Español'],
] as const;

/** Who the person is here, where they work, and how pages speak to them. It posts `locale` and `zoneinfo`. */
export function ProfilePage(props: ProfilePageProps) {
  const { t, done, workplaces } = props;
  return (
    <AccountLayout {...props} name="account" heading={t('account.heading')} done={done && t('account.saved')}>
      <About {...props} />
      <section class="panel" id="practices">
        <h2>{t('account.practices')}</h2>
        {workplaces.length === 0 && <p>{t('account.no-practices')}</p>}
        {workplaces.length > 0 && (
          <ul class="owned">
            {workplaces.map((workplace) => (
              <WorkplaceItem key={workplace.practice + workplace.role} {...props} workplace={workplace} />
            ))}
          </ul>
        )}
        <p>{t('account.practices-ask')}</p>
      </section>
      <Preferences {...props} />
    </AccountLayout>
  );
}

function About({ userName, userId, email, phoneNumber, t }: ProfilePageProps) {
  return (
    <section class="panel" id="about">
      <h2>{t('account.about')}</h2>
      <dl class="details">
        <dt>{t('account.name')}</dt>
        <dd>{userName}</dd>
        <dt>{t('sign-in.user-id')}</dt>
        <dd>{userId}</dd>
        <dt>{t('account.email')}</dt>
        <dd>{email ?? t('account.none')}</dd>
        <dt>{t('account.phone')}</dt>
        <dd>{phoneNumber ?? t('account.none')}</dd>
      </dl>
      <a class="way" id="change-contact" href="/account/contact">
        {t('account.change-contact')}
      </a>
    </section>
  );
}

function WorkplaceItem({ workplace, zone, t }: ProfilePageProps & { workplace: Workplace }) {
  const role: MessageId = `role.${workplace.role}`;
  return (
    <li data-practice={workplace.practice}>
      <div class="about">
        <b>{workplace.name}</b>
        <span>{t(role)}</span>
        <span>
          {t('account.since')} <Time at={workplace.since} zone={zone} t={t} />
        </span>
      </div>
      {workplace.role === 'practice-administrator' && (
        <div class="ways">
          <a
            href={`/account/practice?practice=${encodeURIComponent(workplace.practice)}`}
            aria-label={t('practice.manage-it', { practice: workplace.name })}
          >
            {t('practice.manage')}
          </a>
        </div>
      )}
    </li>
  );
}

function Preferences({ locale, zone, zones, csrf, action, t }: ProfilePageProps) {
  const near = zones.filter((each) => /^(America|Pacific)\//.test(each));
  const far = zones.filter((each) => !near.includes(each));
  const named = (list: readonly string[]) => list.map((each) => [each, each.replaceAll('_', ' ')] as const);
  return (
    <section class="panel" id="preferences">
      <h2>{t('account.preferences')}</h2>
      <Form action={action} csrf={csrf}>
        <Select
          name="locale"
          label={t('account.language')}
          value={locale}
          groups={[{ options: [['', t('account.language-browser')], ...LANGUAGES] }]}
        />
        <Select
          name="zoneinfo"
          label={t('account.zone')}
          value={zone ?? ''}
          groups={[
            { options: [['', t('account.zone-none')]] },
            { label: t('account.zones-near'), options: named(near) },
            { label: t('account.zones-far'), options: named(far) },
          ]}
        />
        <SubmitButton class="primary narrow">{t('account.save')}</SubmitButton>
      </Form>
    </section>
  );
}
