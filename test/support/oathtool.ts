import { execFileSync } from 'node:child_process';
import { executableOn, installPackages } from '../../src/embedded/apt.ts';

/** Debian's oathtool, an implementation of RFC 6238 that shares no code with ours. */
export interface Oathtool {
  /** The code of a base32 key at a moment, epoch s. */
  codeAt(secret: string, seconds: number): string;
}

/** From the PATH, else Debian's, which root installs; undefined, after a line that says so, where there is none. */
export function findOathtool(): Oathtool | undefined {
  const file = executableOn(process.env.PATH, 'oathtool') ?? install(process.env.PATH);
  if (!file) return undefined;
  return {
    codeAt: (secret, seconds) =>
      execFileSync(file, ['--totp', '--base32', `--now=@${seconds}`, secret], { encoding: 'utf8' }).trim(),
  };
}

function install(path: string | undefined): string | undefined {
  const missing = 'oathtool is missing, so codes are not compared with it';
  try {
    if (installPackages(['oathtool'], path, console.log)) return executableOn(path, 'oathtool');
    console.log(`${missing}: install it (Debian: apt-get install oathtool).`);
  } catch (error) {
    console.log(`${missing}: ${error instanceof Error ? error.message : error}`);
  }
  return undefined;
}
