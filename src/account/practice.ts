import type { Delegation, Invitation, Member } from '../accounts/delegation.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { renderPage } from '../html/render.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { readMailAddress } from '../http/mail-address.ts';
import { originOf } from '../http/origin.ts';
import { redirect } from '../http/redirect.ts';
import type { Router } from '../http/router.ts';
import type { Database } from '../postgres/database.ts';
import { decodePlace, encodePlace } from '../postgres/keyset.ts';
import { MEMBERSHIP_ROLES } from '../roles.ts';
import { assignRole } from '../use-cases/assign-role.ts';
import { endMembershipAsAdministrator } from '../use-cases/end-membership.ts';
import type { InviteMember } from '../use-cases/invite-member.ts';
import type { Access, Owner } from './access.ts';
import type { PagePropsOf } from './page-props.tsx';
import {
  type InvitationError,
  PracticeChoicePage,
  PracticeInvitationPage,
  type PracticeMember,
  PracticeMemberPage,
  PracticeMembersPage,
} from './pages/practice.tsx';

interface Practice {
  readonly id: string;
  readonly name: string;
}

export interface AccountPracticeDependencies {
  readonly access: Access;
  readonly propsOf: PagePropsOf;
  readonly db: Database;
  readonly delegation: Pick<Delegation, 'practicesOf' | 'members' | 'member' | 'assign' | 'end'>;
  readonly inviteMember: Pick<InviteMember, 'invite' | 'again'>;
  readonly trail: Pick<AuditTrail, 'recorder'>;
}

const HERE = '/account/practice';
const PAGE = 50;
const NAME = 64; // characters

/** A practice as its own administrators run it: who works there and as what. */
export class AccountPractice {
  readonly #deps: AccountPracticeDependencies;

  constructor(deps: AccountPracticeDependencies) {
    this.#deps = deps;
  }

  mount(router: Router): void {
    router.page(HERE, (ctx) => this.#get(ctx));
    router.form(HERE, (ctx, form) => this.#post(ctx, form));
  }

  async #get(ctx: Context): Promise<void> {
    const owner = await this.#deps.access.owner(ctx, HERE);
    if (!owner) return;
    const { practice, invite, member } = ctx.query;
    const administered = await this.#deps.delegation.practicesOf(owner.sub);
    const only = administered.length === 1 && practice === undefined ? administered[0] : undefined;
    const chosen = administered.find(({ id }) => id === practice) ?? only;
    if (!chosen) return this.#choose(ctx, owner, administered);
    if (invite !== undefined) return this.#askWhom(ctx, owner, chosen, {});
    if (typeof member === 'string') return this.#showMember(ctx, owner, chosen, member);
    await this.#show(ctx, owner, chosen, administered.length > 1);
  }

  async #post(ctx: Context, form: Form): Promise<void> {
    const owner = await this.#deps.access.owner(ctx, HERE);
    if (!owner) return;
    const administered = await this.#deps.delegation.practicesOf(owner.sub);
    const practice = administered.find(({ id }) => id === form.practice);
    if (!practice) return this.#choose(ctx, owner, administered);
    if (form.choice === 'invite') return this.#invite(ctx, owner, practice, form);
    await this.#change(ctx, owner, practice, form);
  }

  async #invite(ctx: Context, owner: Owner, practice: Practice, form: Form): Promise<void> {
    const read = readInvitation(form);
    if (typeof read === 'string') return this.#askWhom(ctx, owner, practice, form, read);
    const who = { actor: owner.sub, practice: practice.id };
    const { inviteMember, trail } = this.#deps;
    const invited = await inviteMember.invite(who, read, trail.recorder(originOf(ctx)));
    if (invited === 'full' || invited === 'many') {
      return this.#askWhom(ctx, owner, practice, form, invited);
    }
    redirect(ctx, invited === 'forbidden' ? HERE : addressOf(practice, { done: 'invited' }));
  }

  async #change(ctx: Context, owner: Owner, practice: Practice, form: Form): Promise<void> {
    const { inviteMember, trail } = this.#deps;
    const record = trail.recorder(originOf(ctx));
    const who = { actor: owner.sub, practice: practice.id };
    const { choice, id = '' } = form;
    if (choice === 'again') {
      const again = await inviteMember.again(who, id, record);
      return redirect(ctx, addressOf(practice, again === 'sent' ? { done: 'invited' } : { error: again }));
    }
    const role = MEMBERSHIP_ROLES.find((each) => each === form.role);
    if (choice !== 'end' && !(choice === 'assign' && role)) return redirect(ctx, addressOf(practice, {}));
    const changed =
      choice === 'end' || !role
        ? await endMembershipAsAdministrator(this.#deps, who, id, record)
        : await assignRole(this.#deps, who, { id, role }, record);
    if (changed === 'forbidden') return redirect(ctx, HERE);
    const done = choice === 'end' ? 'ended' : 'saved';
    redirect(ctx, addressOf(practice, changed === 'done' ? { done } : { error: changed }));
  }

  #choose(ctx: Context, owner: Owner, practices: readonly Practice[]): void {
    renderPage(ctx, PracticeChoicePage({ ...this.#deps.propsOf(ctx, owner, HERE), practices }));
    if (practices.length === 0) ctx.status = 403;
  }

  async #show(ctx: Context, owner: Owner, practice: Practice, several: boolean): Promise<void> {
    const { after, done, error } = ctx.query;
    const place = typeof after === 'string' ? decodePlace(after) : undefined;
    const { rows, next } = await this.#deps.delegation.members(practice.id, { limit: PAGE, after: place });
    renderPage(
      ctx,
      PracticeMembersPage({
        ...this.#deps.propsOf(ctx, owner, HERE),
        practice,
        several,
        members: rows.map((member) => shown(member, owner)),
        next: next && encodePlace(next),
        done: (['invited', 'saved', 'ended'] as const).find((each) => each === done),
        error: (['held', 'own', 'gone', 'many'] as const).find((each) => each === error),
      }),
    );
  }

  async #showMember(ctx: Context, owner: Owner, practice: Practice, id: string): Promise<void> {
    const member = await this.#deps.delegation.member(practice.id, id);
    if (!member || member.account === owner.sub) {
      return redirect(ctx, addressOf(practice, { error: member ? 'own' : 'gone' }));
    }
    const props = this.#deps.propsOf(ctx, owner, HERE);
    renderPage(ctx, PracticeMemberPage({ ...props, practice, member: shown(member, owner) }));
  }

  #askWhom(ctx: Context, owner: Owner, practice: Practice, form: Form, error?: InvitationError): void {
    const { given_name: givenName = '', family_name: familyName = '', email = '' } = form;
    const role = MEMBERSHIP_ROLES.find((each) => each === form.role) ?? 'staff';
    const typed = { givenName, familyName, email };
    const props = this.#deps.propsOf(ctx, owner, HERE);
    renderPage(ctx, PracticeInvitationPage({ ...props, practice, typed, role, error }));
  }
}

function shown(member: Member, owner: Owner): PracticeMember {
  const { id, account, given_name, family_name, user_id: userId, account_status: accountStatus } = member;
  const { role, status, valid_from: since } = member;
  const name = `${given_name} ${family_name}`.trim();
  return { id, name, userId, accountStatus, role, status, since, isOwn: account === owner.sub };
}

function readInvitation(form: Form): Invitation | InvitationError {
  const [givenName, familyName] = [form.given_name, form.family_name].map((name) => tidy(name ?? ''));
  if (!givenName || !familyName || givenName.length > NAME || familyName.length > NAME) return 'name';
  const email = readMailAddress((form.email ?? '').trim());
  if (email === undefined) return 'email';
  const role = MEMBERSHIP_ROLES.find((each) => each === form.role) ?? 'staff';
  return { givenName, familyName, email, role };
}

/** A name goes into mails and the audit log: one line of characters that show. */
function tidy(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim();
}

function addressOf({ id }: Practice, more: Readonly<Record<string, string>>): string {
  return `${HERE}?${new URLSearchParams({ practice: id, ...more })}`;
}
