/** Words of the second factor's steps. */
export const factors = {
  'second-factor.heading': 'Enter your sign-in code',
  'second-factor.lead':
    'You are signing in as <b>{user}</b>. Open your authenticator app and enter the code that it shows for {operator}.',
  'second-factor.code': 'Six-digit code',
  'second-factor.code-hint': 'A new code appears every 30 seconds. Each code works once.',
  'second-factor.remember':
    'Don’t ask for a code on this device for {days, plural, one {# day} other {# days}}',
  'second-factor.submit': 'Continue',
  'second-factor.missing': 'Enter the code that your authenticator app shows',
  'second-factor.too-short': 'The code has exactly six digits. Check it and try again',
  'second-factor.wrong': 'That code is wrong or was already used. Wait for the next one and try again',
  'second-factor.wrong-again':
    'That code is wrong too. Check that your phone sets its date and time automatically: if the phone’s clock is wrong, its codes don’t work. Then enter the next code',
  'second-factor.lost': 'Don’t have your phone?',
  'second-factor.lost-body': 'Use one of the recovery codes you saved when you set up the app.',
  'second-factor.use-recovery-code': 'Use a recovery code',

  'recovery-code.heading': 'Enter a recovery code',
  'recovery-code.lead':
    'You are signing in as <b>{user}</b>. Enter one of the recovery codes you saved when you set up your authenticator app for {operator}.',
  'recovery-code.code': 'Recovery code',
  'recovery-code.code-hint': '16 letters and digits. Each code works once.',
  'recovery-code.missing': 'Enter one of your recovery codes',
  'recovery-code.too-short': 'A recovery code has exactly 16 letters and digits. Check it and try again',
  'recovery-code.wrong': 'That code is wrong or was already used. Try another one',
  'recovery-code.lost': 'Don’t have your recovery codes either?',
  'recovery-code.use-app': 'Use my authenticator app',

  'enrol.heading': 'Set up two‑step verification',
  'enrol.why-role':
    'Your role requires two-step verification, <b>{user}</b>. In addition to your password, you’ll enter a code from your phone. This protects patients’ data even if someone learns your password.',
  'enrol.why-app':
    '<b>{app}</b> requires two-step verification, <b>{user}</b>. In addition to your password, you’ll enter a code from your phone. This protects patients’ data even if someone learns your password.',
  'enrol.why-chosen':
    'In addition to your password, <b>{user}</b>, you’ll enter a code from your phone. This protects patients’ data even if someone learns your password.',
  'enrol.step-app': 'Get an authenticator app',
  'enrol.step-app-body':
    'Any authenticator app works, such as Google Authenticator, Microsoft Authenticator, Authy, 1Password, Bitwarden or Apple’s Passwords. Skip this step if you have one.',
  'enrol.step-key': 'Add your account to the app',
  'enrol.step-key-body': 'In the app, choose to add an account and scan this QR code.',
  'enrol.picture': 'QR code to scan with an authenticator app. It contains the key shown below as text.',
  'enrol.key': 'Can’t scan it? Type this key into the app instead:',
  'enrol.open-in-app': 'Open in an app on this device',
  'enrol.step-code': 'Enter a code to finish',
  'enrol.name': 'Name of this authenticator app',
  'enrol.name-hint': 'Helps you tell several apart, such as “Front desk phone”.',
  'enrol.name-default': 'Authenticator app',
  'enrol.code-hint': 'Enter the code that the app shows now.',
  'enrol.submit': 'Finish setup',
  'enrol.cancel': 'Cancel',
  'enrol.code-missing': 'Enter the code that the app shows for this account',
  'enrol.code-wrong':
    'That code didn’t match. Check that the app shows this account and that your phone’s clock is right, then enter the next code',
  'enrol.name-missing': 'Enter a name for this authenticator app',
  'enrol.name-too-long': 'A name can have at most 64 characters',

  'copy.copy': 'Copy',
  'copy.done': 'Copied',

  'recovery-codes.heading': 'Save your recovery codes',
  'recovery-codes.lead':
    'If you lose your phone, <b>{user}</b>, you can sign in with one of these codes instead. Each code works once. We won’t show them again.',
  'recovery-codes.of': 'Recovery codes for the user ID {id} at {operator}. Each code works once.',
  'recovery-codes.file': 'recovery-codes.txt',
  'recovery-codes.download': 'Download',
  'recovery-codes.print': 'Print',
  'recovery-codes.saved': 'I have saved these codes in a safe place, not only on my phone',
  'recovery-codes.unsaved': 'Save the codes in a safe place, then check the box',
  'recovery-codes.submit': 'Continue',
} as const;
