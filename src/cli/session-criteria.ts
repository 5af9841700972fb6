import { type Command, InvalidArgumentError } from 'commander';
import { normaliseRange } from '../http/address.ts';
import { deviceNamesLike } from '../http/device-name.ts';
import type { SessionCriteria } from '../sessions/session-filter.ts';
import { someText } from './command.ts';
import { findAccount, findPractice, named, namesAny, type Whose } from './find.ts';
import { moment } from './moment.ts';
import type { Tools } from './tools.ts';

/** Which sessions, as an operator says it. */
export interface CriteriaOptions extends Whose {
  readonly practice?: string;
  readonly address?: string;
  readonly app?: string;
  readonly device?: string;
  readonly from?: Date;
  readonly to?: Date;
}

/** The options by which a command chooses sessions. */
export function chosen(command: Command): Command {
  return named(command.option('--account <account>', 'only of this account, by sub or user ID'))
    .option('--practice <practice>', 'only of members of this practice, by ID or tax ID')
    .option('--address <address>', 'only from this IP address or range (10.0.0.0/8)', range)
    .option('--app <client_id>', 'only with this app', someText(256))
    .option('--device <words>', 'only on these devices: "chrome windows", "iphone", "unknown"', device)
    .option('--from <time>', 'started at or after this time (2026-03-03T14:00, in UTC)', moment)
    .option('--to <time>', 'started before this time', moment);
}

/** Whether nothing is chosen but a person. */
export function isOnePerson(options: CriteriaOptions): boolean {
  const { practice, address, app, device, from, to } = options;
  return namesAny(options) && [practice, address, app, device, from, to].every((each) => each === undefined);
}

/** @throws Failure when there is no such person or practice */
export async function criteriaOf(tools: Tools, options: CriteriaOptions): Promise<SessionCriteria> {
  const { practice, address, app, device, from, to } = options;
  return {
    ...(namesAny(options) ? { account: (await findAccount(tools, options)).sub } : {}),
    ...(practice === undefined ? {} : { practice: (await findPractice(tools, practice)).id }),
    address,
    app,
    device,
    from,
    to,
  };
}

/** Whether an operator chose any. */
export function choosesAny(options: CriteriaOptions): boolean {
  const { practice, address, app, device, from, to } = options;
  return namesAny(options) || [practice, address, app, device, from, to].some((each) => each !== undefined);
}

function range(text: string): string {
  const found = normaliseRange(text);
  if (found) return found;
  throw new InvalidArgumentError('Give an IP address (203.0.113.7) or a range (203.0.113.0/24).');
}

function device(text: string): string {
  if (deviceNamesLike(text).length > 0) return text;
  throw new InvalidArgumentError('Unknown device. Give a browser, a system, both, or "unknown".');
}
