/** Words of the page that stops a reset of the second factor. */
export const recoveryStop = {
  'stop-reset.heading': 'Stop the reset of your second step?',
  'stop-reset.lead':
    'Somebody asked our support to remove the second step of your sign-in: your authenticator app and your recovery codes. It will be removed on <when>{at}</when>, or sooner if our support approves it.',
  'stop-reset.what':
    'If that was not you, stop it. Your authenticator app goes on working, and for a while nobody can ask again.',
  'stop-reset.submit': 'Stop the reset',
  'stop-reset.wanted': 'If that was you, close this page. You need do nothing.',
  'stop-reset-done.heading': 'The reset is stopped',
  'stop-reset-done.lead':
    'Your second step stays as it is. Whoever asked may know your password: change it if you are not sure.',
  'stop-reset-late.heading': 'The reset has already happened',
  'stop-reset-late.lead':
    'Your second step was removed, and you were signed out everywhere, so it can no longer be stopped here. Your password still works.',
  'stop-reset-late.now':
    'If that was not you, sign in now, change your password, and set up your second step again.',
  'stop-reset-dead.lead':
    'It is not complete, or what it was for is over. If you got a newer message since, use the link in that one. To see whether your second step is still asked for, sign in.',
  'stop-reset.ask': 'If you did not ask for the reset, tell us:',
} as const;
