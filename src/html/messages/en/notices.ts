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
  'mail.account-locked.subject-code': 'Wrong codes were entered for your {operator} account',
  'mail.account-locked.subject-support-code':
    'Wrong codes were given to our support team for your {operator} account',
  'mail.account-locked.subject': 'Your {operator} account is locked for a while',
  'mail.account-locked.lead-password':
    'Someone entered wrong passwords for your {operator} account, most recently on {when}.',
  'mail.account-locked.lead-totp':
    'Someone entered wrong codes from an authenticator app for your {operator} account, most recently on {when}. Before that they entered your password, or used a message sent to you.',
  'mail.account-locked.lead-recovery-code':
    'Someone entered wrong recovery codes for your {operator} account, most recently on {when}. Before that they entered your password, or used a message sent to you.',
  'mail.account-locked.lead-support-code':
    'Someone who contacted our support team about your {operator} account gave wrong codes, most recently on {when}. If it was not you, someone may be impersonating you.',
  'mail.account-locked.lead-contact-code':
    'Someone who is signed in to your {operator} account entered wrong codes for a new email address or phone number, most recently on {when}.',
  'mail.account-locked.lead-sent-code':
    'Someone tried to reset the password of your {operator} account and entered wrong codes, most recently on {when}.',
  'mail.account-locked.wait-support-code':
    'Our support team takes no code for your account for {minutes, plural, one {# minute} other {# minutes}}. Nothing else has changed: you can sign in, and reset your password, as always.',
  'mail.account-locked.wait-sent-code':
    'No code is accepted for {minutes, plural, one {# minute} other {# minutes}}. A link in our emails works all the same, and so does your password.',
  'mail.account-locked.wait-contact-code':
    'No such code is accepted for {minutes, plural, one {# minute} other {# minutes}}.',
  'mail.account-locked.wait':
    'The lock ends by itself after {minutes, plural, one {# minute} other {# minutes}}. Resetting the password ends it at once.',
  'mail.authenticator-shut.subject': 'Too many failed attempts on your {operator} account',
  'mail.authenticator-shut.lead-password':
    'There were too many wrong passwords in a row for your {operator} account, the last on {when}. Your password is now accepted only on devices where you have signed in before.',
  'mail.authenticator-shut.lead-device':
    'There were too many wrong passwords in a row for your {operator} account on one of your devices, the last on {when}. Your password is no longer accepted on that device.',
  'mail.authenticator-shut.lead-totp':
    'There were too many wrong codes in a row for your {operator} account, the last on {when}. Codes from your authenticator app are no longer accepted.',
  'mail.authenticator-shut.lead-recovery-code':
    'There were too many wrong recovery codes in a row for your {operator} account, the last on {when}. Recovery codes are no longer accepted.',
  'mail.authenticator-shut.lead-support-code':
    'There were too many wrong codes in a row in calls to our support team about your {operator} account, the last on {when}. Our support team no longer accepts codes for your account. You can sign in as always.',
  'mail.authenticator-shut.lead-contact-code':
    'There were too many wrong codes in a row for a new email address or phone number of your {operator} account, the last on {when}. Such codes are no longer accepted.',
  'mail.authenticator-shut.lead-sent-code':
    'There were too many wrong codes in a row for resetting the password of your {operator} account, the last on {when}. Codes sent by email or text message are no longer accepted. Your password still works.',
  'mail.authenticator-shut.next-password':
    'To sign in on another device, reset your password and open the link in the email.',
  'mail.authenticator-shut.next-device':
    'To sign in there again, sign in on another of your devices, or reset your password.',
  'mail.authenticator-shut.next-totp': 'Use one of your recovery codes, or contact {support}.',
  'mail.authenticator-shut.next-sent-code':
    'To reset your password, ask for an email and open the link in it.',
  'mail.authenticator-shut.next': 'Contact {support} to have this changed.',
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
  'sms.account-locked-code':
    '{operator}: wrong codes were entered for your account; none is accepted for {minutes} min. Not you? Reset your password: {link}',
  'sms.account-locked-support-code':
    '{operator}: someone gave our support team wrong codes for your account. Not you? Reset your password: {link}',
  'sms.authenticator-shut':
    '{operator}: too many wrong passwords in a row, so your password is refused on some devices. Not you? Reset it: {link}',
  'sms.authenticator-shut-code':
    '{operator}: too many wrong codes in a row, so no more are accepted. Not you? Reset your password: {link}',

  'outbox.heading': 'Mail and texts of the demo',
  'outbox.lead': 'Nothing is sent: what would be is here, the newest first.',
  'outbox.empty': 'Nothing has been written yet.',
} as const;
