import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { clock } from '../clock.ts';
import { fileOf, HASH_LINE, LONGEST_LINE, SUFFIX_LINE } from '../config/breached-list.ts';

const PREFIX_LENGTH = 5;
/** ms between warnings, however many people sign in meanwhile. */
const PAUSE = 60_000;

/**
 * Passwords that were found in breaches, on the operator's own disk, as Have I Been Pwned gives them out: one
 * file of `SHA1:COUNT` lines in order, or a folder with a file of `SUFFIX:COUNT` lines for each prefix of five
 * digits. Nothing leaves this machine.
 */
export class BreachedList {
  readonly #path: string;
  readonly #warn: (reason: string) => void;
  #warned = Number.NEGATIVE_INFINITY;

  /**
   * @param path checked at start by config
   * @param warn hears, at most once a minute, why the list could not be asked
   */
  constructor(path: string, warn: (reason: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /**
   * Whether a password (in NFKC) is listed. False when the list cannot be read any more: the password was proved
   * right or passed every other rule, and a disk that went away must not keep clinicians out.
   */
  async holds(password: string): Promise<boolean> {
    const hash = createHash('sha1').update(password).digest('hex').toUpperCase();
    try {
      const folder = (await stat(this.#path)).isDirectory();
      return await (folder ? inFolder(this.#path, hash) : inFile(this.#path, hash));
    } catch (error) {
      this.#tell(error);
      return false;
    }
  }

  #tell(error: unknown): void {
    const now = clock.monotonic();
    if (now - this.#warned < PAUSE) return;
    this.#warned = now;
    // A code and no message: the name of a file in the folder is part of a password's hash.
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
    this.#warn(code ?? 'its lines cannot be read');
  }
}

async function inFolder(folder: string, hash: string): Promise<boolean> {
  const prefix = hash.slice(0, PREFIX_LENGTH);
  const file = fileOf(folder, prefix);
  if (!file) throw Object.assign(new Error('a file of the folder is missing'), { code: 'ENOENT' });
  const suffix = hash.slice(PREFIX_LENGTH);
  const line = (await readFile(file, 'latin1'))
    .split(/\r?\n/)
    .find((each) => each.toUpperCase().startsWith(suffix));
  return line !== undefined && countIn(line, SUFFIX_LINE) > 0;
}

/** Binary search by offset: some 35 reads of a hundred bytes in 40 GB. Opened anew, so that it may be replaced. */
async function inFile(path: string, hash: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    let low = 0;
    let high = (await file.stat()).size;
    // Lines that begin in [low, high) are still in question.
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const line = await lineFrom(file, middle);
      if (!line || line.start >= high) {
        high = middle;
        continue;
      }
      const found = HASH_LINE.exec(line.text)?.[1]?.toUpperCase();
      if (!found) throw new Error('no line of hash and count');
      if (found === hash) return countIn(line.text, HASH_LINE) > 0;
      if (found < hash) low = line.start + 1;
      else high = middle;
    }
    return false;
  } finally {
    await file.close();
  }
}

/** The first line that begins at or after an offset; undefined after the last. */
async function lineFrom(
  file: FileHandle,
  offset: number,
): Promise<{ start: number; text: string } | undefined> {
  const from = Math.max(0, offset - 1);
  const buffer = Buffer.alloc(2 * LONGEST_LINE);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  const text = buffer.toString('latin1', 0, bytesRead);
  // A line begins at 0, or after the end of another.
  const begin = offset === 0 ? 0 : text.indexOf('\n') + 1;
  if (offset > 0 && begin === 0 && bytesRead === buffer.length) throw new Error('a line too long');
  if ((offset > 0 && begin === 0) || begin >= bytesRead) return undefined;
  const end = text.indexOf('\n', begin);
  return { start: from + begin, text: text.slice(begin, end < 0 ? bytesRead : end).trimEnd() };
}

/** Ranges are padded with hashes that were never seen: their count is 0. */
function countIn(line: string, shape: RegExp): number {
  const count = shape.exec(line)?.[2];
  if (count === undefined) throw new Error('no line of hash and count');
  return Number(count);
}
