import { createRequire } from 'node:module';
import { generateSync } from 'otplib';
import type { Page } from 'playwright-core';
import { PNG } from 'pngjs';

// Its types say a module with a default export; what Node loads is the function itself.
const jsQR = createRequire(import.meta.url)('jsqr') as typeof import('jsqr').default;

const PERIOD = 30; // s
/** For how long a code has to stay good after it was read, s: the machine may be busy. */
const LASTING = 10;

/** An authenticator app on somebody's phone. It gives each code once, since each is good once. */
export class AuthenticatorApp {
  readonly #secret: string;
  #lastStep = 0;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** Reads the picture off the screen, as a phone's camera would. @throws Error when it cannot be read */
  static async scan(page: Page): Promise<AuthenticatorApp> {
    await page.locator('.qr').scrollIntoViewIfNeeded();
    const { data, width, height } = PNG.sync.read(await page.screenshot());
    const found = jsQR(new Uint8ClampedArray(data), width, height);
    if (!found) throw new Error('there is no picture that can be scanned');
    return new AuthenticatorApp(String(new URL(found.data).searchParams.get('secret')));
  }

  /** A code that is good now; waits for one after the third in half a minute. */
  async code(): Promise<string> {
    // One step back is accepted and one ahead (RFC 6238 §5.2): several codes can be had at once.
    this.#lastStep = Math.max(this.#lastStep + 1, Math.floor((now() + LASTING) / PERIOD) - 1);
    const early = (this.#lastStep - 1) * PERIOD - now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early * 1000));
    return generateSync({ secret: this.#secret, epoch: this.#lastStep * PERIOD });
  }
}

/** Epoch s. */
function now(): number {
  return Date.now() / 1000;
}
