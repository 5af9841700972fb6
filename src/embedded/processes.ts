import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { errorCode } from '../errors.ts';

/** A running process and the words that it was started with. */
export interface RunningProcess {
  readonly pid: number;
  readonly words: readonly string[];
}

/** Every process that this user may see, read from /proc or, without one (macOS), from `ps`. */
export function runningProcesses(): RunningProcess[] {
  let entries: string[];
  try {
    entries = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  } catch {
    return listedByPs();
  }
  return entries.map((entry) => ({ pid: Number(entry), words: wordsOf(entry) }));
}

/**
 * A text that names this one process for good: a process number is given again to others, its start time
 * with it is not. `undefined` when nothing runs under the number.
 */
export function processIdentity(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs as another user.
    if (errorCode(error) !== 'EPERM') return undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name, in brackets, may hold spaces and brackets of its own: count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : `${pid} ${fields[19]}`;
  } catch {
    return startedByPs(pid);
  }
}

function wordsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

function listedByPs(): RunningProcess[] {
  const listed = execFileSync('ps', ['-axww', '-o', 'pid=,command='], { encoding: 'utf8', stdio: 'pipe' });
  return listed.split('\n').flatMap((line) => {
    const [pid, ...words] = line.trim().split(/\s+/);
    return pid ? [{ pid: Number(pid), words }] : [];
  });
}

function startedByPs(pid: number): string | undefined {
  try {
    const started = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return `${pid} ${started.trim()}`;
  } catch {
    return undefined;
  }
}
