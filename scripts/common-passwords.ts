import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Makes src/passwords/common-passwords.txt again: node scripts/common-passwords.ts FOLDER, where FOLDER is an
// unpacked package @zxcvbn-ts/language-common (npm pack @zxcvbn-ts/language-common, then tar xzf).

const folder = process.argv[2];
if (!folder) throw new Error('name the folder of the unpacked package @zxcvbn-ts/language-common');
const listed: string[] = JSON.parse(readFileSync(join(folder, 'src/passwords.json'), 'utf8'));
const lines = [...new Set(listed.map((password) => password.toLowerCase()))].sort();
const file = join(import.meta.dirname, '../src/passwords/common-passwords.txt');
writeFileSync(file, `${lines.join('\n')}\n`);
console.log(`${lines.length} common passwords written`);
