// What makes forms kinder. Every page works without it.

for (const field of document.querySelectorAll('[data-password]')) setUpPassword(field);
for (const form of document.querySelectorAll('form')) holdBackSecondSubmit(form);

function setUpPassword(field) {
  const input = field.querySelector('input');
  const button = field.querySelector('button');
  const announce = field.querySelector('[data-announce]');

  const show = (visible) => {
    input.type = visible ? 'text' : 'password';
    button.textContent = visible ? button.dataset.hide : button.dataset.show;
    button.ariaLabel = visible ? button.dataset.hideLabel : button.dataset.showLabel;
  };
  button.addEventListener('click', () => {
    const visible = input.type === 'password';
    show(visible);
    announce.textContent = visible ? button.dataset.shown : button.dataset.hidden;
  });
  // A password left readable would be kept by the browser as ordinary form text.
  input.form.addEventListener('submit', () => show(false));
  button.hidden = false;

  warnOfCapsLock(input, field.querySelector('[data-caps-lock]'));
}

function warnOfCapsLock(input, hint) {
  const check = (event) => {
    // Autofill sends key events that carry no modifiers.
    if (typeof event.getModifierState !== 'function') return;
    const text = event.getModifierState('CapsLock') ? hint.dataset.capsLock : '';
    if (hint.textContent !== text) hint.textContent = text;
  };
  for (const type of ['keydown', 'keyup', 'pointerdown']) input.addEventListener(type, check);
  input.addEventListener('blur', () => {
    hint.textContent = '';
  });
}

// A double click must not spend a sign-in twice. The hold ends by itself, so a lost answer locks nobody out.
function holdBackSecondSubmit(form) {
  const holdFor = 5000; // ms
  let sentAt = Number.NEGATIVE_INFINITY;
  form.addEventListener('submit', (event) => {
    const now = performance.now();
    if (now - sentAt < holdFor) event.preventDefault();
    else sentAt = now;
  });
  addEventListener('pageshow', () => {
    sentAt = Number.NEGATIVE_INFINITY;
  });
}
