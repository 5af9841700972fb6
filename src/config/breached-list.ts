import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../errors.ts';

/** A line of one big file: SHA-1 in hexadecimal, how often it was seen. */
export const HASH_LINE = /^([0-9A-F]{40}):(\d{1,10})$/i;
/** A line of a file that is named by the first five digits. */
export const SUFFIX_LINE = /^([0-9A-F]{35}):(\d{1,10})$/i;
/** No line, its ends included, is longer. */
export const LONGEST_LINE = 54;

/** Places looked at, evenly from the first line to the last: enough to know another kind of file. */
const PROBES = 200;
/** First digits whose files are looked at in a folder. */
const SAMPLES = ['00000', '7FFFF', 'FFFFF'];

/** The file for the five digits, in upper case, that hashes begin with; undefined where there is none. */
export function fileOf(folder: string, digits: string): string | undefined {
  return [join(folder, `${digits}.txt`), join(folder, digits)].find((path) => existsSync(path));
}

/**
 * What is wrong with a list of breached passwords, completing "the setting …"; undefined when nothing is. The
 * file may be tens of GB: it is sampled, never read whole.
 */
export function breachedListProblem(path: string): string | undefined {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return folderProblem(path);
    // Opening a pipe would wait for its other end for ever.
    return found.isFile() ? fileProblem(path) : 'names neither a file nor a folder';
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
  }
}

function folderProblem(folder: string): string | undefined {
  for (const digits of SAMPLES) {
    const file = fileOf(folder, digits);
    if (!file) return `names a folder that has no file ${digits}.txt`;
    const lines = readFileSync(file, 'latin1').split(/\r?\n/).filter(Boolean);
    if (lines.length === 0) return `names a folder in which the file for ${digits} is empty`;
    if (!lines.every((line) => SUFFIX_LINE.test(line))) {
      return `names a folder in which the file for ${digits} has other lines than SUFFIX:COUNT`;
    }
  }
  return undefined;
}

function fileProblem(path: string): string | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size === 0) return 'names an empty file';
    let last = '';
    for (let probe = 0; probe < PROBES; probe += 1) {
      const line = lineAfter(file, Math.floor((Math.max(0, size - 2 * LONGEST_LINE) * probe) / (PROBES - 1)));
      const hash = HASH_LINE.exec(line)?.[1]?.toUpperCase();
      if (!hash) return 'names a file with other lines than SHA1:COUNT';
      if (hash < last) return 'names a file that is not in the order of its hashes';
      last = hash;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** The first whole line at or after an offset. */
function lineAfter(file: number, offset: number): string {
  const buffer = Buffer.alloc(2 * LONGEST_LINE);
  const from = Math.max(0, offset - 1);
  const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, buffer.length, from));
  const lines = text.split('\n');
  return ((offset === 0 ? lines[0] : lines[1]) ?? '').trimEnd();
}
