/** Words of the second factor's steps. */
export const factors = {
  'second-factor.heading': 'Enter your sign-in code',
  'second-factor.lead':
    'You are signing in as <b>{user}</b>. Open your authenticator app and type the code that it shows for {operator}.',
  'second-factor.code': 'Six-digit code',
  'second-factor.code-hint': 'A new code appears every 30 seconds. Each works once.',
  'second-factor.remember':
    'Do not ask for a code on this device for {days, plural, one {# day} other {# days}}',
  'second-factor.submit': 'Continue',
  'second-factor.missing': 'Enter the code that your authenticator app shows',
  'second-factor.too-short': 'The code has exactly six digits. Check it and try again',
  'second-factor.wrong': 'That code is wrong or was used already. Wait for the next one and try again',
  'second-factor.wrong-again':
    'That code is wrong too. Check that your phone sets its date and time automatically: codes from a phone whose clock is off do not work. Then enter the next code',
  'second-factor.lost': 'No phone at hand?',
  'second-factor.lost-body': 'Use one of the recovery codes that you put away when you set up the app.',
  'second-factor.use-recovery-code': 'Use a recovery code',

  'recovery-code.heading': 'Enter a recovery code',
  'recovery-code.lead':
    'You are signing in as <b>{user}</b>. Type one of the codes that you put away when you set up your authenticator app for {operator}.',
  'recovery-code.code': 'Recovery code',
  'recovery-code.code-hint': '16 letters and digits. Each code works once.',
  'recovery-code.missing': 'Enter one of your recovery codes',
  'recovery-code.too-short': 'A recovery code has exactly 16 letters and digits. Check it and try again',
  'recovery-code.wrong': 'That code is wrong or was used already. Try another one',
  'recovery-code.lost': 'No recovery codes either?',
  'recovery-code.use-app': 'Use my authenticator app',

  'enrol.heading': 'Set up a second step',
  'enrol.why-role':
    'Your role needs a second step at sign-in, <b>{user}</b>: beside the password, a code from your phone. It keeps others out of patients’ data, even if they learn your password.',
  'enrol.why-app':
    '<b>{app}</b> needs a second step at sign-in, <b>{user}</b>: beside the password, a code from your phone. It keeps others out of patients’ data, even if they learn your password.',
  'enrol.why-chosen':
    'Beside your password, <b>{user}</b>, you will be asked for a code from your phone. It keeps others out of patients’ data, even if they learn your password.',
  'enrol.step-app': 'Get an authenticator app',
  'enrol.step-app-body':
    'Google Authenticator, Microsoft Authenticator, Authy, 1Password, Bitwarden or Apple’s Passwords: any of them works. Skip this if you have one.',
  'enrol.step-key': 'Add this account to it',
  'enrol.step-key-body': 'In the app, choose to add an account and scan this picture.',
  'enrol.picture': 'Picture to scan with an authenticator app. It holds the key that stands below as text.',
  'enrol.key': 'You cannot scan it? Type this key into the app instead:',
  'enrol.open-in-app': 'Open the key in an app on this device',
  'enrol.step-code': 'Show that it works',
  'enrol.name': 'Name of this authenticator',
  'enrol.name-hint': 'So that you can tell several apart, such as “Front desk phone”.',
  'enrol.name-default': 'Authenticator app',
  'enrol.code-hint': 'The code that the app shows now.',
  'enrol.submit': 'Finish setting up',
  'enrol.cancel': 'Cancel',
  'enrol.code-missing': 'Enter the code that the app shows for this account',
  'enrol.code-wrong':
    'That code does not fit this key. Check that the app shows this account and that your phone’s clock is right, then try the next code',
  'enrol.name-missing': 'Enter a name for this authenticator',
  'enrol.name-too-long': 'A name can have at most 64 characters',

  'copy.copy': 'Copy',
  'copy.done': 'Copied',

  'recovery-codes.heading': 'Keep your recovery codes',
  'recovery-codes.lead':
    'If your phone is lost, <b>{user}</b>, one of these codes lets you in instead. Each works once. They are not shown again.',
  'recovery-codes.of': 'Recovery codes of the user ID {id} at {operator}. Each works once.',
  'recovery-codes.file': 'recovery-codes.txt',
  'recovery-codes.download': 'Download',
  'recovery-codes.print': 'Print',
  'recovery-codes.saved': 'I have put these codes in a safe place, not on my phone alone',
  'recovery-codes.unsaved': 'Put the codes in a safe place, then tick the box',
  'recovery-codes.submit': 'Continue',
} as const;
