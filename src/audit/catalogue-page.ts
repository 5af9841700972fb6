import { EVENT_NAMES, EVENTS, type EventDefinition, type EventName } from '../audit-events.ts';
import { CATALOGUE, type Described } from './catalogue.ts';
import type { AuditRecord } from './record.ts';
import { rowLine } from './record.ts';

const SAMPLE = {
  account: 'Qw0nT5mZr1yU8sXk3vB2eA',
  actor: 'Lp7dH2cJf9gWq4nR6tYx1Q',
  app: 'claims',
  session: 'hT3kV9bN1mXc5zQe7rWyU0',
} as const;

/** An event with everything that is said of it, for programs. */
export interface EventDescription extends Described {
  readonly event: EventName;
  readonly outcome: string;
  readonly reasons?: readonly string[] | undefined;
  /** Fields that each row has, beside position, id, at, event and outcome. */
  readonly always: readonly string[];
  readonly example: AuditRecord;
}

/** Every event, in the order of the taxonomy. */
export function describeEvents(): EventDescription[] {
  return EVENT_NAMES.map((event) => {
    const { outcome, needs, reasons }: EventDefinition = EVENTS[event];
    return { event, outcome, always: needs, reasons, ...CATALOGUE[event], example: exampleOf(event) };
  });
}

/** A row as it could be. */
export function exampleOf(event: EventName): AuditRecord {
  const { outcome, needs, reasons }: EventDefinition = EVENTS[event];
  const { before, after, also = [] } = CATALOGUE[event];
  const filled = (field: keyof typeof SAMPLE) =>
    needs.includes(field) || also.includes(field) ? SAMPLE[field] : null;
  return {
    position: 48_211,
    id: '5f0c9c1e-6b1d-4f57-9d5a-2f6f1f0f7a10',
    at: '2026-03-03T14:00:00.123456Z',
    event,
    outcome,
    reason: reasons?.[0] ?? null,
    account: filled('account'),
    actor: filled('actor'),
    app: filled('app'),
    session: filled('session'),
    address: '203.0.113.7',
    user_agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0',
    request: 'Zk3v9QmX',
    before: before ?? null,
    after: after ?? null,
  };
}

/** docs/audit-events.md. */
export function cataloguePage(): string {
  return `${INTRODUCTION}\n${describeEvents().map(section).join('\n')}`;
}

function section({ event, outcome, when, reasons, always, also = [], example }: EventDescription): string {
  const words = (list: readonly string[]) => list.map((word) => `\`${word}\``).join(', ');
  const lines = [
    `Written when ${when}.`,
    `Outcome: \`${outcome}\`.${always.length > 0 ? ` Always has ${words(always)}.` : ''}${
      also.length > 0 ? ` If known, also ${words(also)}.` : ''
    }`,
    ...(reasons ? [`Reasons: ${words(reasons)}.`] : []),
  ];
  return `## ${event}\n\n${lines.join('\n\n')}\n\n\`\`\`jsonl\n${rowLine(example)}\n\`\`\`\n`;
}

const INTRODUCTION = `# The events of the audit log

For authors of SIEM rules. Generated from the source with \`npm run --silent vestibule -- audit events --markdown\`; a test
keeps it up to date. Names of events and reasons are a contract: new ones can be added, but none is renamed.

The same row comes as a line of \`vestibule audit export\`, of the webhook, as the message of syslog (RFC 5424, with
its short fields as structured data \`event@…\`) and from \`/admin/api\`:

| field                              |                                                                                                                                  |
| ---------------------------------- | -------------------------------------------------------------------------------------------------------------------------------- |
| \`position\`                         | the row's number in the sealed log: without gaps, in the order of commits; null until it is sealed                               |
| \`id\`                               | a UUID; a row that is delivered twice has the same one                                                                           |
| \`at\`                               | when, by PostgreSQL's clock, in UTC with microseconds                                                                            |
| \`event\`, \`outcome\`                 | below; \`success\` or \`failure\`                                                                                                    |
| \`reason\`                           | one of the words below; never text that a person typed                                                                           |
| \`account\`                          | the account that it is about: a \`sub\`                                                                                            |
| \`actor\`                            | who did it, where that is not the account itself: a \`sub\`, or \`cli\`, \`service\`, \`recovery\`, \`retention\`, \`demo\`, \`app:CLIENT_ID\` |
| \`app\`, \`session\`                   | a \`client_id\`; a session's id                                                                                                    |
| \`address\`, \`user_agent\`, \`request\` | the IP address and browser; the request's ID as in the service's log                                                             |
| \`before\`, \`after\`                  | what changed, as JSON                                                                                                            |

Good places to begin: many \`sign-in.failed\` with different \`account\` from one \`address\` (spraying); \`lock.begun\`;
\`token.replayed\`; \`account.compromised\`; \`factor-reset.*\` and \`helpdesk.*\`; \`role.granted\`; \`audit.read\` and
\`audit.exported\` by people who don't need to.
`;
