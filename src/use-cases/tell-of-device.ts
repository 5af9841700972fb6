import { createHash } from 'node:crypto';
import { deviceName } from '../http/device-name.ts';
import { networkOf } from '../lockout/attempt.ts';
import type { Database } from '../postgres/database.ts';
import type { RedisKeys } from '../redis/keys.ts';
import type { RedisStore } from '../redis/store.ts';
import type { SessionList } from '../sessions/session-list.ts';
import type { TellOfChange } from './tell-of-change.ts';

/** Where a sign-in comes from. */
export interface Place {
  readonly userAgent: string;
  /** In its one spelling. */
  readonly address: string;
}

export interface TellOfDeviceDependencies {
  readonly sessions: Pick<SessionList, 'isKnown' | 'addressesOf'>;
  readonly redis: Pick<RedisStore, 'setOnce'>;
  readonly keys: Pick<RedisKeys, 'deviceTold'>;
  readonly db: Database;
  readonly alarms: Pick<TellOfChange, 'tell'>;
}

/** s; a kind of device that was used from a network so lately is not new. */
const SEEN = 30 * 24 * 3600;
/** s */
const DAY = 24 * 3600;

/**
 * Tells people of a sign-in on a device not known before. Where cookies do not last (shared computers, scripts) every
 * sign-in looks like that: so a kind of device that the ledger has on the same network in the last 30 days is not
 * reported, and others once a day, since nobody reads alarms that come each morning.
 */
export class TellOfDevice {
  readonly #deps: TellOfDeviceDependencies;

  constructor(deps: TellOfDeviceDependencies) {
    this.#deps = deps;
  }

  /** Before the session of this sign-in is in the ledger. @throws AppError('store-away') */
  async of(account: string, { userAgent, address }: Place): Promise<void> {
    const { sessions, redis, keys } = this.#deps;
    // A person who signs in for the first time knows that the device is new.
    if (!(await sessions.isKnown(account))) return;
    const device = deviceName(userAgent);
    const network = networkOf(address);
    const seen = await sessions.addressesOf(account, { device, within: SEEN });
    if (seen.some((each) => networkOf(each) === network)) return;
    const place = createHash('sha256').update(`${account}\0${device}\0${network}`).digest('base64url');
    // Of sign-ins at the same moment none is in the ledger yet.
    if (await redis.setOnce(keys.deviceTold(place), '1', DAY)) await this.#tell(account, device || address);
  }

  async #tell(account: string, device: string): Promise<void> {
    const { db, alarms } = this.#deps;
    await db
      .transaction()
      .execute((tx) =>
        alarms.tell(tx, account, (moment) => ({ kind: 'new-device', values: { ...moment, device } })),
      );
  }
}
