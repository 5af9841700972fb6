/** Words of mail and SMS. */
export const notices = {
  'mail.support': 'Questions? {support}',
  'mail.footer':
    '{operator} sent this mail because it concerns your account. Please do not reply: nobody reads the answers.',
  'mail.link.copy': 'If the button does not work, copy this address into your browser:',
  'mail.code.life': 'It is good once, for {minutes, plural, one {# minute} other {# minutes}}.',
  'mail.link.life': 'The link is good once, for {minutes, plural, one {# minute} other {# minutes}}.',
  'mail.not-you.code':
    'If you did not ask for this code, you need do nothing: without it nothing changes. Never tell it to anybody, whoever asks.',
  'mail.not-you.link':
    'If you did not ask for this, you need do nothing: unless the link is used, nothing changes. Never pass it on.',
  'mail.not-you.alarm': 'If this was not you, reset your password now at {link} and tell us. {support}',
  'mail.not-you.undo':
    'If this was not you, press the button now: it takes the change back and ends all sessions. Then tell us. {support}',
  'mail.not-you.factor-reset-held':
    'If you did not ask for this, press the button now to stop it, and tell us. {support}',
  'mail.not-you.user-ids': 'If you did not ask for this, you need do nothing: a user ID alone opens nothing.',
  'mail.not-you.activation':
    'If you do not know why you were sent this, do not use the link, and tell us. {support}',
  'mail.not-you.support-code':
    'If you are not talking to our support right now, tell nobody this code: somebody is trying to be you. {support}',
  'mail.undo.button': 'This was not me: undo it',
  'mail.undo.life': 'For {hours, plural, one {# hour} other {# hours}} the button below undoes it.',
  'mail.reset-code.subject': 'Your code for {operator}',
  'mail.reset-code.lead': 'Here is the code to reset your password for {operator}.',
  'mail.reset-link.subject': 'Reset your password for {operator}',
  'mail.reset-link.lead': 'With this link you reset your password for {operator}.',
  'mail.reset-link.button': 'Reset the password',
  'mail.user-ids.subject': 'Your user ID for {operator}',
  'mail.user-ids.lead':
    '{count, plural, one {This is the user ID for {operator} that has this address:} other {These are the user IDs for {operator} that have this address:}}',
  'mail.user-ids.button': 'Sign in',
  'mail.activation.subject': 'Set up your account for {operator}',
  'mail.activation.lead':
    'Welcome, {name}. An account for {operator} was made for you. Choose your user ID and your password to start.',
  'mail.activation.life': 'The link is good once, until {when}.',
  'mail.activation.button': 'Set up the account',
  'mail.contact-code.subject': 'Confirm your address for {operator}',
  'mail.contact-code.lead': 'Here is the code that confirms this address for your {operator} account.',
  'mail.support-code.subject': 'Your code for {operator} support',
  'mail.support-code.lead':
    'Read this code to the person at {operator} support that you are talking to. It shows them that you are you.',
  'mail.password-changed.subject': 'Your password for {operator} was changed',
  'mail.password-changed.lead':
    'The password of your {operator} account was changed on {when}. All other sessions were ended.',
  'mail.factor-enrolled.subject': 'A second factor was added to your {operator} account',
  'mail.factor-enrolled.lead':
    'An authenticator app was added to your {operator} account on {when}. Signing in asks for its codes from now on.',
  'mail.factor-removed.subject': 'A second factor was removed from your {operator} account',
  'mail.factor-removed.lead': 'An authenticator app was removed from your {operator} account on {when}.',
  'mail.factor-reset-held.subject': 'Your second factor for {operator} is about to be reset',
  'mail.factor-reset-held.lead':
    'Somebody asked {operator} support to remove the second factor of your account. It will be removed on {when}.',
  'mail.factor-reset-held.wait': 'If that was you, you need do nothing: wait until then, and sign in.',
  'mail.factor-reset-held.button': 'Stop it',
  'mail.email-changed.subject': 'The mail address of your {operator} account was changed',
  'mail.email-changed.lead':
    'The mail address of your {operator} account was changed on {when}. Mail goes to the new one from now on.',
  'mail.phone-changed.subject': 'The phone number of your {operator} account was changed',
  'mail.phone-changed.lead':
    'The phone number of your {operator} account was changed on {when}. Texts go to the new one from now on.',
  'mail.contact-restored.subject': 'A change of your {operator} account was undone',
  'mail.contact-restored.lead':
    'A change of the mail address or phone number of your {operator} account was undone on {when}, by the link that was sent to the old one. All sessions were ended.',
  'mail.account-compromised.subject': 'Your {operator} account is secured',
  'mail.account-compromised.lead':
    'Somebody signed in to your {operator} account said on {when} that another person had been in. All sessions were ended, and the password no longer works.',
  'mail.account-compromised.next': 'Choose a new password to sign in again.',
  'mail.new-device.subject': 'A new device signed in to your {operator} account',
  'mail.new-device.lead':
    'A device that we had not seen before signed in to your {operator} account on {when}: {device}.',
  'mail.account-locked.subject': 'Your {operator} account is locked for a while',
  'mail.account-locked.lead':
    'Somebody gave wrong passwords for your {operator} account, the last on {when}.',
  'mail.account-locked.wait':
    'The lock ends by itself after {minutes, plural, one {# minute} other {# minutes}}. Resetting the password ends it at once.',
  'sms.reset-code':
    '{operator}: {code} is your code to reset the password, good for {minutes} min. Tell it to nobody.',
  'sms.reset-link': '{operator}: reset your password within {minutes} min: {link} Not you? Do nothing.',
  'sms.user-ids':
    '{operator}: your {count, plural, one {user ID is} other {user IDs are}} {users}. Sign in: {link}',
  'sms.activation': '{operator}: set up your account: {link}',
  'sms.contact-code': '{operator}: {code} confirms this number, good for {minutes} min. Tell it to nobody.',
  'sms.support-code':
    '{operator}: {code} is the code for our support, good for {minutes} min. Not talking to us right now? Tell it to nobody.',
  'sms.password-changed': '{operator}: your password was changed. Not you? Reset it now: {link}',
  'sms.factor-enrolled':
    '{operator}: a second factor was added to your account. Not you? Reset your password now: {link}',
  'sms.factor-removed':
    '{operator}: a second factor was removed from your account. Not you? Reset your password now: {link}',
  'sms.factor-reset-held':
    '{operator}: your second factor will be removed on {when}. Not you? Stop it: {link}',
  'sms.email-changed': '{operator}: your mail address was changed. Not you? Undo it within {hours} h: {link}',
  'sms.phone-changed': '{operator}: your phone number was changed. Not you? Undo it within {hours} h: {link}',
  'sms.contact-restored':
    '{operator}: a change of your address was undone. Not you? Reset your password now: {link}',
  'sms.account-compromised':
    '{operator}: all sessions of your account were ended and its password locked. Choose a new one: {link}',
  'sms.new-device':
    '{operator}: a new device signed in to your account. Not you? Reset your password now: {link}',
  'sms.account-locked':
    '{operator}: wrong passwords locked your account for {minutes} min. Not you? Reset your password: {link}',

  'outbox.heading': 'Mail and texts of the demo',
  'outbox.lead': 'Nothing is sent: what would be is here, the newest first.',
  'outbox.empty': 'Nothing has been written yet.',
} as const;
