// Sends the app's answer on at once; the Continue button stays for when this does not run.
document.querySelector('form[data-auto-submit]')?.requestSubmit();
