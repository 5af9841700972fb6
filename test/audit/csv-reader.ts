/** Reads RFC 4180 to the letter: a stray quote or a lone line break outside quotes is an error. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;
  for (let row: string[] = []; field.lastIndex < text.length; ) {
    const at = field.lastIndex;
    const [, quoted, bare, end] = field.exec(text) ?? [];
    if (end === undefined || end === '') throw new Error(`no CSV at ${at}: ${text.slice(at, at + 40)}`);
    row.push(quoted?.replaceAll('""', '"') ?? bare ?? '');
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
