/** Ends the process with one clear line when Node is older than 22.12. Imports nothing: an old Node must parse this. */
export function refuseOldNode(version: string = process.versions.node): void {
  const parts = version.split('.');
  const major = Number(parts[0]);
  const minor = Number(parts[1]);
  if (major > 22 || (major === 22 && minor >= 12)) return;
  process.stderr.write(`Vestibule needs Node 22.12 or newer; this is ${version}.\n`);
  process.exit(1);
}
