import type { NewAccount } from '../accounts/account.ts';
import type { Application } from '../app.ts';
import { ACTORS } from '../names.ts';
import type { GlobalRole, MembershipRole } from '../roles.ts';

export const DEMO_PASSWORD = 'Correct-Horse-7-Battery';

interface DemoPerson extends Omit<NewAccount, 'passwordHash'> {
  readonly userId: string;
  readonly member?: MembershipRole;
  readonly role?: GlobalRole;
  /** For the terminal. */
  readonly about: string;
}

const practice = { name: 'Lakeside Family Medicine', taxId: '412345678', npis: ['1245319599', '1679576722'] };

/** The demo's accounts; they exist in demo mode alone. */
export const demoPeople: readonly DemoPerson[] = [
  {
    userId: 'dr.rivera',
    givenName: 'Elena',
    familyName: 'Rivera',
    email: 'elena.rivera@lakeside.example',
    emailVerified: true,
    phoneNumber: '+12025550143',
    phoneNumberVerified: true,
    locale: 'en',
    zoneinfo: 'America/New_York',
    member: 'clinician',
    about: `clinician at ${practice.name}`,
  },
  {
    userId: 'm.chen',
    givenName: 'Mei',
    familyName: 'Chen',
    email: 'mei.chen@lakeside.example',
    emailVerified: true,
    member: 'biller',
    about: `biller at ${practice.name}`,
  },
  {
    userId: 'sec.ops',
    givenName: 'Sasha',
    familyName: 'Okafor',
    email: 'sec.ops@northwind.example',
    emailVerified: true,
    role: 'security-analyst',
    about: 'security analyst',
  },
  {
    userId: 'op.lee',
    givenName: 'Jordan',
    familyName: 'Lee',
    email: 'op.lee@northwind.example',
    emailVerified: true,
    role: 'operator',
    about: 'operator',
  },
];

/** Makes the practice and those accounts that are not there yet. */
export async function seedPeople(
  app: Pick<Application, 'db' | 'accounts' | 'practices' | 'hasher' | 'trail'>,
): Promise<void> {
  const { db, accounts, practices, hasher, trail } = app;
  const record: Parameters<typeof accounts.create>[2] = (tx, change) => trail.append(tx, change, {});
  const known = await practices.findByTaxId(practice.taxId);
  const practiceId =
    known?.id ?? (await db.transaction().execute((tx) => practices.create(tx, practice, record)));
  for (const { member, role, about: _about, ...person } of demoPeople) {
    if (await accounts.findByUserId(person.userId)) continue;
    const passwordHash = await hasher.hash(DEMO_PASSWORD);
    await db.transaction().execute(async (tx) => {
      const { sub } = await accounts.create(tx, { ...person, passwordHash }, record);
      if (member) {
        const membership = { account: sub, practice: practiceId, role: member, grantedBy: ACTORS.demo };
        await practices.addMember(tx, membership, record);
      }
      if (role) await accounts.grantRole(tx, { account: sub, role, grantedBy: ACTORS.demo }, record);
    });
  }
}
