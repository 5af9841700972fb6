/** Words of the page that stops a reset of the second factor. */
export const recoveryStop = {
  'stop-reset.heading': 'Stop the reset of two-step verification?',
  'stop-reset.lead':
    'Someone asked our support team to remove two-step verification from your account: your authenticator app and your recovery codes. It will be removed on <when>{at}</when>, or sooner if our support team approves it.',
  'stop-reset.what':
    'If this wasn’t you, stop it now. Your authenticator app keeps working, and for a while no one can ask for a reset again.',
  'stop-reset.submit': 'Stop the reset',
  'stop-reset.wanted': 'If this was you, close this page. You don’t need to do anything.',
  'stop-reset-done.heading': 'Reset stopped',
  'stop-reset-done.lead':
    'Two-step verification stays on. The person who asked for the reset may know your password. If you are not sure, change it.',
  'stop-reset-late.heading': 'The reset has already happened',
  'stop-reset-late.lead':
    'Two-step verification was removed and you were signed out everywhere, so you can’t stop it here. Your password still works.',
  'stop-reset-late.now':
    'If this wasn’t you, sign in now, change your password, and set up two-step verification again.',
  'stop-reset-dead.lead':
    'The link is incomplete, or the reset is already over. If you got a newer message, use the link in that one. To see whether two-step verification is still on, sign in.',
  'stop-reset.ask': 'If you didn’t ask for the reset, tell us:',
} as const;
