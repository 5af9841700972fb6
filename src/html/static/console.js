// Column headings become buttons that sort the rows on this page; the list itself is in its own order.

function shownIn(row, column) {
  const cell = row.cells[column];
  return cell.querySelector('time')?.dateTime ?? cell.textContent.trim();
}

function sort(table, column, heading) {
  const down = heading.ariaSort === 'ascending';
  for (const each of table.tHead.rows[0].cells) each.removeAttribute('aria-sort');
  heading.ariaSort = down ? 'descending' : 'ascending';
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true }).compare;
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, other) => compare(shownIn(one, column), shownIn(other, column)) * (down ? -1 : 1));
  table.tBodies[0].append(...rows);
}

for (const table of document.querySelectorAll('table[data-sortable]')) {
  for (const [column, heading] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = heading.textContent;
    button.addEventListener('click', () => sort(table, column, heading));
    heading.replaceChildren(button);
  }
}
