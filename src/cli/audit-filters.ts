import { type Command, InvalidArgumentError } from 'commander';
import { type AuditQuery, eventsLike } from '../audit/query.ts';
import { EVENTS } from '../audit-events.ts';
import { normaliseRange } from '../http/address.ts';
import { isActor } from '../names.ts';
import { oneOf } from './command.ts';
import { findAccount, named, namesAny, type Whose } from './find.ts';
import { moment } from './moment.ts';
import type { Tools } from './tools.ts';

/** The filters of a search, as they are given. */
export interface FilterOptions extends Whose {
  readonly event?: string;
  readonly outcome?: 'success' | 'failure';
  readonly reason?: string;
  readonly actor?: string;
  readonly app?: string;
  readonly session?: string;
  readonly request?: string;
  readonly address?: string;
  readonly from?: Date;
  readonly to?: Date;
  readonly text?: string;
}

/** Adds the filters of a search; all that are given must hold. */
export function filtered(command: Command): Command {
  return named(command)
    .option('--event <name>', 'only these events; sign-in.* for all that start with sign-in', event)
    .addOption(oneOf('--outcome <outcome>', 'these alone', ['success', 'failure']))
    .option('--reason <word>', 'only with this reason, such as wrong-password')
    .option('--account <account>', 'only events of this account, by sub or user ID')
    .option('--actor <actor>', 'only what this account did to others, or cli, service, app:CLIENT_ID')
    .option('--app <client_id>', 'only at this app')
    .option('--session <session>', 'only of this session')
    .option('--request <id>', 'only of this request, by its ID in the service’s log')
    .option('--address <address>', 'only from this IP address or network (10.20.0.0/16)', address)
    .option(
      '--from <time>',
      'from this time on: 2026-03-03, 2026-03-03T14:00 (UTC), 2026-03-03T14:00-05:00',
      moment,
    )
    .option('--to <time>', 'before this time', moment)
    .option('--text <words>', 'only rows with all these words, in any field');
}

/** @throws Failure when there is no such person */
export async function toQuery(tools: Tools, options: FilterOptions): Promise<AuditQuery> {
  const { event, outcome, reason, app, session, request, address, from, to, text } = options;
  const account = namesAny(options) ? (await findAccount(tools, options)).sub : undefined;
  const actor = options.actor === undefined ? undefined : await actorOf(tools, options.actor);
  return { event, outcome, reason, account, actor, app, session, request, address, from, to, text };
}

/** Not all that act are people: what else does comes before a user ID of the same name. */
async function actorOf(tools: Tools, name: string): Promise<string> {
  return isActor(name) ? name : (await findAccount(tools, { account: name })).sub;
}

function event(text: string): string {
  if (Object.hasOwn(EVENTS, text) || (text.endsWith('*') && eventsLike(text).length > 0)) return text;
  throw new InvalidArgumentError('There is no such event: vestibule audit events lists them.');
}

function address(text: string): string {
  const range = normaliseRange(text);
  if (range !== undefined) return range;
  throw new InvalidArgumentError('Give an IP address or a network such as 10.20.0.0/16.');
}
