import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Run after `npm install` where the registry is a mirror that does not carry every platform's binaries: npm
// leaves what it cannot fetch out of package-lock.json, and `npm ci` then refuses the file. Adds those entries
// by what their dependents say of them; npm installs the one that fits the machine.

interface Entry {
  version?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const file = join(import.meta.dirname, '../package-lock.json');
const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(file, 'utf8'));
const added: string[] = [];

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const platform = platformOf(name);
    if (lock.packages[path] || !platform || !/^\d/.test(version)) continue;
    lock.packages[path] = { version, ...platform, ...(entry.dev ? { dev: true } : {}), optional: true };
    added.push(name);
  }
}

const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'package-lock.json was complete' : `added ${added.join(', ')}`);

/** os, cpu and libc from a name such as `@swc/core-linux-arm64-musl`; undefined for a name without them. */
function platformOf(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> | undefined {
  const os = /-(android|darwin|win32|freebsd|openharmony|linux)-/.exec(name)?.[1];
  const cpu = /-(arm64|x64|ia32|ppc64|s390x|loong64|riscv64|arm)\b/.exec(name)?.[1];
  if (!os || !cpu) return undefined;
  const libc = os === 'linux' ? { libc: [/musl/.test(name) ? 'musl' : 'glibc'] } : {};
  return { os: [os], cpu: [cpu], ...libc };
}
