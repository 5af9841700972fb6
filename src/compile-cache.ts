import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Has Node keep what it compiles, which is a sixth of a start, in a folder beside the code: whoever can write
 * there could change the code itself. Not in Node's own choice of place, the shared temporary folder, where a
 * stranger could lay down the code that we run. A folder that cannot be written (the image) is left alone.
 */
export function keepCompiled(): void {
  enableCompileCache(fileURLToPath(new URL('./.compiled', import.meta.url)));
}
