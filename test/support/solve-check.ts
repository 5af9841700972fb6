import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';

/** Solves a challenge as the widget does and gives what it posts as `security_check`. */
export async function solve(challenge: Challenge): Promise<string> {
  const solution = await solveChallenge({ challenge, deriveKey });
  if (!solution) throw new Error('the challenge took too long');
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
}

/** The challenge that a page carries. @throws Error when it carries none */
export function challengeIn(html: string): Challenge {
  const [, attribute] = /<altcha-widget\b[^>]* challenge="([^"]*)"/.exec(html) ?? [];
  if (attribute === undefined) throw new Error('the page has no security check');
  return JSON.parse(attribute.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as Challenge;
}

/** The value of `security_check` for the check on this page, worked out as a browser would. */
export function solveCheck(html: string): Promise<string> {
  return solve(challengeIn(html));
}
