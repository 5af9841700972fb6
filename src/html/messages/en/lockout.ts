/** Words of locks and of the security check. */
export const lockout = {
  'security-check.heading': 'Security check',
  'security-check.lead':
    'To stop people from guessing passwords, this browser has to do a short calculation. You don’t have to solve any puzzles. It starts by itself and takes a few seconds.',
  'security-check.for': 'You are signing in as <b>{id}</b>.',
  'security-check.for-recovery': 'You are resetting the password of <b>{id}</b>.',
  'security-check.again': 'The check was not completed. Try again.',
  'security-check.start': 'Start the calculation',
  'security-check.working': 'Calculating…',
  'security-check.done': 'Check completed',
  'security-check.expired': 'The check has expired. Start it again.',
  'security-check.failed':
    'This browser couldn’t do the calculation. Start it again, or use another browser. If that doesn’t help, contact support.',
  'security-check.say-working': 'The calculation is running. It takes a few seconds.',
  'security-check.say-done': 'The check is complete. You can continue.',
  'security-check.say-waiting': 'The calculation is still running. You will continue as soon as it is done.',
  'security-check.continue': 'Continue',
  'security-check.no-script':
    'This check needs JavaScript. Turn it on in your browser and load this page again. Or wait {minutes, plural, one {# minute} other {# minutes}} and sign in then without the check. If you need help, contact support.',
  'locked.heading': 'Sign-in is locked',
  'locked.why':
    'There were several failed attempts to sign in with this user ID. To protect the account, no one can sign in with it here for now. Nothing else has changed.',
  'locked.heading-code': 'Codes are locked',
  'locked.why-code':
    'Several wrong codes were entered for this user ID. To protect the account, we don’t accept codes for now. Nothing else has changed.',
  'locked.until-minutes':
    'You can try again at <when>{time}</when>, in about {minutes, plural, one {# minute} other {# minutes}}.',
  'locked.until-hours':
    'You can try again at <when>{time}</when>, in about {hours, plural, one {# hour} other {# hours}}.',
  'locked.now': 'What you can do now',
  'locked.wait': 'The lock ends by itself. You can wait until then.',
  'locked.device':
    'If you didn’t make these attempts, use a device where you have signed in before: you can still sign in there.',
  'locked.this-device':
    'The attempts were made in this browser. If you didn’t make them, someone else uses it.',
  'locked.reset': 'Not sure of your password? Choose a new one. That ends the lock at once.',
  'locked.reset-link': 'Reset your password',
  'locked.ask': 'If you can’t wait, or didn’t make these attempts, contact support.',
  'locked.shut-heading': 'Your password no longer works here',
  'locked.shut-why':
    'There were too many wrong passwords in a row for this user ID. To protect the account, the password no longer works in this browser. Nothing else has changed.',
  'locked.shut-heading-code': 'Codes no longer work',
  'locked.shut-why-code':
    'There were too many wrong codes in a row for this user ID. To protect the account, we no longer accept this kind of code. Nothing else has changed.',
  'locked.shut-reset':
    'Reset your password to sign in on any device again. Choose email and open the link in it.',
  'locked.shut-device': 'You can still sign in on a device where you have signed in before.',
  'locked.shut-this-device':
    'The attempts were made on this device. If you didn’t make them, someone else uses it.',
  'locked.shut-ask':
    'If you need help, or didn’t make these attempts, contact support. They can confirm your identity and let you try again.',
  'locked.use-recovery-code': 'Use a recovery code instead',
  'locked.use-app': 'Use your authenticator app instead',
  'locked.open-link': 'Open the link in the email that we send you. It works even though codes don’t.',
  'locked.ask-email': 'Choose email instead of a text message. The link in it works even though codes don’t.',
  'locked.back': 'Back to sign-in',
} as const;
