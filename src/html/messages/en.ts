import { catalogue } from './catalogue.ts';
import { account } from './en/account.ts';
import { admin } from './en/admin.ts';
import { adminStates } from './en/admin-states.ts';
import { factors } from './en/factors.ts';
import { lockout } from './en/lockout.ts';
import { notices } from './en/notices.ts';
import { passwords } from './en/passwords.ts';
import { practice } from './en/practice.ts';
import { recovery } from './en/recovery.ts';
import { recoveryStop } from './en/recovery-stop.ts';

/** Every word on every page, in English. ICU messages; `<b>` and its like are filled in by the page. */
export const en = catalogue(
  {
    'page.title': '{title} – {operator}',
    'page.title-of-error': 'Error: {title} – {operator}',

    'header.label': 'Help and account',
    'header.help': 'Help',
    'footer.support': 'Contact support',
    'footer.privacy': 'Privacy',
    'footer.accessibility': 'Accessibility',

    'alert.heading': 'There is a problem',

    'password.show': 'Show',
    'password.show-label': 'Show password',
    'password.shown': 'Your password is visible.',
    'password.hide': 'Hide',
    'password.hide-label': 'Hide password',
    'password.hidden': 'Your password is hidden.',
    'password.caps-lock': 'Caps Lock is on.',

    'notice.label': 'Service notice',
    'notice.dismiss': 'Dismiss',

    'sign-in.remember': 'Remember my user ID on this device',
    'sign-in.public': 'This is a shared or public computer',
    'sign-in.heading': 'Sign in',
    'sign-in.lead': 'to continue to <b>{app}</b>. Sign in once to use all your provider tools.',
    'sign-in.lead-launcher': 'Sign in once to use all your provider tools.',
    'sign-in.displaced':
      'You were signed out here because you signed in on another device. You can be signed in on {count, plural, one {# device} other {# devices}} at a time.',
    'sign-in.user-id': 'User ID',
    'sign-in.user-id-hint': 'Enter it exactly as you created it. User IDs are case-sensitive.',
    'sign-in.password': 'Password',
    'sign-in.submit': 'Sign in',
    'sign-in.forgot-password': 'Forgot your password?',
    'sign-in.forgot-user-id': 'Forgot your user ID?',
    'sign-in.incorrect': 'User ID or password is incorrect',
    'sign-in.missing': 'Enter your user ID and your password',

    'continue.heading': 'Continue to {app}?',
    'continue.lead':
      'You are signed in as <b>{user}</b>. The app {app} on this device wants to use this sign-in.',
    'continue.warning': 'If you didn’t just open {app}, close this page.',
    'continue.submit': 'Continue to the app',

    'prove-contact.heading-email': 'Confirm your email address',
    'prove-contact.heading-sms': 'Confirm your phone number',
    'prove-contact.lead':
      'We have <b>{to}</b> for your account. Confirm it with a code, so that we can help you if you forget your password.',
    'prove-contact.lead-sent': 'We sent a code to <b>{to}</b>. It can take a minute to arrive.',
    'prove-contact.send': 'Send me a code',
    'prove-contact.code': 'Six-digit code',
    'prove-contact.code-hint':
      'The code works once and expires in {minutes, plural, one {# minute} other {# minutes}}.',
    'prove-contact.confirm': 'Confirm',
    'prove-contact.resend': 'Send another code',
    'prove-contact.later': 'Not now',
    'prove-contact.other': 'Is it wrong or out of date? Choose Not now, then change it in Your account.',
    'prove-contact.wrong': 'That code didn’t match. Enter the newest one we sent',
    'prove-contact.code-missing': 'Enter the code we sent',
    'prove-contact.code-short': 'The code has six digits. Enter all of them',
    'prove-contact.wait': 'We sent a code less than a minute ago. Wait a moment, then ask again',
    'prove-contact.many': 'You asked for too many codes. Choose Not now and try again in an hour',

    'switch-user': 'Not you? Sign in as someone else',

    'access-denied.heading': 'You don’t have access to {app}',
    'access-denied.why':
      'You are signed in as <b>{user}</b> ({id}). {app} is for people with the role {roles}, and your account doesn’t have it.',
    'access-denied.ask':
      'Ask your practice administrator to give you that role. If you already have it and still see this page, contact support.',
    'access-denied.return': 'Go back to {app}',

    'role.practice-administrator': 'practice administrator',
    'role.clinician': 'clinician',
    'role.biller': 'biller',
    'role.staff': 'staff',
    'role.operator': 'operator',
    'role.security-analyst': 'security analyst',
    'role.support': 'support',

    'consent.heading': 'Let {app} see your data?',
    'consent.lead':
      '<b>{app}</b> is not one of our own apps. It asks for this information about <b>{user}</b>:',
    'consent.allow': 'Allow',
    'consent.refuse': 'Don’t allow',

    'scope.openid': 'your account identifier',
    'scope.profile': 'your name and user ID',
    'scope.email': 'your email address',
    'scope.phone': 'your phone number',
    'scope.practice': 'your practices and your role in each',
    'scope.offline_access': 'permission to stay connected when you aren’t signed in here',

    'sign-out.heading': 'Sign out?',
    'sign-out.lead': 'This signs you out of all your provider tools in this browser.',
    'sign-out.lead-app':
      'This signs you out of <b>{app}</b> and all your other provider tools in this browser.',
    'sign-out.submit': 'Sign out',
    'sign-out.stay': 'Stay signed in',

    'signed-out.heading': 'You are signed out',
    'signed-out.lead': 'You are signed out of all your provider tools in this browser.',
    'signed-out.lead-app':
      'You are signed out of <b>{app}</b> and all your other provider tools in this browser.',
    'signed-out.shared': 'On a shared computer, close the browser too.',
    'signed-out.again': 'Sign in again',
    'signed-out.return': 'Return to {app}',
    'signed-out.return-unnamed': 'Return to the app',

    'launcher.heading': 'Your apps',
    'launcher.lead': 'You are signed in to all of them.',
    'signed-in.as': 'Signed in as',
    'signed-in.sign-out': 'Sign out',
    'launcher.account': 'Your account',
    'launcher.account-open': 'Profile, password, two-step verification and sessions',
    'launcher.empty': 'No apps yet',
    'launcher.empty-body':
      'Your account doesn’t have access to any apps yet. Ask your practice administrator, or contact support.',

    'activate.heading': 'Set up your account',
    'activate.lead': 'Welcome, <b>{user}</b>. Choose the user ID and password that you’ll sign in with.',
    'activate.user-id-hint': 'Up to 64 characters, no spaces. User IDs are case-sensitive when you sign in.',
    'activate.submit': 'Set up account',
    'activate.user-id-missing': 'Enter the user ID that you want',
    'activate.user-id-wrong': 'A user ID has up to 64 characters and no spaces',
    'activate.user-id-reserved': 'This user ID is not available. Choose another',
    'activate.user-id-taken':
      'This user ID is already taken, perhaps with different capital letters. Choose another',

    'activated.heading': 'Your account is ready',
    'activated.lead': 'Now sign in with your new user ID and password.',
    'activated.sign-in': 'Sign in',

    'link-dead.heading': 'This link doesn’t work',
    'link-dead.lead':
      'It was already used, has expired or is incomplete, or your browser blocks cookies from this site. If you have already set up your account, sign in. If cookies are blocked, allow them and open the link again.',
    'link-dead.ask': 'To get a new link, ask the person who invited you, or contact support:',

    'form-post.heading': 'Taking you to {app}',
    'form-post.heading-unnamed': 'Taking you to the app',
    'form-post.body': 'This takes a moment. If nothing happens, select Continue.',
    'form-post.submit': 'Continue',

    'error.back-to-app': 'Go to {app}',
    'error.ask': 'Need help?',
    'error.ask-body': 'Contact support and give them the reference below.',
    'error.code': 'Error',
    'error.id': 'Reference',

    'error.bad-request.title': 'We couldn’t read that request',
    'error.bad-request.body':
      'Part of the address or the form was missing or not valid. Nothing was changed. Start again, and use the buttons on the page.',
    'error.bad-request.way-on': 'Go to your apps',

    'error.not-found.title': 'Page not found',
    'error.not-found.body': 'There is no page at this address. Check the address, or go to your apps.',
    'error.not-found.way-on': 'Go to your apps',

    'error.method-not-allowed.title': 'You can’t open this address directly',
    'error.method-not-allowed.body': 'It only accepts information sent from a form. Go to your apps instead.',
    'error.method-not-allowed.way-on': 'Go to your apps',

    'error.payload-too-large.title': 'The form is too long',
    'error.payload-too-large.body':
      'You sent more than this page accepts. Nothing was changed. Shorten it and try again.',
    'error.payload-too-large.way-on': 'Go to your apps',

    'error.request-timeout.title': 'The request took too long',
    'error.request-timeout.body':
      'Your connection was too slow or was interrupted. Nothing was changed. Check your connection, then try again.',
    'error.request-timeout.way-on': 'Go to your apps',

    'error.headers-too-large.title': 'Your browser sent too much data',
    'error.headers-too-large.body':
      'Your browser keeps too many cookies for this site, or the address is too long. Delete this site’s cookies in your browser’s settings, then start again from your app.',
    'error.headers-too-large.way-on': 'Go to your apps',

    'error.forgery.title': 'Open the page again',
    'error.forgery.body':
      'We couldn’t confirm that this form came from your browser, so we didn’t use it. The page may have been open too long, or cookies may be off. Allow cookies for this site, then start again.',
    'error.forgery.way-on': 'Start again',

    'error.not-permitted.title': 'You don’t have permission',
    'error.not-permitted.body':
      'Your account doesn’t have the permission that this page needs. If it should, ask your practice administrator.',
    'error.not-permitted.way-on': 'Go to your apps',

    'error.store-away.title': 'Not available right now',
    'error.store-away.body':
      'Part of our system isn’t responding. You have not been signed out. Wait a minute, then try again.',
    'error.store-away.way-on': 'Try again',

    'error.busy.title': 'We’re very busy right now',
    'error.busy.body': 'Many people are signing in at the same time. Wait a few seconds, then try again.',
    'error.busy.way-on': 'Try again',

    'error.session-expired.title': 'This page has expired',
    'error.session-expired.body':
      'It was open for too long, so it no longer works. Nothing is wrong with your account.',
    'error.session-expired.way-on': 'Start again',

    'error.cookies-needed.title': 'Allow cookies to continue',
    'error.cookies-needed.body':
      'Your browser blocked cookies from this site, and you can’t sign in without them. In your browser’s settings, allow cookies for this site. Then try again. If you came from a link in a message, open that link again.',
    'error.cookies-needed.way-on': 'Try again',

    'error.already-finished.title': 'Already completed',
    'error.already-finished.body':
      'This sign-in was already completed, perhaps in another tab. There is nothing more to do on this page.',
    'error.already-finished.way-on': 'Go to your apps',

    'error.too-many-requests.title': 'Too many requests',
    'error.too-many-requests.body':
      'There were too many requests from this network, so we stopped this one. Wait, then try again. If you can’t wait, use a device where you have signed in before, or contact support.',
    'error.too-many-requests.way-on': 'Try again',

    'error.internal.title': 'Something went wrong',
    'error.internal.body': 'The problem is on our side, not yours. Wait a minute, then try again.',
    'error.internal.way-on': 'Try again',
  },
  lockout,
  factors,
  passwords,
  notices,
  account,
  practice,
  admin,
  adminStates,
  recovery,
  recoveryStop,
);
