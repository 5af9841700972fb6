import { Field, Form, HiddenFields, SubmitButton } from '../../html/form.tsx';
import type { MessageId, Translator } from '../../html/messages.ts';
import { Select } from '../../html/select.tsx';
import { Time } from '../../html/time.tsx';
import type { AccountStatus, MembershipStatus } from '../../postgres/schema.ts';
import { type MembershipRole, OFFERED_ROLES } from '../../roles.ts';
import { AccountLayout, type AccountPageProps } from './account-page.tsx';

export interface PracticeMember {
  readonly id: string;
  readonly name: string;
  /** Null until the person has chosen one. */
  readonly userId: string | null;
  readonly accountStatus: AccountStatus;
  readonly role: MembershipRole;
  readonly status: MembershipStatus;
  readonly since: Date;
  /** The one who looks. */
  readonly isOwn: boolean;
}

interface Practice {
  readonly id: string;
  readonly name: string;
}

interface PracticeProps extends AccountPageProps {
  readonly practice: Practice;
}

interface MembersProps extends PracticeProps {
  readonly members: readonly PracticeMember[];
  /** Whether this person administers other practices too. */
  readonly several: boolean;
  /** Where the list goes on. */
  readonly next?: string | undefined;
  readonly done?: keyof typeof DONE | undefined;
  readonly error?: keyof typeof ERRORS | undefined;
}

const DONE = { invited: 'practice.invited', saved: 'practice.saved', ended: 'practice.ended' } as const;
const ERRORS = {
  held: 'practice.held',
  own: 'practice.own',
  gone: 'practice.gone',
  many: 'practice.many',
} as const;

/** Who works in a practice. */
export function PracticeMembersPage(props: MembersProps) {
  const { t, practice, members, several, next, done, error, action } = props;
  const here = `${action}?practice=${encodeURIComponent(practice.id)}`;
  return (
    <AccountLayout
      {...props}
      name="account-practice"
      heading={t('practice.heading')}
      lead={t('practice.lead', { practice: practice.name })}
      done={done && t(DONE[done])}
      error={error && { message: t(ERRORS[error]), field: 'members' }}
    >
      <section class="panel" id="members" tabIndex={-1}>
        <ul class="owned">
          {members.map((member) => (
            <MemberItem key={member.id} {...props} member={member} here={here} />
          ))}
        </ul>
        {next && (
          <a class="way" id="more" href={`${here}&after=${encodeURIComponent(next)}`}>
            {t('practice.more')}
          </a>
        )}
      </section>
      <p class="ways">
        <a class="way" id="invite" href={`${here}&invite=1`}>
          {t('practice.invite')}
        </a>
        {several && (
          <a class="way" href={action}>
            {t('practice.other')}
          </a>
        )}
      </p>
    </AccountLayout>
  );
}

function MemberItem({ member, here, zone, t }: MembersProps & { member: PracticeMember; here: string }) {
  const { id, name, role, since, isOwn } = member;
  const state = stateOf(member);
  return (
    <li data-member={id}>
      <div class="about">
        <b>{name}</b> {isOwn && <em class="mark-this">{t('practice.you')}</em>}
        {member.userId && <span>{member.userId}</span>}
        <span>{t(`role.${role}`)}</span>
        {state && <span>{t(state)}</span>}
        <span>
          {t('account.since')} <Time at={since} zone={zone} t={t} />
        </span>
      </div>
      {!isOwn && (
        <div class="ways">
          <a href={`${here}&member=${id}`} aria-label={t('practice.change-it', { name })}>
            {t('practice.change')}
          </a>
        </div>
      )}
    </li>
  );
}

/** Why a member cannot work here now, if there is a reason. */
function stateOf({ accountStatus, status }: PracticeMember): MessageId | undefined {
  if (accountStatus === 'invited') return 'practice.no-user-id';
  if (accountStatus === 'disabled') return 'practice.disabled';
  if (status === 'suspended') return 'practice.suspended';
  return status === 'requested' ? 'practice.requested' : undefined;
}

/** One person's role in a practice. Its forms post `choice` (`assign` with `role`, `again`, `end`). */
export function PracticeMemberPage(props: PracticeProps & { member: PracticeMember }) {
  const { t, practice, member, action, csrf } = props;
  const { id, name, role } = member;
  const fields = { practice: practice.id, id };
  return (
    <AccountLayout
      {...props}
      name="account-practice-member"
      heading={name}
      lead={t('practice.lead', { practice: practice.name })}
    >
      <section class="panel">
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ ...fields, choice: 'assign' }} />
          <RoleSelect role={role} t={t} />
          <SubmitButton class="primary narrow">{t('practice.save')}</SubmitButton>
        </Form>
      </section>
      {member.accountStatus === 'invited' && (
        <section class="panel">
          <Form action={action} csrf={csrf}>
            <HiddenFields fields={{ ...fields, choice: 'again' }} />
            <p>{t('practice.no-user-id')}</p>
            <button type="submit" id="again">
              {t('practice.again')}
            </button>
          </Form>
        </section>
      )}
      <section class="panel">
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ ...fields, choice: 'end' }} />
          <p>{t('practice.end-what', { name, practice: practice.name })}</p>
          <button type="submit" id="end" class="danger">
            {t('practice.end')}
          </button>
        </Form>
      </section>
      <Back {...props} />
    </AccountLayout>
  );
}

export type InvitationError = 'name' | 'email' | 'full' | 'many';

const INVITATION_ERRORS = {
  name: { id: 'practice.name-missing', field: 'given_name' },
  email: { id: 'practice.not-email', field: 'email' },
  full: { id: 'practice.full', field: 'given_name' },
  many: { id: 'practice.many', field: 'email' },
} as const;

interface InvitationProps extends PracticeProps {
  /** What was typed. */
  readonly typed: { readonly givenName: string; readonly familyName: string; readonly email: string };
  readonly role: MembershipRole;
  readonly error?: InvitationError | undefined;
}

/** The form that invites a new member. It posts `choice` (`invite`), `given_name`, `family_name`, `email`, `role`. */
export function PracticeInvitationPage(props: InvitationProps) {
  const { t, practice, typed, role, error, action, csrf } = props;
  const wrong = error && INVITATION_ERRORS[error];
  return (
    <AccountLayout
      {...props}
      name="account-practice-invitation"
      heading={t('practice.invite')}
      lead={t('practice.invite-lead')}
      error={wrong && { message: t(wrong.id), field: wrong.field }}
    >
      <section class="panel">
        <Form action={action} csrf={csrf}>
          <HiddenFields fields={{ practice: practice.id, choice: 'invite' }} />
          <Field
            name="given_name"
            label={t('practice.given-name')}
            value={typed.givenName}
            autocomplete="off"
            invalid={error === 'name'}
          />
          <Field
            name="family_name"
            label={t('practice.family-name')}
            value={typed.familyName}
            autocomplete="off"
            invalid={error === 'name'}
          />
          <Field
            name="email"
            label={t('practice.email')}
            value={typed.email}
            autocomplete="off"
            verbatim
            invalid={error === 'email'}
          />
          <RoleSelect role={role} t={t} />
          <SubmitButton class="primary narrow">{t('practice.send')}</SubmitButton>
        </Form>
      </section>
      <Back {...props} />
    </AccountLayout>
  );
}

/** For a person who administers several practices, or none. */
export function PracticeChoicePage(props: AccountPageProps & { practices: readonly Practice[] }) {
  const { t, practices, action } = props;
  const none = practices.length === 0;
  return (
    <AccountLayout
      {...props}
      name="account-practice"
      heading={t(none ? 'practice.none-heading' : 'practice.heading')}
      lead={t(none ? 'practice.none' : 'practice.choose')}
    >
      {practices.length > 0 && (
        <section class="panel">
          <ul class="owned">
            {practices.map(({ id, name }) => (
              <li key={id} data-practice={id}>
                <div class="ways">
                  <a href={`${action}?practice=${encodeURIComponent(id)}`}>{name}</a>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </AccountLayout>
  );
}

function RoleSelect({ role, t }: { role: MembershipRole; t: Translator }) {
  const options = OFFERED_ROLES.map((each) => [each, t(`role.${each}`)] as const);
  return <Select name="role" label={t('practice.role')} value={role} groups={[{ options }]} />;
}

function Back({ practice, action, t }: PracticeProps) {
  return (
    <a class="way" href={`${action}?practice=${encodeURIComponent(practice.id)}`}>
      {t('enrol.cancel')}
    </a>
  );
}
