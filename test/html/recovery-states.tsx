import type { VNode } from 'preact';
import { SecondFactorPage } from '../../src/factors/pages/second-factor.tsx';
import type { PageProps } from '../../src/html/page.ts';
import { NewPasswordPage } from '../../src/passwords/pages/new-password.tsx';
import { CodePage } from '../../src/recovery/pages/code.tsx';
import { ClosedPage, DeadPage, DonePage } from '../../src/recovery/pages/outcomes.tsx';
import { RequestPage } from '../../src/recovery/pages/request.tsx';
import { UserIdPage, UserIdSentPage } from '../../src/recovery/pages/user-id.tsx';
import { AfterFactor, Ways } from '../../src/recovery/pages/ways.tsx';

const rules = { minimum: 12, composition: [] } as const;

/** Forgotten passwords and user IDs, in every state. */
export function recoveryStates(site: PageProps & { csrf: string }): Record<string, () => VNode> {
  const common = { ...site, action: '/r', signIn: '/sign-in' };
  const asking = { ...common, channels: ['email', 'sms'], userIdHref: '/recover/user-id' } as const;
  const code = {
    ...common,
    userId: 'dr.rivera',
    channel: 'email',
    hasOther: true,
    minutes: 10,
    wait: 42,
  } as const;
  const factor = {
    ...common,
    at: 'recovery',
    user: 'dr.rivera',
    otherHref: '/r?with=recovery',
    after: (other: VNode) => <AfterFactor {...common}>{other}</AfterFactor>,
  } as const;
  const finding = { ...common, channels: ['email', 'sms'] } as const;
  const choosing = {
    ...common,
    userId: 'dr.rivera',
    rules,
    why: 'forgotten' as const,
    children: <Ways {...common} />,
  };
  return {
    recover: () => <RequestPage {...asking} />,
    'recover-one-channel': () => <RequestPage {...asking} channels={['email']} userId="dr.rivera" />,
    'recover-missing': () => <RequestPage {...asking} error="recover.user-id-missing" />,
    'recover-channel': () => (
      <RequestPage {...asking} userId="dr.rivera" error="recover.channel-missing" channel="sms" />
    ),
    'recover-closed': () => <ClosedPage {...common} />,
    'recover-code': () => <CodePage {...code} />,
    'recover-code-sms': () => <CodePage {...code} userId={'w'.repeat(64)} channel="sms" wait={0} />,
    'recover-code-only': () => <CodePage {...code} hasOther={false} />,
    'recover-code-resent': () => <CodePage {...code} news="recover.resent" />,
    'recover-code-early': () => <CodePage {...code} news="recover.resend-early" />,
    'recover-code-missing': () => <CodePage {...code} news="recover.code-missing" />,
    'recover-code-short': () => <CodePage {...code} news="recover.code-too-short" />,
    'recover-code-wrong': () => <CodePage {...code} news="recover.code-wrong" />,
    'recover-code-earlier': () => <CodePage {...code} news="recover.code-earlier" />,
    'recover-code-expired': () => <CodePage {...code} news="recover.code-expired" wait={0} />,
    'recover-factor': () => <SecondFactorPage {...factor} with="app" />,
    'recover-factor-wrong': () => <SecondFactorPage {...factor} with="app" error="wrong" />,
    'recover-factor-recovery': () => <SecondFactorPage {...factor} with="recovery" error="too-short" />,
    'recover-new': () => <NewPasswordPage {...choosing} />,
    'recover-new-common': () => <NewPasswordPage {...choosing} fault={{ kind: 'common' }} />,
    'recover-done': () => <DonePage {...common} />,
    'recover-done-app': () => <DonePage {...common} appName="Claims" />,
    'recover-dead': () => <DeadPage {...common} startHref="/recover/password" />,
    'recover-user-id': () => <UserIdPage {...finding} />,
    'recover-user-id-mail': () => <UserIdPage {...finding} channels={['email']} error="missing" />,
    'recover-user-id-wrong': () => <UserIdPage {...finding} contact="ana" error="wrong" />,
    'recover-user-id-sms': () => <UserIdPage {...finding} channels={['sms']} contact="12" error="wrong" />,
    'recover-user-id-sent': () => <UserIdSentPage {...common} againHref="/recover/user-id" />,
  };
}
