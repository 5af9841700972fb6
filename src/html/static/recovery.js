// Counts the wait for another code down, in words that the page brings along.

const wait = document.querySelector('#resend-wait');
if (wait) countDown(wait, document.querySelector('#resend'));

function countDown(said, button) {
  // By the browser's clock of this page alone: a computer's date may be wrong.
  const end = performance.now() + Number(said.dataset.seconds) * 1000;
  const show = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    // Not disabled: a button that takes no focus is lost to whoever is on it.
    button.setAttribute('aria-disabled', String(left > 0));
    if (left <= 0) {
      said.textContent = said.dataset.now;
      return;
    }
    said.textContent = left === 1 ? said.dataset.one : said.dataset.many.replace('7', String(left));
    setTimeout(show, 250);
  };
  button.addEventListener('click', (event) => {
    if (button.getAttribute('aria-disabled') === 'true') event.preventDefault();
  });
  show();
}
