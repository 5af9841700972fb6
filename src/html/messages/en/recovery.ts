/** Words of forgotten passwords and user IDs. */
export const recovery = {
  'recover.heading': 'Reset your password',
  'recover.lead':
    'Tell us your user ID and how to reach you. We send a code to the address or number that is on file for it.',
  'recover.lead-email': 'Tell us your user ID. We send a code to the e-mail address that is on file for it.',
  'recover.lead-sms': 'Tell us your user ID. We send a code to the mobile number that is on file for it.',
  'recover.channel': 'Send the code by',
  'recover.channel-email': 'E-mail',
  'recover.channel-sms': 'Text message',
  'recover.submit': 'Send the code',
  'recover.user-id-missing': 'Enter your user ID',
  'recover.channel-missing': 'Choose how we should send the code',
  'recover.closed-heading': 'Passwords cannot be reset here now',
  'recover.closed': 'No message can be sent at the moment. Nothing about your account has changed.',
  'recover.back': 'Back to sign-in',

  'recover.code-heading': 'Enter the code',
  'recover.code-lead-email':
    'If the user ID <b>{user}</b> has an e-mail address on file, a code is on its way there. It can take a minute, and may land in the spam folder.',
  'recover.code-lead-sms':
    'If the user ID <b>{user}</b> has a mobile number on file, a code is on its way there. It can take a minute.',
  'recover.code': 'Six-digit code',
  'recover.code-hint': 'It is good for {minutes, plural, one {# minute} other {# minutes}}, and once.',
  'recover.code-hint-email':
    'It is good for {minutes, plural, one {# minute} other {# minutes}}, and once. You can also use the link in the mail, on any device.',
  'recover.code-submit': 'Continue',
  'recover.code-missing': 'Enter the code from the message',
  'recover.code-too-short': 'The code has exactly six digits. Check it and try again',
  'recover.code-wrong': 'That code is wrong. Check the six digits and try again, or have another code sent',
  'recover.code-earlier':
    'That code is wrong: it is from an earlier message. Enter the code from the newest message',
  'recover.code-expired': 'That code has expired. Have another sent',
  'recover.resend-heading': 'Nothing has come?',
  'recover.resend-body':
    'Check the spelling of the user ID: capital letters matter. Only an address or number that is on file gets a code.',
  'recover.resend-other-email': 'If your address is an old one, start over and choose the text message.',
  'recover.resend-other-sms': 'If there is no mobile number on file, start over and choose e-mail.',
  'recover.resend': 'Send another code',
  'recover.resend-wait':
    'You can have another code sent in {seconds, plural, one {# second} other {# seconds}}.',
  'recover.resend-now': 'You can have another code sent now.',
  'recover.resent': 'If it can be sent, another code is on its way. Use the code in the newest message.',
  'recover.resend-early': 'Wait a little before you have another code sent',
  'recover.start-over': 'Start over',
  'recover.help':
    'If your address or number has changed, or you never confirmed it, support can confirm your identity and update it.',

  'recover.factor-heading': 'Now the code from your app',
  'recover.factor-lead':
    '<b>{user}</b> has a second step at sign-in, which a new password does not replace. Open your authenticator app and type the code that it shows for {operator}. It is not the code that we sent you.',
  'recover.factor-lead-recovery':
    '<b>{user}</b> has a second step at sign-in, which a new password does not replace. Type one of the codes that you put away when you set up your authenticator app for {operator}.',
  'recover.factor-lost':
    'You have neither the app nor a recovery code? Support checks that it is you, and then helps you back in.',

  'recover.done-heading': 'Your password is changed',
  'recover.done-lead':
    'Every device and app that was signed in to your account is signed out. Now sign in with the new password.',
  'recover.done-notice': 'You also get a message that says so, wherever we can reach you.',
  'recover.done-sign-in': 'Sign in',
  'recover.done-app': 'Sign in to {app}',

  'recover.dead-heading': 'Please start again',
  'recover.dead-lead':
    'This link or page cannot be used any more: it was used before, is too old, or is not complete. Nothing was changed by it.',
  'recover.dead-way-on': 'Start again',

  'recover-user-id.heading': 'Find your user ID',
  'recover-user-id.lead': 'Tell us what is on file for your account. We send your user ID there.',
  'recover-user-id.contact': 'E-mail address or mobile number',
  'recover-user-id.contact-email': 'E-mail address',
  'recover-user-id.contact-sms': 'Mobile number',
  'recover-user-id.contact-hint': 'As it is on file: anna@example.org, or 202-555-0143.',
  'recover-user-id.contact-hint-email': 'As it is on file: anna@example.org.',
  'recover-user-id.contact-hint-sms': 'As it is on file: 202-555-0143.',
  'recover-user-id.submit': 'Send my user ID',
  'recover-user-id.missing': 'Enter an e-mail address or a mobile number',
  'recover-user-id.missing-email': 'Enter an e-mail address',
  'recover-user-id.missing-sms': 'Enter a mobile number',
  'recover-user-id.wrong': 'That is neither an e-mail address nor a phone number. Check it and try again',
  'recover-user-id.wrong-email': 'That is no e-mail address. Check it and try again',
  'recover-user-id.wrong-sms': 'That is no phone number. Check it and try again',
  'recover-user-id.extension':
    'We cannot send texts to a number with an extension. Enter a mobile number without one',
  'recover-user-id.sent-heading': 'Look for our message',
  'recover-user-id.sent-lead':
    'If an account has this address or number on file, a message with its user ID is on its way there. It can take a minute.',
  'recover-user-id.sent-nothing':
    'Nothing has come? Perhaps another address is on file. Look in the spam folder, or contact support.',
  'recover-user-id.again': 'Try another address',
} as const;
