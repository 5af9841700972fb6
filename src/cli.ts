#!/usr/bin/env node
/** Operators' commands: `vestibule NOUN VERB`. */
import './no-proto.ts';
import { refuseOldNode } from './node-version.ts';

refuseOldNode();

// After the check: an older Node could not even parse what this imports.
const { keepCompiled } = await import('./compile-cache.ts');
keepCompiled();
const { run } = await import('./cli/program.ts');
process.exitCode = await run(process.argv.slice(2));
