import { type Answer, codeOf, flow, type SendOptions, Visitor } from '../support/visitor.ts';
import { typed } from './holdings.ts';

/** An answer, when it was asked for (ms, as performance.now), and the ms that it took. */
export interface Timed {
  readonly answer: Answer;
  readonly at: number;
  readonly ms: number;
}

/** A browser and the app that it comes from, whose every answer is noted. */
export class Walker extends Visitor {
  readonly answers: Timed[] = [];

  override async request(path: string, options: SendOptions = {}): Promise<Answer> {
    const at = performance.now();
    const answer = await super.request(path, options);
    this.answers.push({ answer, at, ms: performance.now() - at });
    return answer;
  }

  /**
   * A whole sign-in with nothing left of the one before: authorize, page, password, resume, the code's
   * redemption. The last answer: the tokens, or the first that refused.
   */
  async signInAnew(): Promise<Answer> {
    this.forget();
    const { url, verifier, redirectUri } = flow('claims');
    const page = await this.open(url);
    if (page.status !== 200) return page;
    const answer = await this.submit(page, typed('dr.rivera'));
    if (answer.status !== 303) return answer;
    const redemption = {
      grant_type: 'authorization_code',
      code: codeOf(answer),
      redirect_uri: redirectUri,
      code_verifier: verifier,
      client_id: 'claims',
      client_secret: 'claims-demo-secret',
    };
    return this.request('/oidc/token', {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(redemption).toString(),
    });
  }
}
