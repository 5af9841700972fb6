/** Words of mail and SMS. */
export const notices = {
  'mail.support': 'Questions? {support}',
  'mail.footer':
    '{operator} sent this email because it concerns your account. Please don’t reply: this mailbox isn’t monitored.',
  'mail.link.copy': 'If the button does not work, copy this address into your browser:',
  'mail.code.life': 'The code works once and expires in {minutes, plural, one {# minute} other {# minutes}}.',
  'mail.link.life': 'The link works once and expires in {minutes, plural, one {# minute} other {# minutes}}.',
  'mail.not-you.code':
    'If you didn’t ask for this code, you don’t need to do anything. Don’t share this code. We will never ask for it.',
  'mail.not-you.link':
    'If you didn’t ask for this, you don’t need to do anything. Nothing changes unless the link is used. Don’t share it.',
  'mail.not-you.alarm': 'If this wasn’t you, reset your password now at {link} and tell us. {support}',
  'mail.not-you.undo':
    'If this wasn’t you, select the button now to undo the change and end all sessions. Then tell us. {support}',
  'mail.not-you.factor-reset-held':
    'If you didn’t ask for this, select the button now to stop it, and tell us. {support}',
  'mail.not-you.user-ids':
    'If you didn’t ask for this, you don’t need to do anything. No one can sign in with only a user ID.',
  'mail.not-you.activation':
    'If you don’t know why you got this email, don’t use the link, and tell us. {support}',
  'mail.not-you.support-code':
    'If you are not talking to our support team right now, don’t share this code: someone may be impersonating you. {support}',
  'mail.undo.button': 'This wasn’t me: undo it',
  'mail.undo.life':
    'You can undo it with the button below for {hours, plural, one {# hour} other {# hours}}.',
  'mail.reset-code.subject': 'Your code for {operator}',
  'mail.reset-code.lead': 'Use this code to reset your password for {operator}.',
  'mail.reset-link.subject': 'Reset your password for {operator}',
  'mail.reset-link.lead': 'Use this link to reset your password for {operator}.',
  'mail.reset-link.button': 'Reset password',
  'mail.user-ids.subject': 'Your user ID for {operator}',
  'mail.user-ids.lead':
    '{count, plural, one {This is the user ID for {operator} with this address:} other {These are the user IDs for {operator} with this address:}}',
  'mail.user-ids.button': 'Sign in',
  'mail.activation.subject': 'Set up your account for {operator}',
  'mail.activation.lead':
    'Welcome, {name}. An account for {operator} was created for you. Choose your user ID and your password to start.',
  'mail.activation.life': 'The link works once and expires on {when}.',
  'mail.activation.button': 'Set up account',
  'mail.contact-code.subject': 'Confirm your address for {operator}',
  'mail.contact-code.lead': 'Use this code to confirm this address for your {operator} account.',
  'mail.support-code.subject': 'Your code for {operator} support',
  'mail.support-code.lead':
    'Read this code to the person at {operator} support who is talking to you. It confirms your identity.',
  'mail.password-changed.subject': 'Your password for {operator} was changed',
  'mail.password-changed.lead':
    'The password of your {operator} account was changed on {when}. All other sessions were ended.',
  'mail.factor-enrolled.subject': 'An authenticator app was added to your {operator} account',
  'mail.factor-enrolled.lead':
    'An authenticator app was added to your {operator} account on {when}. You’ll enter a code from it when you sign in.',
  'mail.factor-removed.subject': 'An authenticator app was removed from your {operator} account',
  'mail.factor-removed.lead': 'An authenticator app was removed from your {operator} account on {when}.',
  'mail.factor-reset-held.subject': 'Two-step verification for {operator} is about to be removed',
  'mail.factor-reset-held.lead':
    'Someone asked {operator} support to remove two-step verification from your account. It will be removed on {when}.',
  'mail.factor-reset-held.wait':
    'If this was you, you don’t need to do anything. Wait until then, and sign in.',
  'mail.factor-reset-held.button': 'Stop the removal',
  'mail.email-changed.subject': 'The email address of your {operator} account was changed',
  'mail.email-changed.lead':
    'The email address of your {operator} account was changed on {when}. From now on we send email to the new one.',
  'mail.phone-changed.subject': 'The phone number of your {operator} account was changed',
  'mail.phone-changed.lead':
    'The phone number of your {operator} account was changed on {when}. From now on we send text messages to the new one.',
  'mail.contact-restored.subject': 'A change to your {operator} account was undone',
  'mail.contact-restored.lead':
    'A change to the email address or phone number of your {operator} account was undone on {when}, with the link that we sent to the old one. All sessions were ended.',
  'mail.account-compromised.subject': 'Your {operator} account is secured',
  'mail.account-compromised.lead':
    'Someone who was signed in to your {operator} account reported unauthorized access on {when}. All sessions were ended, and the password no longer works.',
  'mail.account-compromised.next': 'Choose a new password to sign in again.',
  'mail.new-device.subject': 'A new device signed in to your {operator} account',
  'mail.new-device.lead': 'A new device signed in to your {operator} account on {when}: {device}.',
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
    'Our support team doesn’t accept codes for your account for {minutes, plural, one {# minute} other {# minutes}}. Nothing else has changed: you can sign in and reset your password as usual.',
  'mail.account-locked.wait-sent-code':
    'We don’t accept codes for {minutes, plural, one {# minute} other {# minutes}}. The link in our emails still works, and so does your password.',
  'mail.account-locked.wait-contact-code':
    'We don’t accept such codes for {minutes, plural, one {# minute} other {# minutes}}.',
  'mail.account-locked.wait':
    'The lock ends by itself after {minutes, plural, one {# minute} other {# minutes}}. Resetting your password ends it at once.',
  'mail.authenticator-shut.subject': 'Too many failed attempts on your {operator} account',
  'mail.authenticator-shut.lead-password':
    'There were too many wrong passwords in a row for your {operator} account, most recently on {when}. Your password now works only on devices where you have signed in before.',
  'mail.authenticator-shut.lead-device':
    'There were too many wrong passwords in a row for your {operator} account on one of your devices, most recently on {when}. Your password no longer works on that device.',
  'mail.authenticator-shut.lead-totp':
    'There were too many wrong codes in a row for your {operator} account, most recently on {when}. Codes from your authenticator app no longer work.',
  'mail.authenticator-shut.lead-recovery-code':
    'There were too many wrong recovery codes in a row for your {operator} account, most recently on {when}. Your recovery codes no longer work.',
  'mail.authenticator-shut.lead-support-code':
    'There were too many wrong codes in a row in calls to our support team about your {operator} account, most recently on {when}. Our support team no longer accepts codes for your account. You can sign in as usual.',
  'mail.authenticator-shut.lead-contact-code':
    'There were too many wrong codes in a row for a new email address or phone number of your {operator} account, most recently on {when}. Such codes no longer work.',
  'mail.authenticator-shut.lead-sent-code':
    'There were too many wrong codes in a row to reset the password of your {operator} account, most recently on {when}. Codes sent by email or text message no longer work. Your password still works.',
  'mail.authenticator-shut.next-password':
    'To sign in on another device, reset your password: choose email and open the link in it.',
  'mail.authenticator-shut.next-device':
    'To sign in there again, sign in on another of your devices, or reset your password.',
  'mail.authenticator-shut.next-totp': 'Use one of your recovery codes, or contact {support}.',
  'mail.authenticator-shut.next-sent-code': 'To reset your password, choose email and open the link in it.',
  'mail.authenticator-shut.next': 'Contact {support} to change this.',
  'sms.reset-code':
    '{operator}: {code} is your code to reset your password. It expires in {minutes} min. Do not share it. We will never ask for it.',
  'sms.reset-link':
    '{operator}: reset your password within {minutes} min: {link} Not you? You do not need to do anything.',
  'sms.user-ids':
    '{operator}: your {count, plural, one {user ID is} other {user IDs are}} {users}. Sign in: {link}',
  'sms.activation': '{operator}: set up your account: {link}',
  'sms.contact-code':
    '{operator}: {code} is your code to confirm this number. It expires in {minutes} min. Do not share it. We will never ask for it.',
  'sms.support-code':
    '{operator}: {code} is your code for our support team. It expires in {minutes} min. Not talking to us right now? Do not share it.',
  'sms.password-changed': '{operator}: your password was changed. Not you? Reset it now: {link}',
  'sms.factor-enrolled':
    '{operator}: an authenticator app was added to your account. Not you? Reset your password now: {link}',
  'sms.factor-removed':
    '{operator}: an authenticator app was removed from your account. Not you? Reset your password now: {link}',
  'sms.factor-reset-held':
    '{operator}: two-step verification will be removed from your account on {when}. Not you? Stop it: {link}',
  'sms.email-changed':
    '{operator}: your email address was changed. Not you? Undo it within {hours} h: {link}',
  'sms.phone-changed': '{operator}: your phone number was changed. Not you? Undo it within {hours} h: {link}',
  'sms.contact-restored':
    '{operator}: a change to your contact details was undone. Not you? Reset your password now: {link}',
  'sms.account-compromised':
    '{operator}: all sessions of your account were ended and your password was locked. Choose a new one: {link}',
  'sms.new-device':
    '{operator}: a new device signed in to your account. Not you? Reset your password now: {link}',
  'sms.account-locked':
    '{operator}: your account is locked for {minutes} min after too many wrong passwords. Not you? Reset your password: {link}',
  'sms.account-locked-code':
    '{operator}: wrong codes were entered for your account. Codes are locked for {minutes} min. Not you? Reset your password: {link}',
  'sms.account-locked-support-code':
    '{operator}: someone gave our support team wrong codes for your account. Not you? Reset your password: {link}',
  'sms.authenticator-shut':
    '{operator}: after too many wrong passwords in a row, your password no longer works on some devices. Not you? Reset it: {link}',
  'sms.authenticator-shut-code':
    '{operator}: after too many wrong codes in a row, codes no longer work. Not you? Reset your password: {link}',

  'outbox.heading': 'Email and text messages of the demo',
  'outbox.lead': 'The demo sends nothing. The messages that it would send are here, newest first.',
  'outbox.empty': 'No messages yet.',
} as const;
