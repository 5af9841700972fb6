/** Words of forgotten passwords and user IDs. */
export const recovery = {
  'recover.heading': 'Reset your password',
  'recover.lead':
    'Enter your user ID and choose how to get a code. We send it to the email address or phone number on file.',
  'recover.lead-email': 'Enter your user ID. We send a code to the email address on file.',
  'recover.lead-sms': 'Enter your user ID. We send a code to the mobile number on file.',
  'recover.channel': 'Send the code by',
  'recover.channel-email': 'Email',
  'recover.channel-sms': 'Text message',
  'recover.submit': 'Send the code',
  'recover.user-id-missing': 'Enter your user ID',
  'recover.channel-missing': 'Choose how to get the code',
  'recover.closed-heading': 'You can’t reset your password right now',
  'recover.closed': 'We can’t send messages at the moment. Nothing about your account has changed.',
  'recover.back': 'Back to sign-in',

  'recover.code-heading': 'Enter the code',
  'recover.code-lead-email':
    'If the user ID <b>{user}</b> has an email address on file, we sent a code to it. It can take a minute to arrive. Check your spam folder too.',
  'recover.code-lead-sms':
    'If the user ID <b>{user}</b> has a mobile number on file, we sent a code to it. It can take a minute to arrive.',
  'recover.code': 'Six-digit code',
  'recover.code-hint':
    'The code works once and expires in {minutes, plural, one {# minute} other {# minutes}}.',
  'recover.code-hint-email':
    'The code works once and expires in {minutes, plural, one {# minute} other {# minutes}}. You can also use the link in the email, on any device.',
  'recover.code-submit': 'Continue',
  'recover.code-missing': 'Enter the code from the message',
  'recover.code-too-short': 'The code has exactly six digits. Check it and try again',
  'recover.code-wrong': 'That code is wrong. Check the six digits and try again, or send another code',
  'recover.code-earlier': 'That code is from an earlier message. Enter the code from the newest message',
  'recover.code-expired': 'That code has expired. Send another code',
  'recover.resend-heading': 'Didn’t get it?',
  'recover.resend-body':
    'Check your user ID: it is case-sensitive. We only send codes to an email address or phone number that is on file.',
  'recover.resend-other-email': 'If your address has changed, start over and choose text message.',
  'recover.resend-other-sms': 'If there is no mobile number on file, start over and choose email.',
  'recover.resend': 'Send another code',
  'recover.resend-wait': 'You can send another code in {seconds, plural, one {# second} other {# seconds}}.',
  'recover.resend-now': 'You can send another code now.',
  'recover.resent': 'If we can reach you, another code is on its way. Use the code in the newest message.',
  'recover.resend-early': 'Wait a moment before you send another code',
  'recover.start-over': 'Start over',
  'recover.help':
    'If your address or number has changed, or you never confirmed it, support can confirm your identity and update it.',

  'recover.factor-heading': 'Enter the code from your authenticator app',
  'recover.factor-lead':
    '<b>{user}</b> uses two-step verification, and a new password doesn’t replace it. Open your authenticator app and enter the code that it shows for {operator}. This is not the code that we sent you.',
  'recover.factor-lead-recovery':
    '<b>{user}</b> uses two-step verification, and a new password doesn’t replace it. Enter one of the recovery codes you saved when you set up your authenticator app for {operator}.',
  'recover.factor-lost':
    'Don’t have the app or a recovery code? Support can confirm your identity and help you sign in again.',

  'recover.done-heading': 'Your password was changed',
  'recover.done-lead':
    'All devices and apps that were signed in to your account are signed out. Now sign in with the new password.',
  'recover.done-notice': 'We also send you a message that confirms the change.',
  'recover.done-sign-in': 'Sign in',
  'recover.done-app': 'Sign in to {app}',

  'recover.dead-heading': 'Start again',
  'recover.dead-lead':
    'This link or page no longer works: it was already used, has expired or is incomplete. Nothing was changed.',
  'recover.dead-way-on': 'Start again',

  'recover-user-id.heading': 'Find your user ID',
  'recover-user-id.lead': 'Enter your contact details on file. We send your user ID there.',
  'recover-user-id.contact': 'Email address or mobile number',
  'recover-user-id.contact-email': 'Email address',
  'recover-user-id.contact-sms': 'Mobile number',
  'recover-user-id.contact-hint': 'Exactly as it is on file, such as anna@example.org or 202-555-0143.',
  'recover-user-id.contact-hint-email': 'Exactly as it is on file, such as anna@example.org.',
  'recover-user-id.contact-hint-sms': 'Exactly as it is on file, such as 202-555-0143.',
  'recover-user-id.submit': 'Send my user ID',
  'recover-user-id.missing': 'Enter an email address or a mobile number',
  'recover-user-id.missing-email': 'Enter an email address',
  'recover-user-id.missing-sms': 'Enter a mobile number',
  'recover-user-id.wrong': 'That isn’t an email address or a phone number. Check it and try again',
  'recover-user-id.wrong-email': 'That isn’t an email address. Check it and try again',
  'recover-user-id.wrong-sms': 'That isn’t a phone number. Check it and try again',
  'recover-user-id.extension':
    'We can’t send texts to a number with an extension. Enter a mobile number without one',
  'recover-user-id.sent-heading': 'Check your messages',
  'recover-user-id.sent-lead':
    'If an account has this address or number on file, we sent a message with its user ID. It can take a minute to arrive.',
  'recover-user-id.sent-nothing':
    'Didn’t get it? Check your spam folder. We may have a different address on file: try another one, or contact support.',
  'recover-user-id.again': 'Try another address',
} as const;
