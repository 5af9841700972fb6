import type { Recorder } from '../audit-events.ts';
import type { Challenged, FactorChallenge } from '../factors/challenge.ts';
import type { RememberedDevices } from '../factors/remembered-devices.ts';
import type { Context } from '../http/context.ts';
import type { Form } from '../http/forms.ts';
import { originOf } from '../http/origin.ts';
import type { DeviceCookie } from '../lockout/device-cookie.ts';
import { factorProved, type ProgressStore } from './progress.ts';
import type { IdentifiedRequest } from './sign-in-request.ts';

export interface SecondFactorDependencies {
  readonly challenge: FactorChallenge;
  readonly progress: ProgressStore;
  readonly browserOf: (ctx: Context) => string | undefined;
  readonly device: Pick<DeviceCookie, 'keep' | 'browser'>;
  readonly devices: Pick<RememberedDevices, 'remember'>;
  readonly recorder: (ctx: Context) => Recorder;
  /** Seconds that a device is remembered; 0: never. */
  readonly deviceLife: number;
}

const DAY = 24 * 3600;

/** The second factor, which this browser may be remembered for. */
export class SecondFactorStep {
  readonly #deps: SecondFactorDependencies;

  constructor(deps: SecondFactorDependencies) {
    this.#deps = deps;
  }

  async show(request: IdentifiedRequest): Promise<void> {
    await this.#deps.challenge.show(this.#challenged(request));
  }

  async submit(request: IdentifiedRequest, form: Form): Promise<'next' | undefined> {
    const { challenge, progress, browserOf } = this.#deps;
    const { ctx, interaction, read, person } = request;
    const proved = await challenge.submit(this.#challenged(request), form);
    if (proved === undefined || proved === 'next') return proved;
    if (form.remember_device === 'yes' && this.#mayRemember(request)) await this.#remember(request);
    const kind = proved === 'totp' ? 'otp' : proved;
    const after = factorProved(request.progress, kind, person.sub, String(browserOf(ctx)));
    await progress.write(interaction.uid, read, after);
    return 'next';
  }

  #challenged(request: IdentifiedRequest): Challenged {
    const { interaction, page } = request;
    const { sub: account, subject, name: user } = request.person;
    const days = Math.max(1, Math.floor(this.#deps.deviceLife / DAY));
    const rememberDays = this.#mayRemember(request) ? days : undefined;
    const own = { at: 'sign-in', user, rememberDays, switchUserAction: page.action } as const;
    return { caller: request, account, subject, app: interaction.clientId, page: own };
  }

  /** Not on a shared computer, and not for an app that wants a code each time. */
  #mayRemember({ interaction, isPublic }: IdentifiedRequest): boolean {
    return this.#deps.deviceLife > 0 && interaction.factor !== 'proved' && !isPublic;
  }

  /** From now on this browser counts as the second factor. */
  async #remember({ ctx, person: { sub, subject } }: IdentifiedRequest): Promise<void> {
    const { device, devices, recorder } = this.#deps;
    device.keep(ctx, subject);
    await devices.remember(sub, String(device.browser(ctx)), originOf(ctx), recorder(ctx));
  }
}
