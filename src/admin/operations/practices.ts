import { z } from 'zod';
import type { Directory } from '../../accounts/directory.ts';
import type { Practices } from '../../accounts/practices.ts';
import type { Database } from '../../postgres/database.ts';
import { MEMBERSHIP_ROLES } from '../../roles.ts';
import { addMember } from '../../use-cases/add-member.ts';
import { createPractice } from '../../use-cases/create-practice.ts';
import { endMembership } from '../../use-cases/end-membership.ts';
import { accountFields, type Finder, subOf } from '../account-fields.ts';
import { operation } from '../operation.ts';
import { Problem } from '../problem.ts';
import { OPERATORS, READERS } from '../roles.ts';
import { asList, id, listOf, paging, text } from '../schemas.ts';

export interface PracticeOperationsDependencies {
  readonly db: Database;
  readonly directory: Pick<
    Directory,
    'practices' | 'practiceById' | 'members' | 'membershipsOf' | 'membership'
  >;
  readonly accounts: Finder;
  readonly practices: Pick<Practices, 'findByTaxId' | 'create' | 'addMember' | 'setStatus'>;
}

const listed = z.object({
  id: z.string(),
  name: z.string(),
  tax_id: z.string(),
  npis: z.array(z.string()).readonly(),
  created_at: z.date(),
});
const member = z.object({
  id: z.string(),
  account: z.string(),
  user_id: z.string().nullable(),
  given_name: z.string(),
  family_name: z.string(),
  role: z.string(),
  status: z.string(),
  valid_from: z.date(),
  valid_to: z.date().nullable(),
  granted_by: z.string(),
});
const role = z.enum(MEMBERSHIP_ROLES);
const taxId = z
  .string()
  .regex(/^\d{2}-?\d{7}$/, 'has nine digits, such as 41-2345678')
  .transform((digits) => digits.replace('-', ''));

export function practiceOperations(deps: PracticeOperationsDependencies) {
  const { directory } = deps;
  const params = z.strictObject({ id });
  const known = async (practice: string): Promise<{ id: string; name: string }> => {
    const found = await directory.practiceById(practice);
    if (!found) throw new Problem('not-found', 'There is no such practice.');
    return found;
  };
  return {
    list: operation({
      id: 'listPractices',
      method: 'get',
      path: '/practices',
      summary: 'Lists practices, newest first',
      scope: 'admin:read',
      roles: READERS,
      query: z.strictObject({
        q: text(128).optional().describe('An ID, a tax ID, an NPI, or the start of a name'),
        ...paging,
      }),
      answer: listOf(listed),
      async run(_actor, { query: { q, limit, cursor: after } }) {
        return asList(await directory.practices({ text: q, limit, after }));
      },
    }),
    create: operation({
      id: 'createPractice',
      method: 'post',
      path: '/practices',
      summary: 'Creates a practice',
      scope: 'admin:people',
      roles: OPERATORS,
      body: z.strictObject({
        name: text(128),
        tax_id: taxId,
        npis: z
          .array(z.string().regex(/^\d{10}$/, 'has ten digits'))
          .max(50)
          .default([]),
      }),
      answer: z.object({ id: z.string() }),
      async run(actor, { body: { name, tax_id, npis } }) {
        const made = await createPractice(deps, { name, taxId: tax_id, npis }, actor);
        if (made.taken) throw new Problem('conflict', 'A practice has this tax id already.');
        return made;
      },
    }),
    members: operation({
      id: 'listMembers',
      method: 'get',
      path: '/practices/{id}/members',
      summary: 'Lists the members of a practice, newest first, including former members',
      scope: 'admin:read',
      roles: READERS,
      params,
      query: z.strictObject(paging),
      answer: listOf(member).extend({ practice: z.object({ id: z.string(), name: z.string() }) }),
      async run(_actor, { params: { id: wanted }, query: { limit, cursor: after } }) {
        const practice = await known(wanted);
        return { practice, ...asList(await directory.members(practice.id, { limit, after })) };
      },
    }),
    addMember: operation({
      id: 'addMember',
      method: 'post',
      path: '/practices/{id}/members',
      summary: 'Gives an account a role in a practice',
      scope: 'admin:people',
      roles: OPERATORS,
      params,
      body: z.strictObject({ ...accountFields, role }),
      answer: z.object({ id: z.string() }),
      async run(actor, { params: { id: wanted }, body }) {
        const practice = await known(wanted);
        const account = await subOf(deps.accounts, body, 'body');
        if (account === undefined) {
          throw new Problem('invalid-request', undefined, [{ at: 'body.sub', detail: 'is missing' }]);
        }
        const made = await addMember(deps, { account, practice: practice.id, role: body.role }, actor);
        if (!made) throw new Problem('conflict', 'The account has this role in this practice already.');
        return { id: made };
      },
    }),
    endMembership: operation({
      id: 'endMembership',
      method: 'post',
      path: '/practices/{id}/members/{membership}/end',
      summary: 'Ends a membership; access that needs its role ends at the next sign-on to an app',
      scope: 'admin:people',
      roles: OPERATORS,
      params: z.strictObject({ id, membership: id }),
      answer: z.object({ ended: z.boolean() }),
      async run(actor, { params: { id: wanted, membership } }) {
        const practice = await known(wanted);
        const found = await directory.membership(membership);
        // A membership's id must not end a role in another practice than the address names.
        if (found?.practice !== practice.id) throw new Problem('not-found', 'There is no such membership.');
        if (found.status === 'ended') return { ended: false };
        await endMembership(deps, membership, actor);
        return { ended: true };
      },
    }),
  };
}

export type PracticeOperations = ReturnType<typeof practiceOperations>;
export type PracticeItem = z.output<typeof listed>;
export type MemberItem = z.output<typeof member>;
