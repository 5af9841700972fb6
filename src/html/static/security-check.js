// Gives altcha's widget its worker and our words, starts it, and says politely how it goes.

const widget = document.querySelector('altcha-widget');
const status = document.querySelector('#check-status');
const submit = document.querySelector('#submit');
let submitWhenDone = false;

$altcha.algorithms.set('PBKDF2/SHA-256', () => new Worker(widget.dataset.worker));
$altcha.i18n.set(document.documentElement.lang, JSON.parse(widget.dataset.words));

widget.addEventListener('statechange', ({ detail: { state } }) => {
  say(state === 'verifying' && submitWhenDone ? 'waiting' : state);
  // Unticked, or back from the browser's history: there is nothing to do here but the check.
  if (state === 'unverified') widget.verify();
  if (state === 'error' || state === 'expired') submitWhenDone = false;
  if (state === 'verified' && submitWhenDone) {
    submitWhenDone = false;
    submit.form.requestSubmit(submit);
  }
});

// Before page.js, which would take a press that came too early for the one that sent the form.
submit.form.addEventListener(
  'submit',
  (event) => {
    const state = widget.getState();
    if (state === 'verified') return;
    event.preventDefault();
    event.stopImmediatePropagation();
    submitWhenDone = true;
    if (state === 'verifying') say('waiting');
    else widget.verify();
  },
  { capture: true },
);

// Only now: the work may begin at once, and needs the worker.
widget.setAttribute('auto', 'onload');

function say(state) {
  const text = status.dataset[state] ?? '';
  if (status.textContent !== text) status.textContent = text;
}
