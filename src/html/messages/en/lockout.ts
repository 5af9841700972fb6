/** Words of locks and of the security check. */
export const lockout = {
  'security-check.heading': 'Security check',
  'security-check.lead':
    'To keep guessers out, this browser has to do a short calculation. You do not have to read or click pictures. It starts by itself and takes a few seconds.',
  'security-check.for': 'You are signing in as <b>{id}</b>.',
  'security-check.for-recovery': 'You are resetting the password of <b>{id}</b>.',
  'security-check.again': 'The check was not completed. Try again.',
  'security-check.start': 'Start the calculation',
  'security-check.working': 'Calculating…',
  'security-check.done': 'Check completed',
  'security-check.expired': 'The check is too old. Start it again.',
  'security-check.failed':
    'This browser could not do the calculation. Start it again, or use another browser. If that does not help, contact support.',
  'security-check.say-working': 'The calculation is running. It takes a few seconds.',
  'security-check.say-done': 'The check is completed. You can continue.',
  'security-check.say-waiting': 'The calculation is still running. You go on as soon as it is done.',
  'security-check.continue': 'Continue',
  'security-check.no-script':
    'This check needs JavaScript. Turn it on in your browser and load this page again. Or wait {minutes, plural, one {# minute} other {# minutes}} without trying and sign in then: the check is not asked for any more. If you need help, contact support.',
  'locked.heading': 'Sign-in is paused',
  'locked.why':
    'There were several failed attempts to sign in with this user ID. To keep guessers out, signing in with it is paused. Nothing else has changed.',
  'locked.heading-code': 'Codes are paused',
  'locked.why-code':
    'Several wrong codes were entered for this user ID. To keep guessers out, no code is accepted for now. Nothing else has changed.',
  'locked.until-minutes':
    'You can try again at <when>{time}</when>, in about {minutes, plural, one {# minute} other {# minutes}}.',
  'locked.until-hours':
    'You can try again at <when>{time}</when>, in about {hours, plural, one {# hour} other {# hours}}.',
  'locked.now': 'What you can do now',
  'locked.wait': 'The pause ends by itself: you can wait until then.',
  'locked.device':
    'If the attempts were not yours, use a device on which you have signed in before: the pause does not hold there.',
  'locked.this-device':
    'The attempts were made in this browser. If they were not yours, somebody else uses it.',
  'locked.reset': 'Not sure of the password? Choose a new one: that ends the pause at once.',
  'locked.reset-link': 'Reset your password',
  'locked.ask': 'If you cannot wait, or did not make these attempts, contact support.',
  'locked.shut-heading': 'Your password is no longer accepted here',
  'locked.shut-why':
    'There were too many wrong passwords in a row for this user ID. To protect the account, the password is not accepted in this browser any more. Nothing else has changed.',
  'locked.shut-heading-code': 'Codes are no longer accepted',
  'locked.shut-why-code':
    'There were too many wrong codes in a row for this user ID. To protect the account, codes of this kind are not accepted any more. Nothing else has changed.',
  'locked.shut-reset':
    'Reset your password: then you can sign in on any device again. Ask for an email and open the link in it.',
  'locked.shut-device': 'You can still sign in on a device where you have signed in before.',
  'locked.shut-this-device':
    'The attempts were made on this device. If they were not yours, someone else uses it.',
  'locked.shut-ask':
    'If you need help, or did not make these attempts, contact support. They can confirm your identity and let you try again.',
  'locked.use-recovery-code': 'Use a recovery code instead',
  'locked.use-app': 'Use your authenticator app instead',
  'locked.open-link': 'Open the link in the email that we send you: it works although codes do not.',
  'locked.ask-email':
    'Ask for an email instead of a text message: the link in it works although codes do not.',
  'locked.back': 'Back to sign-in',
} as const;
