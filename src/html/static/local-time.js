// Times are written in UTC, which is true everywhere; here they become the person's own, zone named.

const format = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
});
for (const time of document.querySelectorAll('time[data-local-time]')) {
  time.textContent = format.format(new Date(time.dateTime));
}
