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
    'sign-in.lead': 'to continue to <b>{app}</b>. One sign-in opens all your provider tools.',
    'sign-in.lead-launcher': 'One sign-in opens all your provider tools.',
    'sign-in.displaced':
      'You were signed out here because you signed in on another device. You can be signed in on {count, plural, one {# device} other {# devices}} at a time.',
    'sign-in.user-id': 'User ID',
    'sign-in.user-id-hint': 'Exactly as you created it: capital letters matter.',
    'sign-in.password': 'Password',
    'sign-in.submit': 'Sign in',
    'sign-in.forgot-password': 'Forgot your password?',
    'sign-in.forgot-user-id': 'Forgot your user ID?',
    'sign-in.incorrect': 'User ID or password is incorrect',
    'sign-in.missing': 'Enter your user ID and your password',

    'continue.heading': 'Continue to {app}?',
    'continue.lead':
      'You are signed in as <b>{user}</b>. The app {app} on this device asks to use that sign-in.',
    'continue.warning': 'If you did not just open {app} yourself, close this page.',
    'continue.submit': 'Continue to the app',

    'prove-contact.heading-email': 'Confirm your email address',
    'prove-contact.heading-sms': 'Confirm your phone number',
    'prove-contact.lead':
      'We have <b>{to}</b> for your account. Confirm it with a code, so that we can help you back in if you forget your password.',
    'prove-contact.lead-sent': 'We sent a code to <b>{to}</b>. It can take a minute to arrive.',
    'prove-contact.send': 'Send me a code',
    'prove-contact.code': 'Six-digit code',
    'prove-contact.code-hint':
      'The code works once and expires in {minutes, plural, one {# minute} other {# minutes}}.',
    'prove-contact.confirm': 'Confirm',
    'prove-contact.resend': 'Send another code',
    'prove-contact.later': 'Not now',
    'prove-contact.other': 'Is it wrong or out of date? Choose Not now, then change it under Your account.',
    'prove-contact.wrong': 'That code didn’t match. Enter the newest one we sent',
    'prove-contact.code-missing': 'Enter the code we sent',
    'prove-contact.code-short': 'The code has six digits. Enter all of them',
    'prove-contact.wait': 'A code was sent less than a minute ago. Wait a moment, then ask again',
    'prove-contact.many': 'You asked for many codes. Choose Not now and try again in an hour',

    'switch-user': 'Not you? Sign in as somebody else',

    'access-denied.heading': 'You may not open {app}',
    'access-denied.why':
      'You are signed in as <b>{user}</b> ({id}). {app} is for people with the role {roles}, and your account does not have it.',
    'access-denied.ask':
      'Ask your practice’s administrator to give you that role. If you have it and still see this page, contact support.',
    'access-denied.return': 'Go back to {app}',

    'role.practice-administrator': 'practice administrator',
    'role.clinician': 'clinician',
    'role.biller': 'biller',
    'role.staff': 'staff',
    'role.operator': 'operator',
    'role.security-analyst': 'security analyst',
    'role.support': 'support',

    'consent.heading': 'Let {app} see your data?',
    'consent.lead': '<b>{app}</b> is not one of our own apps. It asks, for <b>{user}</b>, for:',
    'consent.allow': 'Allow',
    'consent.refuse': 'Do not allow',

    'scope.openid': 'who you are: a number that stands for your account',
    'scope.profile': 'your name and user ID',
    'scope.email': 'your e-mail address',
    'scope.phone': 'your phone number',
    'scope.practice': 'your practices and your role there',
    'scope.offline_access': 'staying connected while you are not signed in here',

    'sign-out.heading': 'Sign out?',
    'sign-out.lead': 'This signs you out of all your provider tools in this browser.',
    'sign-out.lead-app':
      'This signs you out of <b>{app}</b> and all your other provider tools in this browser.',
    'sign-out.submit': 'Sign out',
    'sign-out.stay': 'Stay signed in',

    'signed-out.heading': 'You are signed out',
    'signed-out.lead': 'All your provider tools in this browser are signed out.',
    'signed-out.lead-app': '<b>{app}</b> and all your other provider tools in this browser are signed out.',
    'signed-out.shared': 'On a shared computer, close the browser too.',
    'signed-out.again': 'Sign in again',
    'signed-out.return': 'Return to {app}',
    'signed-out.return-unnamed': 'Return to the app',

    'launcher.heading': 'Your apps',
    'launcher.lead': 'You are signed in once for all of them.',
    'signed-in.as': 'Signed in as',
    'signed-in.sign-out': 'Sign out',
    'launcher.account': 'Your account',
    'launcher.account-open': 'Profile, password, second factor and sessions',
    'launcher.empty': 'No apps yet',
    'launcher.empty-body':
      'Your account may not open any app so far. Ask your practice’s administrator, or contact support.',

    'activate.heading': 'Set up your account',
    'activate.lead':
      'Welcome, <b>{user}</b>. Choose the user ID and the password that you will sign in with.',
    'activate.user-id-hint': 'Up to 64 characters, no spaces. Capital letters matter when you sign in.',
    'activate.submit': 'Set up account',
    'activate.user-id-missing': 'Enter the user ID that you want',
    'activate.user-id-wrong': 'A user ID has up to 64 characters and no spaces',
    'activate.user-id-reserved': 'This user ID is not available. Choose another',
    'activate.user-id-taken':
      'Somebody has this user ID already, perhaps with other capital letters. Choose another',

    'activated.heading': 'Your account is ready',
    'activated.lead': 'Now sign in with the user ID and password that you have chosen.',
    'activated.sign-in': 'Sign in',

    'link-dead.heading': 'This link cannot be used',
    'link-dead.lead':
      'It was used before, is too old, or is not complete, or your browser blocks cookies from this site. If you have set up your account already, just sign in. If cookies are blocked, allow them and open the link again.',
    'link-dead.ask': 'For a new link, ask whoever invited you, or:',

    'form-post.heading': 'Taking you to {app}',
    'form-post.heading-unnamed': 'Taking you to the app',
    'form-post.body': 'This takes a moment. If nothing happens, press Continue.',
    'form-post.submit': 'Continue',

    'error.back-to-app': 'Go to {app}',
    'error.ask': 'Need help?',
    'error.ask-body': 'Contact support and give the reference below.',
    'error.code': 'Error',
    'error.id': 'Reference',

    'error.bad-request.title': 'That request could not be read',
    'error.bad-request.body':
      'Part of the address or of the form was missing or not as expected. Nothing was changed. Start again, and use the buttons on the page.',
    'error.bad-request.way-on': 'Go to your apps',

    'error.not-found.title': 'Page not found',
    'error.not-found.body': 'There is no page at this address. Check the address, or start from your apps.',
    'error.not-found.way-on': 'Go to your apps',

    'error.method-not-allowed.title': 'This address cannot be opened directly',
    'error.method-not-allowed.body': 'It only takes what a form sends. Start from your apps instead.',
    'error.method-not-allowed.way-on': 'Go to your apps',

    'error.payload-too-large.title': 'That was too much to send',
    'error.payload-too-large.body':
      'The form held more than this page accepts. Nothing was changed. Shorten it and try again.',
    'error.payload-too-large.way-on': 'Go to your apps',

    'error.request-timeout.title': 'That took too long to arrive',
    'error.request-timeout.body':
      'The connection was too slow or broke off, so nothing was changed. Check your connection, then try again.',
    'error.request-timeout.way-on': 'Go to your apps',

    'error.headers-too-large.title': 'Your browser sent too much',
    'error.headers-too-large.body':
      'It keeps more cookies for this site than we can read, or the address is too long. Delete this site’s cookies in your browser’s settings, then start again from your app.',
    'error.headers-too-large.way-on': 'Go to your apps',

    'error.forgery.title': 'Please open the page again',
    'error.forgery.body':
      'The form could not be matched to this browser, so it was not used. The page may have been open for long, or cookies may be off. Allow cookies for this site, then start again.',
    'error.forgery.way-on': 'Start again',

    'error.not-permitted.title': 'You may not do that',
    'error.not-permitted.body':
      'Your account does not have the right that this page needs. If it should, ask your practice’s administrator.',
    'error.not-permitted.way-on': 'Go to your apps',

    'error.store-away.title': 'Not available right now',
    'error.store-away.body':
      'Part of our system cannot be reached. You have not been signed out. Wait a minute, then try again.',
    'error.store-away.way-on': 'Try again',

    'error.busy.title': 'Very busy right now',
    'error.busy.body':
      'More people are signing in than we can serve at once. Wait a few seconds, then try again.',
    'error.busy.way-on': 'Try again',

    'error.session-expired.title': 'This page has expired',
    'error.session-expired.body':
      'It was open for too long, so it no longer works. Nothing is wrong with your account.',
    'error.session-expired.way-on': 'Start again',

    'error.cookies-needed.title': 'Allow cookies to continue',
    'error.cookies-needed.body':
      'Your browser blocked cookies from this site, and you can’t sign in without them. In your browser’s settings, allow cookies for this site. Then try again. If you came from a link in a message, open that link again.',
    'error.cookies-needed.way-on': 'Try again',

    'error.already-finished.title': 'Already finished',
    'error.already-finished.body':
      'This sign-in was completed before, perhaps in another tab. There is nothing more to do on this page.',
    'error.already-finished.way-on': 'Go to your apps',

    'error.too-many-requests.title': 'Too many requests',
    'error.too-many-requests.body':
      'There were too many requests from this network, so this one was not carried out. Wait, then try again. If you cannot wait, use a device on which you have signed in before, or contact support.',
    'error.too-many-requests.way-on': 'Try again',

    'error.internal.title': 'Something went wrong',
    'error.internal.body': 'The fault is on our side, not yours. Wait a minute, then try again.',
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
