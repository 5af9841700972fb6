// Somebody who types here asks the identity provider for nothing, and would be put out in the midst of it. So this
// tells it that they are at work, warns two minutes before the session ends, and says when it has ended.

const AHEAD = 120; // s
const MINUTE = 60_000; // ms; more often than that counts for nothing
const POLL = 15; // s between looks while the warning stands: another tab or app may have answered it
const KEPT = 'draft';
const dialog = document.querySelector('#session-end');
const draft = document.querySelector('#draft');
const { who } = dialog.dataset;
let timer;
let told = Number.NEGATIVE_INFINITY;

giveBack();
ask('GET');
for (const sign of ['keydown', 'pointerdown']) document.addEventListener(sign, work);
dialog.querySelector('#stay').addEventListener('click', () => ask('POST'));
dialog.querySelector('#sign-in-again').addEventListener('click', keep);
dialog.querySelector('#close').addEventListener('click', close);
// Whoever presses Escape is there.
dialog.addEventListener('cancel', (event) => {
  event.preventDefault();
  if (dialog.dataset.state === 'soon') ask('POST');
  if (dialog.dataset.state === 'last') close();
});
// A computer that slept runs no timers.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) ask('GET');
});

function work() {
  if (dialog.open || performance.now() - told < MINUTE) return;
  told = performance.now();
  ask('POST');
}

/** POST says that somebody is at work; GET asks what is left, and prolongs nothing. */
async function ask(method) {
  clearTimeout(timer);
  const answer = await fetch('/session', { method }).catch(() => undefined);
  // An identity provider that tells nothing.
  if (answer?.status === 404) return;
  const left = answer?.ok ? await answer.json() : undefined;
  if (!left) return askIn(POLL);
  if (!left.active) return show('over');
  if (left.idle > AHEAD) {
    close();
    delete dialog.dataset.state;
    return askIn(left.idle - AHEAD);
  }
  show(left.idle < left.absolute ? 'soon' : 'last');
  askIn(Math.min(left.idle + 1, POLL));
}

function askIn(seconds) {
  clearTimeout(timer);
  timer = setTimeout(() => ask('GET'), seconds * 1000);
}

function show(state) {
  // It was read and closed, so that the work can be saved: once is enough.
  if (state === 'last' && dialog.dataset.state === 'last') return;
  dialog.dataset.state = state;
  for (const part of dialog.querySelectorAll('[data-when]')) {
    part.hidden = !part.dataset.when.split(' ').includes(state);
  }
  if (!dialog.open) dialog.showModal();
}

function close() {
  dialog.close();
}

/** What was typed waits in this tab while its person signs in again. */
function keep() {
  sessionStorage.setItem(KEPT, JSON.stringify({ who, text: draft.value }));
}

function giveBack() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
  sessionStorage.removeItem(KEPT);
  if (kept?.who === who) draft.value = kept.text;
}
