// Copy, download and print, for keys and recovery codes. The pages work without them: the text can be selected.

for (const button of document.querySelectorAll('[data-copy]')) setUpCopy(button);
for (const button of document.querySelectorAll('[data-download]')) setUpDownload(button);
for (const button of document.querySelectorAll('[data-print]')) setUpPrint(button);

function setUpCopy(button) {
  // Browsers offer it on secure origins only.
  if (!navigator.clipboard) return;
  const status = document.querySelector(`[data-copied="${button.dataset.copy}"]`);
  const label = button.textContent;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(textOf(button.dataset.copy));
    button.textContent = button.dataset.done;
    status.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = label;
      status.textContent = '';
    }, 3000);
  });
  button.hidden = false;
}

function setUpDownload(button) {
  button.addEventListener('click', () => {
    const text = `${button.dataset.heading}\n\n${textOf(button.dataset.download)}\n`;
    const link = document.createElement('a');
    // Made here: a file that the server made would be one more place that the codes were.
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    link.download = button.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  button.hidden = false;
}

function setUpPrint(button) {
  button.addEventListener('click', () => print());
  button.hidden = false;
}

/** A list gives a line for each item; anything else is one line. */
function textOf(id) {
  const element = document.getElementById(id);
  const items = [...element.querySelectorAll('li')];
  return items.length > 0 ? items.map((item) => item.textContent).join('\n') : element.textContent;
}
