/**
 * Every act there is at the console and its API, and whether a person must have signed in just now for it, with
 * password and second factor: whatever ends what others have, lets somebody in, gives or takes a role, weakens a
 * proof, or changes apps and keys. What is not asked for it can be done again, ends by itself, or only stops
 * something, and must not wait. [rule 35]
 */
export const FRESH_SIGN_IN = {
  endSession: true,
  endSessions: true,
  endSessionsOfAccount: true,
  replayLogoutNotice: false,
  unlockAccount: false,
  disableAccount: true,
  enableAccount: true,
  requireSecondFactor: true,
  sendReset: true,
  verifyCaller: false,
  enterCallerCode: false,
  requestFactorReset: true,
  approveFactorReset: true,
  stopFactorReset: false,
  registerApp: true,
  rotateAppSecret: true,
  removeApp: true,
  createPractice: false,
  addMember: true,
  endMembership: true,
  rotateKeys: true,
} as const satisfies Readonly<Record<string, boolean>>;

export type Act = keyof typeof FRESH_SIGN_IN;
