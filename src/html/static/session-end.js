// Warns before the session ends, and says when it has ended. The server ends it; the pages work without this.

const AHEAD = 120; // s
const LONGEST = 24 * 3600 * 1000; // ms; beyond 24 days a timer would ring at once
const POLL = 15; // s between looks while the warning stands: another tab may have answered it
const dialog = document.querySelector('#session-end');
const { address, who, kept } = dialog.dataset;
let timer;
let warnAt;

giveBack();
schedule(Number(dialog.dataset.left));
for (const form of dialog.querySelectorAll('form[data-stay]')) form.addEventListener('submit', stay);
for (const button of dialog.querySelectorAll('[data-close]')) {
  button.addEventListener('click', () => dialog.close());
}
dialog.querySelector('[data-again]').addEventListener('click', signInAgain);
// Somebody who presses Escape is there.
dialog.addEventListener('cancel', (event) => {
  if (dialog.dataset.state === 'last') return;
  event.preventDefault();
  if (dialog.dataset.state === 'soon') dialog.querySelector('form[data-stay]').requestSubmit();
});
// A computer that slept runs no timers; a person who comes back may have signed in in another tab.
document.addEventListener('visibilitychange', () => {
  if (!document.hidden && (dialog.open || Date.now() >= warnAt)) look();
});

function schedule(left) {
  const wait = (left - Math.min(AHEAD, left / 2)) * 1000;
  warnAt = Date.now() + wait;
  lookIn(wait);
}

function lookIn(ms) {
  clearTimeout(timer);
  timer = setTimeout(look, Math.min(ms, LONGEST));
}

/** Asks rather than counts: the person may have been at work in another tab, or in an app. */
async function look() {
  const told = await ask();
  if (!told) return lookIn(POLL * 1000);
  if (told.left <= 0) return show('over');
  // Not even for a moment does somebody else see what the first one had on the screen.
  if (told.who !== who) return location.reload();
  if (told.left > AHEAD) return goOn(told.left);
  show(told.last ? 'last' : 'soon', told.left);
  lookIn(Math.min(told.left + 1, POLL) * 1000);
}

async function stay(event) {
  event.preventDefault();
  const told = await ask(new URLSearchParams(new FormData(event.target)));
  if (!told || told.left <= 0) return look();
  if (told.last) return show('last', told.left);
  goOn(told.left);
}

function goOn(left) {
  dialog.close();
  delete dialog.dataset.state;
  schedule(left);
}

async function ask(body) {
  try {
    const headers = { Accept: 'application/json' };
    const answer = await fetch(address, body ? { method: 'POST', body, headers } : { headers });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

function show(state, left) {
  if (state === 'over') clearTimeout(timer);
  // The person has read it, and closed it: it is not put before them again.
  if (dialog.dataset.state === state && (dialog.open || state === 'last')) return;
  dialog.dataset.state = state;
  const at = new Date(Date.now() + left * 1000);
  for (const part of dialog.querySelectorAll('[data-when]')) {
    part.hidden = part.dataset.when !== state;
    if (part.hidden) continue;
    dialog.setAttribute('aria-labelledby', part.querySelector('h2').id);
    const text = part.querySelector('[data-text]');
    if (text) text.textContent = text.dataset.text.replace('{time}', timeOf(at));
  }
  // Opened anew, so that the focus goes to what there is to press now.
  if (dialog.open) dialog.close();
  dialog.showModal();
}

function timeOf(at) {
  return at.toLocaleTimeString(document.documentElement.lang, { hour: 'numeric', minute: '2-digit' });
}

/** This very page asks for it. What was typed waits in this tab meanwhile; never a password or a code. */
function signInAgain() {
  const fields = [...document.querySelectorAll('main input[type=text], main select')]
    .filter((field) => field.autocomplete !== 'one-time-code')
    .map((field) => [field.id, field.value]);
  sessionStorage.setItem(kept, JSON.stringify({ who, path: location.pathname, fields }));
  location.assign(location.pathname + location.search);
}

function giveBack() {
  const text = sessionStorage.getItem(kept);
  if (!text) return;
  sessionStorage.removeItem(kept);
  const before = JSON.parse(text);
  if (before.who !== who || before.path !== location.pathname) return;
  for (const [id, value] of before.fields) {
    const field = document.getElementById(id);
    if (field) field.value = value;
  }
}
