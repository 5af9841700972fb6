export interface Line {
  /** Without its newline. */
  readonly bytes: Buffer;
  /** Whether a newline ended it. */
  readonly whole: boolean;
}

/** Bytes of one line that are held at most. */
const LONGEST = 8 * 1024 * 1024;
const NEWLINE = 0x0a;

/** The lines of a file, byte by byte as they are. @throws Error for a line beyond 8 MiB */
export async function* linesOf(content: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let held = 0;
  for await (const chunk of content) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      yield { bytes: Buffer.concat([...parts, chunk.subarray(start, end)]), whole: true };
      parts = [];
      held = 0;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    held += chunk.length - start;
    if (held > LONGEST) throw new Error('A line is longer than 8 MiB: this is no export');
  }
  if (held > 0) yield { bytes: Buffer.concat(parts), whole: false };
}
